"""What stops at once, for whom it is asked: no code, no account, no reason (C34).

UK GDPR Articles 7(3) and 21(3). It happens in the transaction of *send*; that every
system that sends is reached follows from the ledger (decision D4).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from consent import actions as consent
from consent.queries import REACHED_BY
from consent.rules import Act
from datamap import queries as datamap_queries
from lumina_privacy.lib.actor import Actor
from requests_app import rules
from requests_app.actions.projection import append
from requests_app.models import Case, CaseEvent
from requests_app.queries import rights
from requests_app.states import EventKind, Right

# The ledger's word for all that markets, now and later.
EVERY_PURPOSE: Final = ""


def stop_at_once(
    case: Case, identifiers: Iterable[tuple[str, str]], *, by: Actor, at: datetime
) -> None:
    """Stop what a locked case asks to stop, for every way to reach the person there.

    An objection to marketing is one to all of it; consent ends where the person said,
    or else everywhere. Costs 10 queries a purpose and channel.
    """
    objects = case.right == Right.OBJECTION_DIRECT_MARKETING
    entries = [
        consent.record(
            subject=(kind, value),
            purpose=purpose,
            channel=channel,
            act=Act.OBJECTED if objects else Act.WITHDRAWN,
            wording=rights.RIGHTS[case.right].name,
            source=case.submission.channel,
            evidence=case.about,
            by=by,
            at=case.submission.received_at,
            recorded_at=at,
        )
        for kind, value in identifiers
        for channel, reached_by in REACHED_BY.items()
        if reached_by == kind
        for purpose in ([EVERY_PURPOSE] if objects else _consents(case))
    ]
    append(
        case,
        EventKind.STOPPED_AT_ONCE,
        happened_at=case.submission.received_at,
        by=by,
        at=at,
        facts={"entries": entries, **_when(case)},
    )


def _when(case: Case) -> dict[str, bool]:
    """Return that nobody noted the time of the receipt, where nobody did. 1 query."""
    received = CaseEvent.objects.filter(case__submission=case.submission_id)
    alone = received.filter(facts__day_alone=True).exists()
    return {"day_alone": True} if alone else {}


def _consents(case: Case) -> list[str]:
    """Return the purposes whose consent ends: those chosen, or all there are."""
    register = datamap_queries.register_at(case.revision_id)
    known = list(rules.purposes_on(register, rules.CONSENT))
    told = json.loads(case.submission.answers or "{}").get(case.right, {})
    return [one for one in known if one in told.get("consents", known)]
