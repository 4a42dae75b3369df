"""When the person is reminded, and when a case may be closed for want of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.clock import in_words
from requests_app.models import Case
from requests_app.moves import status_after
from requests_app.policies.common import is_open
from requests_app.policies.posting import nothing_to_post
from requests_app.states import CaseStatus, ClockState, EventKind
from requests_app.timekeeping import Asked, Asking, Record

# Practice, no statute: Article 12A is silent on a person who does not answer.
CHASE_AFTER: Final = (timedelta(days=7), timedelta(days=21))
CLOSE_AFTER: Final[Mapping[Asked, timedelta]] = {
    Asked.IDENTITY: timedelta(days=28),
    Asked.AUTHORITY: timedelta(days=28),
    Asked.FEE: timedelta(days=28),
    Asked.CLARIFICATION: timedelta(days=90),
}


def to_chase(
    case: Case, record: Record, *, unread_at: datetime | None, today: date
) -> list[Asking]:
    """Return what the answer waits for and the person is reminded of today. No query.

    A fee for further copies keeps nothing waiting (C18), so nobody is reminded of it;
    nor of what may have come (``nothing_came``).
    """
    if not case.is_open:
        return []
    return [
        asking
        for asking in record.askings
        if asking.is_open
        and asking.moves_the_clock
        and asking.told_at is not None
        and asking.chased < len(CHASE_AFTER)
        and london_day(asking.told_at) + CHASE_AFTER[asking.chased] <= today
        and _was_quiet(asking, today=today)
        and nothing_came(asking, unread_at=unread_at)
    ]


def nothing_came(asking: Asking, *, unread_at: datetime | None) -> Verdict:
    """Whether nothing came that may be what was asked for and waits for us.

    ``unread_at``: when the newest message came that none of us has read. No query.
    """
    if asking.undecided:
        return refuse(
            "Something that shows who they are came, and nobody has decided on it. Say "
            "whether it is the person; if it is deleted by now, ask no longer for it, "
            "and ask anew."
        )
    if unread_at is not None and unread_at >= asking.decided_at:
        return refuse(
            f"They wrote on {in_words(london_day(unread_at))}, and nobody has read it. "
            "Read it first: it may be the answer."
        )
    return ALLOWED


def _was_quiet(asking: Asking, *, today: date) -> bool:
    """Whether the last reminder is a while ago: no two follow one outage."""
    last = asking.chased_at
    return last is None or london_day(last) + CHASE_AFTER[0] <= today


def overdue(record: Record, *, today: date) -> list[Asking]:
    """Return what has been waited for long enough. Costs nothing."""
    return [
        asking
        for asking in record.askings
        if asking.is_open
        and asking.moves_the_clock
        and _closes_on(asking, record) <= today
    ]


def _closes_on(asking: Asking, record: Record) -> date:
    """Return the day; what came and opened the case again begins the wait anew."""
    if asking.told_at is None:
        raise ValueError("nobody was told")
    since = max(asking.told_at, record.taken_up_at or asking.told_at)
    return london_day(since) + CLOSE_AFTER[asking.what]


def may_open_closing(
    case: Case,
    by: User,
    *,
    record: Record,
    unread_at: datetime | None,
    today: date,
) -> Verdict:
    """Whether the case may be closed for want of an answer, by ``by`` (C9). No query.

    Nothing is closed over what came and waits for us (``nothing_came``).
    """
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Closing is for a decider.")
    verdict = first_refusal(is_open(case), _can_end_so(case))
    if not verdict:
        return verdict
    waiting = [one for one in record.askings if one.is_open and one.moves_the_clock]
    if case.clock_state == ClockState.RUNNING:
        # Asked after the last day: the day stands, and still we may not answer.
        waiting = [one for one in waiting if one.what is not Asked.CLARIFICATION]
    if not waiting:
        return refuse("The clock waits for nothing from the person.")
    if not overdue(record, today=today):
        first = min(_closes_on(one, record) for one in waiting)
        return refuse(f"We wait for the person until {in_words(first)}.")
    return first_refusal(
        *(nothing_came(one, unread_at=unread_at) for one in waiting),
        nothing_to_post(case, today=today),
    )


def _can_end_so(case: Case) -> Verdict:
    if status_after(CaseStatus(case.status), EventKind.CLOSED_NO_REPLY) is not None:
        return ALLOWED
    if case.status == CaseStatus.DECIDED:
        return refuse("The case is decided: the person has its answer to come.")
    return refuse("The address is not proved yet; the tray closes what nobody proves.")


def may_close(
    case: Case,
    by: User,
    *,
    record: Record,
    unread_at: datetime | None,
    reason: str,
    today: date,
) -> Verdict:
    """Whether the case may be closed for ``reason``."""
    verdict = may_open_closing(
        case, by, record=record, unread_at=unread_at, today=today
    )
    if verdict and not reason.strip():
        return refuse("Write why. The person will read this.")
    return verdict


def may_open_taking_up(case: Case, by: User) -> Verdict:
    """Whether a case that was closed for want of an answer may be opened again."""
    if not by.may(Permission.CASE_WORK):
        return refuse("Opening again is for the people who work cases.")
    if case.status != CaseStatus.NO_REPLY:
        return refuse("The case was not closed for want of an answer.")
    return ALLOWED


def may_take_up_again(case: Case, by: User, *, reason: str) -> Verdict:
    """Whether it may be opened again for ``reason``."""
    verdict = may_open_taking_up(case, by)
    if verdict and not reason.strip():
        return refuse("Write what came, and when.")
    return verdict
