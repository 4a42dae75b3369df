"""What moves a case's day: asking the person, what comes of it, extending, correcting.

Each writes an event; the day is replayed from them (``requests_app.timekeeping``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.models import User
from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import Refused, require
from requests_app import timekeeping
from requests_app.actions import letters, merging
from requests_app.actions.projection import append, locked
from requests_app.models import Case, CaseEvent, Submission
from requests_app.policies import timekeeping as policies
from requests_app.queries.clock import late_since, reckon_events, reckoning_of
from requests_app.states import EventKind, LetterKind
from requests_app.timekeeping import (
    ASKING,
    EXTENSION_GROUNDS,
    FEE_BASES,
    Asked,
    Asking,
)

_RECEIPT: Final = (
    EventKind.REQUEST_RECEIVED,
    EventKind.COMPLAINT_RECEIVED,
    EventKind.INSTRUCTION_RECEIVED,
    EventKind.RECEIPT_CORRECTED,
)


@transaction.atomic
def ask(
    case: Case,
    *,
    what: Asked,
    reason: str,
    needed: str,
    by: User,
    at: datetime,
    basis: str = "",
) -> CaseEvent:
    """Ask the person for ``needed``, because of ``reason``, by letter (C2).

    The clock moves when the letter has left, not before (decision C17). ``basis``: of a
    fee, the provision that lets us charge one (C18, C46); of an identity the check that
    would settle the doubt, the least one. Raises Refused.
    """
    case = locked(case)
    require(
        policies.may_ask(
            case,
            by,
            what=what,
            record=case.record(),
            reason=reason,
            needed=needed,
            basis=basis,
            today=london_day(at),
        )
    )
    event = append(
        case,
        ASKING[what][0],
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"basis": basis} if basis else None,
        text=needed.strip(),
    )
    said = {
        "reason": reason.strip().rstrip("."),
        "needed": needed.strip().rstrip("."),
        "basis": FEE_BASES.get(basis, ""),
        "moves": basis == timekeeping.MOVING_FEE,
        "over": case.due_on if policies.is_over(case, today=london_day(at)) else None,
        "late": late_since(case, at=at),
    }
    letters.send(case, event, LetterKind(what), said, by=by.actor, at=at)
    return event


@transaction.atomic
def receive(
    case: Case, *, asked: int, came_at: datetime, note: str, by: User, at: datetime
) -> CaseEvent:
    """Record that what event ``asked`` asked for came, complete, at ``came_at``.

    The clock goes by the day it came, not the day it was looked at (Art 12A(2)).
    """
    case = locked(case)
    asking = _asking(case, asked)
    require(policies.may_receive(case, by, asking, came_at=came_at, at=at))
    return append(
        case,
        ASKING[asking.what][1],
        happened_at=max(came_at, asking.decided_at),
        by=by.actor,
        at=at,
        facts={"asked": asked},
        text=note.strip(),
    )


@transaction.atomic
def drop(case: Case, *, asked: int, reason: str, by: User, at: datetime) -> CaseEvent:
    """Ask no longer for what event ``asked`` asked for: the clock never waited for it.

    The earlier day is the safe one; nothing is gained by having asked in vain.
    """
    case = locked(case)
    require(policies.may_end_asking(case, by, _asking(case, asked)))
    return append(
        case,
        EventKind.NO_LONGER_ASKED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"asked": asked},
        text=reason.strip(),
    )


@transaction.atomic
def no_answer(
    case: Case, *, asked: int, message: int, reason: str, by: User, at: datetime
) -> CaseEvent:
    """Record that the message of event ``message`` is no answer to what was asked.

    The safe day goes by it no longer; the day of the law never did (Art 12A).
    """
    case = locked(case)
    asking = _asking(case, asked)
    require(policies.may_be_no_answer(case, by, asking, message=message, reason=reason))
    return append(
        case,
        EventKind.READ_NO_ANSWER,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"asked": asked, "message": message},
        text=reason.strip(),
    )


def _asking(case: Case, asked: int) -> Asking:
    asking = case.record().asking(asked)
    if asking is None:
        raise Refused("That is not asked for in this case.")
    return asking


@transaction.atomic
def extend(
    case: Case, *, ground: str, reason: str, by: User, at: datetime
) -> CaseEvent:
    """Extend by two further months, once, for reasons told in time. Art 12A(3), (4).

    The later day counts from when the notice has left (C17); until then, and when it
    comes back, the first one stands. Raises Refused.
    """
    case = locked(case)
    reckoning = reckoning_of(case)
    require(
        policies.may_extend(
            case,
            by,
            record=case.record(),
            reckoning=reckoning,
            ground=ground,
            reason=reason,
            today=london_day(at),
        )
    )
    event = append(
        case,
        EventKind.EXTENDED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"ground": ground},
        text=reason.strip(),
    )
    longer = reckon_events(
        case.right,
        [*case.events.order_by("seq"), as_if_told(event, LetterKind.EXTENSION, at=at)],
        holidays=datamap_queries.holidays(),
    )
    letters.send(
        case,
        event,
        LetterKind.EXTENSION,
        {
            "ground": next(one for one in EXTENSION_GROUNDS if one.code == ground),
            "reason": reason.strip(),
            "was": reckoning.due,
            "reckoning": longer,
        },
        by=by.actor,
        at=at,
    )
    return event


def as_if_told(event: CaseEvent, letter: str, *, at: datetime) -> CaseEvent:
    """Return, unsaved, that the LetterKind ``letter`` of ``event`` left at ``at``."""
    return CaseEvent(
        case=event.case,
        seq=event.seq + 1,
        kind=EventKind.LETTER_SENT,
        happened_at=at,
        recorded_at=at,
        facts={"of": event.seq, "kind": letter},
    )


@transaction.atomic
def correct_receipt(
    case: Case, *, received_at: datetime, reason: str, by: User, at: datetime
) -> CaseEvent:
    """Correct when the request came, in every case of its submission (decision C38).

    Old and new stay in the record, with who said so. Raises Refused.
    """
    submission = Submission.objects.select_for_update().get(pk=case.submission_id)
    was = submission.received_at
    corrected: CaseEvent | None = None
    for one in submission.cases.order_by("pk"):
        together, its_own = locked(one), one.pk == case.pk
        # A sibling may be closed already: it was received on the same day.
        if its_own:
            require(policies.may_correct_receipt(together, by, reason=reason))
        require(
            policies.may_have_come(
                together, record=together.record(), received_at=received_at, at=at
            )
        )
        event = append(
            together,
            EventKind.RECEIPT_CORRECTED,
            happened_at=at,
            by=by.actor,
            at=at,
            facts={"was": was.isoformat(), "received_at": received_at.isoformat()},
            text=reason.strip(),
            corrects=together.events.filter(kind__in=_RECEIPT).latest("seq"),
        )
        corrected = event if its_own else corrected
    submission.received_at = received_at
    submission.save(update_fields=["received_at"])
    for one in submission.cases.order_by("pk"):
        merging.follow_receipt(one, reason=reason, by=by, at=at)
    if corrected is None:
        raise ValueError("a case is one of its submission's")
    return corrected
