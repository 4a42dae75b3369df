"""Questions about the schedule and the holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from lumina_privacy.lib.subject_ref import all_refs
from retention.models import Hold, HoldIdentifier, ScheduleLine
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
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """A hold as other apps read it; ``covers`` is by how many identifiers it finds."""

    ground: str
    placed_at: datetime
    provisional_until: date | None
    released_at: datetime | None
    covers: int


def hold_of(hold_id: int) -> HoldFacts | None:
    """Return a hold by its id, or None. Costs 2 queries."""
    hold = Hold.objects.filter(pk=hold_id).first()
    if hold is None:
        return None
    return HoldFacts(
        hold.ground,
        hold.placed_at,
        hold.provisional_until,
        hold.released_at,
        hold.identifiers.count(),
    )


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
            line.proposed_at,
        )
    return newest


def held_refs() -> frozenset[str]:
    """Return the references, under every live key, of people whose data is held.

    Costs 1 query.
    """
    held = HoldIdentifier.objects.filter(hold__released_at__isnull=True)
    return frozenset(
        ref for one in held.iterator() for ref in all_refs(one.kind, one.value)
    )


def over_since(code: str, *, on: date) -> date | None:
    """Return the last day from which data of a line is over on the London day ``on``.

    None for a line that the DCO has not approved: it only counts (C22). Costs 1 query.
    """
    line = lines().get(code)
    if line is None or not line.approved:
        return None
    return Period.parse(line.period).before(on)


def is_held(
    subjects: Iterable[tuple[str, str]], *, on: date, but_for: str = ""
) -> bool:
    """Whether a live hold keeps what we have about one of ``subjects`` (C5).

    ``subjects`` are (kind, value); ``but_for`` is whose own holds do not count. A
    restriction keeps nothing: it limits a use. Costs 1 query.
    """
    refs = [ref for kind, value in subjects for ref in all_refs(kind, value)]
    live = Q(hold__released_at__isnull=True) & (
        Q(hold__provisional_until__isnull=True) | Q(hold__provisional_until__gte=on)
    )
    held = HoldIdentifier.objects.filter(live, ref__in=refs).exclude(
        hold__kind=HoldKind.RESTRICTION
    )
    return held.exclude(hold__placed_for=but_for).exists()


def live(holds: Iterable[int]) -> list[int]:
    """Return those of ``holds`` that nobody has released. Costs 1 query."""
    known = Hold.objects.filter(pk__in=list(holds), released_at__isnull=True)
    return list(known.order_by("pk").values_list("pk", flat=True))
