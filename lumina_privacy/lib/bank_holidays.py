"""The bank holidays of England and Wales as they are known today."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import Final

import holidays

# Long enough for an extended, paused request; every night reaches a day further.
YEARS_AHEAD: Final = 4
FIRST_YEAR: Final = 2018


def bank_holidays(today: date) -> dict[date, str]:
    """Return them by day, from the year of the notice to three years from today's."""
    years = range(FIRST_YEAR, today.year + YEARS_AHEAD)
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=years))


def any_year() -> Container[date]:
    """Return what knows of any day whether it is one, and which.

    Years are worked out as asked.
    """
    return holidays.country_holidays("GB", subdiv="ENG")
