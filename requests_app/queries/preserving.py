"""What is being kept for a case in systems that overwrite themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from datamap import queries as datamap_queries
from requests_app.models import Case, Preservation
from requests_app.queries.asked import seen_in
from requests_app.rules import KeepOutcome
from requests_app.states import CaseStatus

OUTCOMES: Final[Mapping[str, str]] = {
    KeepOutcome.NONE: "The owner has not said yet that it is kept",
    KeepOutcome.KEPT: "It is kept",
    KeepOutcome.OVERWRITTEN: "It was overwritten before",
    KeepOutcome.NOT_THERE: "Nothing was recorded there",
}


@dataclass(frozen=True, slots=True)
class KeepFacts:
    """What one system was asked to keep, as staff read it."""

    task: Preservation
    system: str
    words: str
    is_late: bool
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class KeepPage:
    """What the owner of a system sees: what to keep, and nothing of the rest."""

    reference: str
    system: str
    about: str
    days: int
    asked_at: datetime
    due_on: date
    name: str
    details: tuple[tuple[str, str], ...]
    is_provisional: bool
    answered: str
    note: str


def task_for(address: str, reference: str) -> Preservation | None:
    """Return the task when it is ``address``'s own, else None. Costs 1 query."""
    task = (
        Preservation.objects.select_related("case__submission")
        .filter(reference=reference)
        .first()
    )
    return task if task is not None and task.address == address else None


def page_of(task: Preservation) -> KeepPage:
    """Return what the owner sees. No query: the register is at hand."""
    case = task.case
    declared = datamap_queries.register_at(case.revision_id).system(task.system)
    return KeepPage(
        reference=task.reference,
        system=declared.name,
        about=declared.about,
        days=declared.overwrites_after_days or 0,
        asked_at=task.asked_at,
        due_on=task.due_on,
        name=case.submission.name,
        details=seen_in(case.submission.answers, task.system),
        is_provisional=case.status == CaseStatus.UNPROVED,
        answered=OUTCOMES[task.outcome] if task.outcome else "",
        note=task.note,
    )


def kept_for(cases: Iterable[Case], *, today: date) -> dict[int, list[KeepFacts]]:
    """Return of each case what is still being kept, by its key. Costs 1 query."""
    known = {case.pk: case for case in cases}
    rows = Preservation.objects.filter(case__in=list(known), let_go_at__isnull=True)
    found: dict[int, list[KeepFacts]] = {}
    for task in rows.order_by("system"):
        case = known[task.case_id]
        register = datamap_queries.register_at(case.revision_id)
        found.setdefault(case.pk, []).append(
            KeepFacts(
                task,
                register.system(task.system).name,
                OUTCOMES[task.outcome],
                is_late=task.is_late(today=today),
                is_provisional=case.status == CaseStatus.UNPROVED,
            )
        )
    return found


def next_step(kept: Iterable[KeepFacts]) -> str:
    """Return what to do about what is not kept yet, or nothing."""
    known = list(kept)
    return alarm(known) or with_owners(known)


def alarm(kept: Iterable[KeepFacts]) -> str:
    """Return what staff do about what was to be kept and may not be, or nothing."""
    late = [one.system for one in kept if one.task.is_waiting and one.is_late]
    return (
        f"Alarm: not known to be kept, call the owner of {', '.join(late)}"
        if late
        else ""
    )


def with_owners(kept: Iterable[KeepFacts]) -> str:
    """Return what owners keep within the day: staff wait for it, or nothing."""
    waiting = [one for one in kept if one.task.is_waiting and not one.is_late]
    return (
        f"To be kept today: {', '.join(one.system for one in waiting)}"
        if waiting
        else ""
    )
