"""The clock of a case, replayed from its events."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date

from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from requests_app import clock
from requests_app.models import Case, CaseEvent
from requests_app.states import EventKind, Right


def timeline_of(right: str, events: Iterable[CaseEvent]) -> clock.Timeline:
    """Return what moves the clock, from events in their order. Costs no query."""
    received: date | None = None
    for event in events:
        if event.kind in {EventKind.REQUEST_RECEIVED, EventKind.BREACH_OPENED}:
            received = london_day(event.happened_at)
    if received is None:
        raise ValueError("a case begins with its receipt")
    return clock.Timeline(right=right, received=received)


def reckon_events(
    right: str, events: Iterable[CaseEvent], *, holidays: Container[date]
) -> clock.Reckoning:
    """Return what the clock of a case of ``right`` says. Costs no query.

    A complaint's day is that of its acknowledgement (DPA 2018 s.164A(3)); a breach has
    an instant, not a day (``Case.due_at``), shown here by its day.
    """
    timeline = timeline_of(right, events)
    if right == Right.COMPLAINT:
        due = clock.complaint_acknowledgement_due(timeline.received, holidays=holidays)
        return clock.fixed(
            due, "We acknowledge a complaint within 30 days.", "DPA 2018 s.164A(3)"
        )
    return clock.reckon(timeline, holidays=holidays)


def reckoning_of(case: Case) -> clock.Reckoning:
    """Return "how we worked out this date" for ``case``. Costs 2 queries."""
    return reckon_events(
        case.right,
        case.events.order_by("seq"),
        holidays=datamap_queries.holidays(),
    )
