"""Moving the clock of a case as staff do, on a day of one's choice."""

from __future__ import annotations

from datetime import date, datetime, time

from accounts.roles import Role
from lumina_privacy.lib.days import LONDON
from outbox import actions as outbox
from requests_app.actions import letters, timekeeping
from requests_app.models import Case, Submission
from requests_app.states import Channel
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff
from tests.factories.authority import filed_for, make_authority


def noon(day: str | date) -> datetime:
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(12), tzinfo=LONDON)


def follow(at: datetime) -> int:
    """Have the cases note what became of their letters; return how many changed."""
    return sum(letters.note(told, at=at) for told in letters.news())


def deliver(at: datetime) -> None:
    """Let the mail go and have the cases note it, as two sweeps do."""
    outbox.send_due(now=lambda: at)
    follow(at)


def ask(case: Case, what: Asked, *, at: datetime, sent: bool = True, **fields) -> int:
    said = {
        "reason": "the name is not the one on file",
        "needed": "a call to the number on file",
        "basis": "article_12_5" if what is Asked.FEE else "",
        "by": make_staff(Role.DCO),
    }
    if what is Asked.AUTHORITY:
        filed_for(case)
    if what is Asked.AUTHORITY and not case.authorities.exists():
        make_authority(case, at=at)  # somebody acts, or nobody is asked for it
    event = timekeeping.ask(case, what=what, at=at, **{**said, **fields})
    if sent:
        deliver(at)
    return event.seq


def receive(case: Case, asked: int, *, at: datetime, came_at: datetime | None = None):
    timekeeping.receive(
        case, asked=asked, came_at=came_at or at, note="", by=make_staff(), at=at
    )


def extend(case: Case, *, at: datetime, sent: bool = True) -> None:
    timekeeping.extend(
        case,
        ground="complexity",
        reason="Eleven systems, and footage of nine days.",
        by=make_staff(),
        at=at,
    )
    if sent:
        deliver(at)


def by_post(case: Case) -> Case:
    """Let the person have no address by mail, as after a letter (C36)."""
    Submission.objects.filter(pk=case.submission_id).update(
        address="", postal="1 High Street", channel=Channel.POST
    )
    return Case.objects.get(pk=case.pk)


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)
