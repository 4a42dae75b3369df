"""Questions about the schedule and the holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from retention.models import Hold, ScheduleLine
from retention.rules import HoldKind, Period


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of the schedule, newest version, as other apps and pages read it."""

    id: int
    code: str
    name: str
    trigger: str
    period: str
    end_action: str
    why: str
    approved: bool
    approved_because: str


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """A hold as other apps read it."""

    id: int
    kind: HoldKind
    ground: str
    placed_at: datetime
    provisional_until: date | None
    released_at: datetime | None


def lines() -> dict[str, LineFacts]:
    """Return the newest version of each line by its code. Costs 1 query."""
    newest: dict[str, LineFacts] = {}
    for line in ScheduleLine.objects.order_by("code", "version"):
        newest[line.code] = LineFacts(
            line.pk,
            line.code,
            line.name,
            line.trigger,
            line.period,
            line.end_action,
            line.why,
            line.approved_at is not None,
            line.approved_because,
        )
    return newest


def over_since(code: str, *, on: date) -> date | None:
    """Return the last day from which data of a line is over on the London day ``on``.

    None for a line that the DCO has not approved: it only counts (C22). Costs 1 query.
    """
    line = lines().get(code)
    if line is None or not line.approved:
        return None
    return Period.parse(line.period).before(on)


def holds_for(placed_for: str) -> list[HoldFacts]:
    """Return the holds placed for a thing, oldest first. Costs 1 query."""
    rows = Hold.objects.filter(placed_for=placed_for).order_by("pk")
    return [
        HoldFacts(
            hold.pk,
            HoldKind(hold.kind),
            hold.ground,
            hold.placed_at,
            hold.provisional_until,
            hold.released_at,
        )
        for hold in rows
    ]
