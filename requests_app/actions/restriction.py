"""A use that is objected to is restricted at once, and nothing else is (D7, E14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.models import User
from datamap import queries as datamap_queries
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.verdict import require
from requests_app import rules
from requests_app.actions import holds, identifiers
from requests_app.actions.projection import append, locked
from requests_app.models import Case, CaseEvent
from requests_app.policies import ruling as policies
from requests_app.queries import rulings as queries
from requests_app.states import EventKind, Right
from retention import actions as retention
from retention.rules import HoldKind

GROUND: Final = "The person objects to this use, and it is weighed (Article 18(1)(d))."


def restrict_objected(case: Case, *, by: Actor, at: datetime) -> None:
    """Restrict what the person named when they asked; the address is proved now.

    ``case`` must be locked. Nothing happens for another right, or where no use that
    can be objected to was named: a person reads what they wrote, and restricts then.
    """
    if case.right != Right.OBJECTION:
        return
    there = queries.restricted_purposes(case)
    purposes = [one for one in queries.objected_to(case) if one not in there]
    if purposes:
        _restrict(case, purposes, by=by, at=at)


@transaction.atomic
def restrict(case: Case, *, purposes: Sequence[str], by: User, at: datetime) -> Case:
    """Restrict uses that the person objects to, as staff read it. Raises Refused."""
    case = locked(case)
    require(policies.may_open_restriction(case, by))
    _restrict(case, purposes, by=by.actor, at=at)
    return case


def restrict_again(case: Case, *, by: Actor, at: datetime) -> None:
    """Restrict once more what was restricted before a closed case was opened again.

    ``case`` must be locked. Nothing happens where no use was.
    """
    purposes = queries.restricted_purposes(case)
    if purposes:
        _place(case, purposes, by=by, at=at)


def _restrict(
    case: Case, purposes: Sequence[str], *, by: Actor, at: datetime
) -> CaseEvent:
    register = datamap_queries.register_at(case.revision_id)
    require(
        policies.may_restrict(
            case,
            purposes,
            known=rules.purposes_on(register, rules.LEGITIMATE_INTERESTS),
            there=queries.restricted_purposes(case),
        )
    )
    return _place(case, purposes, by=by, at=at)


def _place(
    case: Case, purposes: Sequence[str], *, by: Actor, at: datetime
) -> CaseEvent:
    register = datamap_queries.register_at(case.revision_id)
    # What an agent named is restricted once staff have said whose it is (D7).
    identifiers.ask_whose(case)
    hold = retention.place_hold(
        kind=HoldKind.RESTRICTION,
        placed_for=case.about,
        identifiers=list(holds.surely_theirs(case)),
        ground=GROUND,
        by=by,
        at=at,
        datasets=rules.datasets_used_for(register, purposes),
    )
    return append(
        case,
        EventKind.USE_RESTRICTED,
        happened_at=at,
        by=by,
        at=at,
        facts={"purposes": list(purposes), "hold": hold},
    )
