"""Questions about the schedule and the holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from retention.models import ScheduleLine
from retention.rules import Period


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
