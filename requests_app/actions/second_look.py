"""The second look at what one person did alone: it stands, or it goes back (C19).

What goes back is decided anew, and the person is told at once that it is.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import ALLOWED, first_refusal, require
from requests_app.actions import disposal, letters, restriction
from requests_app.actions.projection import append, locked
from requests_app.models import Case, CaseEvent, Package
from requests_app.policies import second_look as policies
from requests_app.policies.common import wrote
from requests_app.queries import rulings as queries
from requests_app.states import EventKind, LetterKind

_MISSING = "Write what you looked at, and what you found."


@transaction.atomic
def at_answer(
    package: Package, *, approved: bool, reason: str, by: User, at: datetime
) -> Package:
    """Record the second look at an answer that went out without one.

    ``reason`` says what was looked at and found. Sent back, the case is in review
    again; what must not stay with the person is revoked beside it.
    """
    case = locked(package.case)
    package = (
        Package.objects.select_for_update(of=("self",))
        .select_related("decision", "case")
        .get(pk=package.pk)
    )
    require(
        first_refusal(
            policies.may_look_at_answer(package, by),
            wrote(reason, _MISSING),
            ALLOWED
            if approved
            else policies.may_send_answer_back(package, today=london_day(at)),
        )
    )
    package.second_look_by = str(by.actor)
    package.save(update_fields=["second_look_by"])
    _record(
        case,
        {"package": package.pk, "approved": approved},
        reason=reason,
        by=by,
        at=at,
    )
    if not approved:
        disposal.destroy_strays(case, by=by.actor, at=at)
        _send_back(case, by=by, at=at)
    return package


@transaction.atomic
def at_objection(
    case: Case, *, approved: bool, reason: str, by: User, at: datetime
) -> Case:
    """Record the second look at an objection that one person declined alone.

    Sent back, it is weighed again, and the use objected to is paused as before.
    """
    case = locked(case)
    decision = queries.newest_decision(case)
    judged = queries.judged_of(case)
    require(
        first_refusal(
            policies.may_look_at_objection(case, by, decision, judged),
            wrote(reason, _MISSING),
        )
    )
    _record(
        case,
        {"decision": decision.pk if decision else 0, "approved": approved},
        reason=reason,
        by=by,
        at=at,
    )
    if not approved:
        _send_back(case, by=by, at=at)
    return case


def _record(
    case: Case, facts: dict[str, object], *, reason: str, by: User, at: datetime
) -> CaseEvent:
    return append(
        case,
        EventKind.SECOND_LOOK,
        happened_at=at,
        by=by.actor,
        at=at,
        facts=facts,
        text=reason.strip(),
    )


def _send_back(case: Case, *, by: User, at: datetime) -> None:
    """Take the decision back into review, and tell the person so."""
    was_closed = not case.is_open
    event = append(case, EventKind.REVIEW_REOPENED, happened_at=at, by=by.actor, at=at)
    if was_closed:
        restriction.restrict_again(case, by=by.actor, at=at)
    decided = case.decisions.order_by("-pk").first()
    said = {
        "decided_at": decided.at if decided else at,
        "pause": bool(queries.restricted_purposes(case)),
        "pause_anew": was_closed,
    }
    letters.send(case, event, LetterKind.REOPENED, said, by=by.actor, at=at)
