"""What is found by when and where alone, and how far back it goes. Of the register."""

from __future__ import annotations

from datetime import date, timedelta

from datamap import queries as datamap_queries
from datamap.registry.systems import System
from requests_app import rules


def systems() -> tuple[System, ...]:
    """Return the systems in which somebody is found by when and where, as cameras."""
    return rules.sighting_systems(datamap_queries.register())


def overwritten_after() -> int | None:
    """Return after how many days the first of those systems overwrites itself."""
    days = [system.overwrites_after_days for system in systems()]
    return min((one for one in days if one is not None), default=None)


def days_gone_by(day: date, *, today: date) -> int:
    """Return how many days recordings go back, where ``day`` is before that; else 0.

    Only where every such system overwrites itself: else one may have it still.
    """
    kept = [system.overwrites_after_days for system in systems()]
    days = max((one or 0 for one in kept), default=0)
    if not kept or None in kept or day >= today - timedelta(days=days):
        return 0
    return days
