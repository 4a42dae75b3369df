"""Who is reminded of a case's day, and how long before it. No Django, no ``now``.

Days are counted back from ``safe_due``, the earliest that any reading of the law gives
(ADR 4). A step belongs to the day it counts to: when that moves, another one begins
(ADR 23).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Reminds(StrEnum):
    """Whom a step is for."""

    WORKER = "worker"  # who has the case
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: whom it is for, and how many days before the safe day it is due."""

    who: Reminds
    days: int

    def begins_on(self, safe_due: date) -> date:
        """Return the first day on which it is due."""
        return safe_due - timedelta(days=self.days)


def steps_of(worker: Iterable[int], officer: Iterable[int]) -> tuple[Step, ...]:
    """Return the steps, from the days before the safe day that the settings name."""
    return tuple(
        Step(who, days)
        for who, known in ((Reminds.WORKER, worker), (Reminds.OFFICER, officer))
        for days in known
    )


def due_steps(
    steps: Iterable[Step],
    *,
    safe_due: date,
    today: date,
    done: Collection[tuple[Step, date]],
) -> tuple[Step, ...]:
    """Return what is due on ``today`` and not ``done``: one step a reader at most.

    Of several that have begun, as when a case comes late or the portal stood still,
    the nearest to the day stands for all.

    >>> steps = steps_of([], [7, 2])
    >>> due_steps(steps, safe_due=date(2026, 12, 2), today=date(2026, 11, 30), done=[])
    (Step(who=<Reminds.OFFICER: 'officer'>, days=2),)
    """
    nearest: dict[Reminds, Step] = {}
    for step in sorted(steps, key=lambda one: -one.days):
        if step.begins_on(safe_due) <= today:
            nearest[step.who] = step
    return tuple(step for step in nearest.values() if (step, safe_due) not in done)
