"""Who is reminded of a case's day, and how long before it. No Django, no ``now``.

Days are counted back from ``safe_due``, the earliest that any reading of the law gives
(ADR 4). A step belongs to the day it counts to: when that moves, another one begins
(ADR 23).
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lumina_privacy.lib.days import is_working_day


class Reminds(StrEnum):
    """Whom a step is for."""

    WORKER = "worker"  # who has the case
    OFFICER = "officer"


class AlarmKind(StrEnum):
    """What the law wants told and that has not gone."""

    EXTENSION = "extension"
    ACKNOWLEDGEMENT = "acknowledgement"  # of a complaint
    HOLD = "hold"  # the mail that asks to keep what overwrites itself


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


def alarm_begins(day: date, *, holidays: Container[date]) -> date:
    """Return when what must go by ``day`` is an alarm: the working day before.

    Never less than 24 hours before the day begins (decision C17), and with somebody
    there to see it.

    >>> str(alarm_begins(date(2026, 11, 30), holidays=()))
    '2026-11-27'
    """
    day -= timedelta(days=1)
    while not is_working_day(day, holidays):
        day -= timedelta(days=1)
    return day
