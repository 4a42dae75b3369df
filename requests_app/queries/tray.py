"""The tray: what was sent and never proved. Searched for nothing (decision D11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from requests_app.models import Case
from requests_app.queries import preserving, words


@dataclass(frozen=True, slots=True)
class TrayRow:
    """One unproved submission. Its clock runs since it was sent, proved or not.

    ``case`` is its first case and stands for all; ``right`` names what each asks for.
    """

    case: Case
    right: str
    name: str
    address: str
    received_at: datetime
    age_days: int
    due_on: date | None
    reminders: int
    times_sent: int
    kept: str


def tray_for(user: User, *, today: date) -> tuple[TrayRow, ...]:
    """Return the tray, oldest first, for who may read it. Costs 2 queries."""
    if not user.may(Permission.TRAY_READ):
        return ()
    cases = Case.objects.in_tray().select_related("submission")
    ordered = list(cases.order_by("submission__received_at", "submission_id", "pk"))
    kept = preserving.kept_for(ordered, today=today)
    together = groupby(ordered, key=lambda case: case.submission_id)
    return tuple(_row(list(sent), kept, today) for _, sent in together)


def _row(
    sent: list[Case], kept: dict[int, list[preserving.KeepFacts]], today: date
) -> TrayRow:
    case = sent[0]
    named = [words.RIGHTS[one.right] for one in sent]
    return TrayRow(
        case=case,
        right=", ".join([named[0], *(name.lower() for name in named[1:])]),
        name=case.submission.name,
        address=case.submission.sent_from,
        received_at=case.submission.received_at,
        age_days=(today - london_day(case.submission.received_at)).days,
        due_on=case.due_on,
        reminders=case.submission.reminders,
        times_sent=case.submission.times_sent,
        kept=preserving.next_step(
            facts for one in sent for facts in kept.get(one.pk, ())
        ),
    )


def case_in_tray(user: User, reference: str) -> Case | None:
    """Return an unproved case by its reference, or None. Costs 1 query."""
    if not user.may(Permission.TRAY_READ):
        return None
    return (
        Case.objects.in_tray()
        .select_related("submission")
        .filter(reference=reference)
        .first()
    )
