"""London days and month arithmetic. No Django."""

from __future__ import annotations

import calendar
from collections.abc import Container, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")
_SATURDAY = 5


def london_day(at: datetime) -> date:
    """Return the day it is in London at the aware instant ``at``.

    >>> london_day(datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    datetime.date(2026, 7, 2)
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return at.astimezone(LONDON).date()


def day_words(day: date) -> str:
    """Return a day as people write it.

    >>> day_words(date(2026, 12, 2))
    '2 December 2026'
    """
    return f"{day.day} {day:%B %Y}"


def instant_words(at: datetime) -> str:
    """Return an aware instant as London's day and clock.

    >>> instant_words(datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    '2 July 2026 at 00:30'
    """
    return clock_words(at.astimezone(LONDON))


def clock_words(local: datetime) -> str:
    """Return what a clock shows, whatever its zone."""
    return f"{day_words(local.date())} at {local:%H:%M}"


def end_of_day(day: date) -> datetime:
    """Return the last microsecond of ``day`` in London, as an instant."""
    return datetime.combine(day, time.max, tzinfo=LONDON).astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """Return the same date ``months`` later, or the last day of that month.

    Regulation 1182/71 Article 3(2)(c). Never chain two calls: 31 January plus three
    months is 30 April, not 28 April.

    >>> add_months(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    >>> add_months(date(2026, 1, 31), 3)
    datetime.date(2026, 4, 30)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def is_working_day(day: date, holidays: Container[date]) -> bool:
    """Whether ``day`` is Monday to Friday and no bank holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def next_working_day(day: date, holidays: Container[date]) -> date:
    """Return ``day`` itself when it is a working day, else the first one after."""
    while not is_working_day(day, holidays):
        day += timedelta(days=1)
    return day


def why_passed_over(first: date, last: date, holidays: Container[date]) -> str:
    """Say why a period that would end on ``first`` ends on ``last``.

    Holidays that come as a mapping are named.

    >>> easter = {date(2027, 3, 29): "Easter Monday"}
    >>> why_passed_over(date(2027, 3, 29), date(2027, 3, 30), easter)
    'Monday 29 March 2027 is a bank holiday (Easter Monday)'
    """
    passed = [first + timedelta(days=n) for n in range((last - first).days)]
    return ", and ".join(
        f"{day:%A} {day_words(day)} is {_kind_of(day, holidays)}"
        for day in passed
        if day == first or day in holidays
    )


def _kind_of(day: date, holidays: Container[date]) -> str:
    if day not in holidays:
        return "no working day"
    name = holidays[day] if isinstance(holidays, Mapping) else ""
    return f"a bank holiday ({name})" if name else "a bank holiday"


def add_working_days(day: date, count: int, holidays: Container[date]) -> date:
    """Return the ``count``-th working day after ``day``."""
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1), holidays)
    return day
