"""When a record's time is over. Plain functions, no Django."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from lumina_privacy.lib.days import add_months

_PERIOD: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?\Z", re.ASCII)


class HoldKind(StrEnum):
    """Why something may not be disposed of (law brief, section 6.2)."""

    LEGAL = "legal"
    REQUEST = "request"
    RESTRICTION = "restriction"


class EndAction(StrEnum):
    """What happens at the end; nothing else may (LUM-30)."""

    DESTROY = "destroy"
    ANONYMISE = "anonymise"


@dataclass(frozen=True, slots=True)
class Period:
    """An ISO 8601 period of years, months and days."""

    years: int
    months: int
    days: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period. Raises ValueError with what to write.

        >>> Period.parse("P6Y")
        Period(years=6, months=0, days=0)
        """
        match = _PERIOD.match(text)
        if match is None or text == "P":
            raise ValueError(f"{text!r} is no period; write P6Y, P18M or P30D")
        return cls(*(int(part or 0) for part in match.groups()))

    def after(self, day: date) -> date:
        """Return the first day on which a record triggered on ``day`` is due to go.

        Months first, from the trigger and clamped to the month's end, then days.

        >>> Period.parse("P1M").after(date(2024, 1, 31))
        datetime.date(2024, 2, 29)
        """
        return add_months(day, self.years * 12 + self.months) + timedelta(
            days=self.days
        )

    def before(self, day: date) -> date:
        """Return the last trigger whose time is over on ``day``; never one too late.

        >>> Period.parse("P1M").before(date(2024, 3, 31))
        datetime.date(2024, 2, 29)
        """
        return add_months(
            day - timedelta(days=self.days), -(self.years * 12 + self.months)
        )

    def __str__(self) -> str:
        """Return the period as people say it.

        >>> [str(Period.parse(text)) for text in ("P6Y", "P1Y6M", "P0D")]
        ['6 years', '1 year and 6 months', 'at once']
        """
        units = (("year", self.years), ("month", self.months), ("day", self.days))
        said = [f"{n} {unit}{'' if n == 1 else 's'}" for unit, n in units if n]
        return " and ".join(said) or "at once"
