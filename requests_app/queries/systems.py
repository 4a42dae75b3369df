"""How the declared systems fare over all cases. No case content."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from datamap import queries as datamap_queries
from requests_app.models import SystemTask
from requests_app.states import WORKED, TaskState

_WAITING = (TaskState.PENDING, TaskState.RUNNING, TaskState.WAITING)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many searches of a system are not at their end."""

    waiting: int = 0
    needs_person: int = 0
    with_owner: int = 0
    next_try_at: datetime | None = None  # the first of those that could not be reached


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One declared system, over all open cases."""

    id: str
    name: str
    owner: str
    connector: str
    location: str
    counts: Counts
    last_answer_at: datetime | None
    problems: tuple[str, ...]
    findings: int


def name_of(system: str) -> str | None:
    """Return how a declared system is called, or None. Costs 1 query."""
    names = {one.id: one.name for one in datamap_queries.register().systems}
    return names.get(system)


def systems() -> tuple[SystemRow, ...]:
    """Return every declared system in the register's order. Costs 5 queries.

    ``findings`` counts what the nightly check of the register found and nobody settled;
    they stand on the register's page.
    """
    open_tasks = SystemTask.objects.filter(
        case__status__in=[status.value for status in WORKED]
    )
    counts = {
        system: Counts(*numbers)
        for system, *numbers in open_tasks.values("system")
        .annotate(
            waiting=Count("pk", filter=Q(state__in=[s.value for s in _WAITING])),
            needs_person=Count("pk", filter=Q(state=TaskState.NEEDS_PERSON)),
            with_owner=Count("pk", filter=Q(state=TaskState.WITH_OWNER)),
            next_try_at=Min("next_try_at", filter=Q(state=TaskState.WAITING)),
        )
        .values_list("system", "waiting", "needs_person", "with_owner", "next_try_at")
    }
    answered = dict(
        SystemTask.objects.values_list("system").annotate(Max("finished_at"))
    )
    problems: dict[str, dict[str, None]] = {}
    for system, problem in (
        open_tasks.exclude(problem="").order_by("pk").values_list("system", "problem")
    ):
        problems.setdefault(system, {})[problem] = None
    findings = Counter(one.system for one in datamap_queries.open_findings())
    return tuple(
        SystemRow(
            system.id,
            system.name,
            system.owner,
            system.connector,
            system.location,
            counts.get(system.id, Counts()),
            last_answer_at=answered.get(system.id),
            problems=tuple(problems.get(system.id, ())),
            findings=findings[system.id],
        )
        for system in datamap_queries.register().systems
    )
