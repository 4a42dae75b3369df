"""What we asked for does not come: reminded twice, then proposed for closing (C9).

Nothing closes by itself. A person reads the thread, decides and sends; an answer that
comes late takes the case up again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import require
from requests_app.actions import disposal, letters, restriction
from requests_app.actions.projection import append, locked
from requests_app.models import Case
from requests_app.policies import unanswered as policies
from requests_app.queries import addresses, words
from requests_app.queries.letters import needed_of
from requests_app.queries.thread import unread_at
from requests_app.states import ClockState, EventKind, LetterKind
from requests_app.timekeeping import Asked


@transaction.atomic
def chase(case: Case, *, by: Actor, at: datetime) -> int:
    """Remind the person of what is due to be reminded of; return how many letters.

    On days 7 and 21 after they were told: practice, no statute. Harmless when repeated.
    """
    case = locked(case)
    texts = {needed.asking.seq: needed.words for needed in needed_of(case)}
    sent = 0
    for asking in policies.to_chase(
        case, case.record(), unread_at=unread_at(case), today=london_day(at)
    ):
        if asking.what is Asked.AUTHORITY and addresses.acting_in(case) is None:
            continue  # who was asked for it has gone; the person does not have it
        number = asking.chased + 1
        event = append(
            case,
            EventKind.CHASED,
            happened_at=at,
            by=by,
            at=at,
            facts={"asked": asking.seq, "number": number},
        )
        said = {
            "title": words.NEEDED[asking.what],
            "needed": texts[asking.seq],
            "told_at": asking.told_at,
            "waits": case.clock_state != ClockState.RUNNING,
        }
        letters.send(
            case,
            event,
            LetterKind.REMINDER,
            said,
            by=by,
            at=at,
            asked=[asking.what],
        )
        sent += 1
    return sent


@transaction.atomic
def close(case: Case, *, reason: str, by: User, at: datetime) -> Case:
    """Close a case whose person never answered, and tell them how to take it up again.

    Raises Refused before the time is over, or without a reason that the person reads.
    """
    case = locked(case)
    record = case.record()
    require(
        policies.may_close(
            case,
            by,
            record=record,
            unread_at=unread_at(case),
            reason=reason,
            today=london_day(at),
        )
    )
    disposal.destroy_unreleased(case, by=by.actor, at=at)
    disposal.destroy_strays(case, by=by.actor, at=at)
    waited = policies.overdue(record, today=london_day(at))
    event = append(
        case,
        EventKind.CLOSED_NO_REPLY,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"asked": [one.seq for one in waited]},
        text=reason.strip(),
    )
    said = {
        "waited": [(words.NEEDED[one.what], one.told_at) for one in waited],
        "reason": reason.strip(),
    }
    letters.send(
        case,
        event,
        LetterKind.CLOSURE,
        said,
        by=by.actor,
        at=at,
        asked=[one.what for one in waited],
    )
    return case


@transaction.atomic
def take_up_again(case: Case, *, reason: str, by: User, at: datetime) -> Case:
    """Open a case again that was closed for want of an answer."""
    case = locked(case)
    require(policies.may_take_up_again(case, by, reason=reason))
    append(
        case,
        EventKind.TAKEN_UP_AGAIN,
        happened_at=at,
        by=by.actor,
        at=at,
        text=reason.strip(),
    )
    restriction.restrict_again(case, by=by.actor, at=at)
    return case
