"""What the ledger says of one thing, for tests."""

from __future__ import annotations

from audit import queries
from audit.queries import EventFacts


def events_about(about: str) -> list[EventFacts]:
    """Return what happened to ``about``, oldest first."""
    return queries.page_of_events(about=about, size=1000)[::-1]
