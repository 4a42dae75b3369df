"""What of a case's day somebody was reminded of, and who is to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.conf import settings

from accounts import queries as accounts
from accounts.models import User
from accounts.roles import Role
from lumina_privacy.lib.days import day_words, london_day
from requests_app.models import Case, CaseEvent
from requests_app.reminders import Reminds, Step, due_steps, steps_of
from requests_app.states import EventKind

_TAKEN: Final[Mapping[Reminds, str]] = {
    Reminds.WORKER: "Who has it was reminded",
    Reminds.OFFICER: "The DCO was told",
}


@dataclass(frozen=True, slots=True)
class Reminded:
    """One step that was taken: for which day, whom it was for, and when."""

    step: Step
    safe_due: date
    at: datetime
    to: tuple[str, ...]

    @classmethod
    def of(cls, event: CaseEvent) -> Reminded:
        facts = event.facts
        return cls(
            Step(Reminds(facts["who"]), facts["days"]),
            date.fromisoformat(facts["safe_due_on"]),
            event.happened_at,
            tuple(facts["to"]),
        )

    @property
    def days_left(self) -> int:
        """How many days were left until the safe day; below nothing once it was over.

        The step may be one of more days, taken late: it was the nearest to the day.
        """
        return (self.safe_due - london_day(self.at)).days

    @property
    def words(self) -> str:
        """What a list says of it."""
        return f"{_TAKEN[self.step.who]} on {day_words(london_day(self.at))}"


def steps() -> tuple[Step, ...]:
    """Return the steps that the settings name."""
    return steps_of(settings.LUMINA_REMIND_DAYS, settings.LUMINA_ESCALATE_DAYS)


def reminded_in(events: Iterable[CaseEvent]) -> list[Reminded]:
    """Return the steps taken among ``events``, in their order. Costs no query."""
    return [
        Reminded.of(event) for event in events if event.kind == EventKind.DUE_REMINDED
    ]


def reminded_for(cases: Sequence[Case]) -> dict[int, str]:
    """Return of each case the newest step taken for its present day. Costs 1 query."""
    days = {case.pk: case.safe_due_on for case in cases}
    taken: dict[int, str] = {}
    rows = CaseEvent.objects.filter(case__in=days, kind=EventKind.DUE_REMINDED)
    for event in rows.order_by("pk"):
        reminded = Reminded.of(event)
        if reminded.safe_due == days[event.case_id]:
            taken[event.case_id] = reminded.words
    return taken


def due_in(case: Case, *, today: date) -> tuple[Step, ...]:
    """Return which steps are due in ``case`` today. Costs 1 query at most.

    None of a case that is closed, nor of one that waits by every reading of the law:
    only that has no safe day.
    """
    if not case.is_open or case.safe_due_on is None:
        return ()
    taken = reminded_in(case.events.filter(kind=EventKind.DUE_REMINDED))
    return due_steps(
        steps(),
        safe_due=case.safe_due_on,
        today=today,
        done=[(one.step, one.safe_due) for one in taken],
    )


def readers(case: Case, who: Reminds, *, today: date) -> list[User]:
    """Return who is written to. Costs 1 query, or 2.

    Whoever has the case, or stands in for them; where nobody can, and to escalate,
    every Data Compliance Officer.
    """
    worker = None if who is Reminds.OFFICER else worker_of(case, today=today)
    return [worker] if worker is not None else officers()


def worker_of(case: Case, *, today: date) -> User | None:
    """Return who has the case or stands in for them, if they are here. Costs 1 query.

    Nobody does for a deputy who is away too: there the officers are told.
    """
    staff = {user.pk: user for user in accounts.staff_users() if user.is_active}
    worker = staff.get(case.assignee_id or 0)
    if worker is not None and worker.is_away(today):
        worker = staff.get(worker.deputy_id or 0)
    return None if worker is None or worker.is_away(today) else worker


def officers() -> list[User]:
    """Return every Data Compliance Officer who may sign in. Costs 1 query."""
    return [
        user
        for user in accounts.staff_users()
        if user.is_active and user.role == Role.DCO
    ]
