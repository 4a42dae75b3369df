"""A changed bank holiday moves the day of every case it touches, in the same action."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from audit import actions as audit
from datamap import actions as datamap
from datamap import queries as datamap_queries
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.bank_holidays import bank_holidays
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import require
from requests_app.actions.projection import rebuild
from requests_app.models import Case
from requests_app.policies import calendar as policies
from requests_app.states import OPEN, Right

# No run of days without work is longer; a holiday cannot move a day further than this.
_NEAR: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Moved:
    """A case whose last day, or its earliest reading, is another one now."""

    reference: str
    was: date | None
    now: date | None
    safe_now: date | None


def add_holiday(day: date, *, name: str, by: User, at: datetime) -> list[Moved]:
    """Add a holiday, a proclaimed one for instance; return whose day moved.

    The calendar is committed first, then each case by itself: no case is locked for
    longer than its own reckoning, and the night goes on where this was cut off. Raises
    Refused when it is known already or has no name.
    """
    require(policies.may_change_calendar(by))
    datamap.add_holiday(day, name=name, by=by.actor, at=at)
    return reckon_anew(_touched(day), by=by.actor, at=at)


def cancel_holiday(day: date, *, by: User, at: datetime) -> list[Moved]:
    """Remove a holiday for good, one that was moved for instance; as ``add_holiday``.

    The night does not bring it back.
    """
    require(policies.may_change_calendar(by))
    datamap.cancel_holiday(day, by=by.actor, at=at)
    return reckon_anew(_touched(day), by=by.actor, at=at)


def seed(*, at: datetime) -> int:
    """Add the holidays of the years to come; return how many are new.

    Reckon the open cases anew afterwards: a newer list may know a proclaimed holiday.
    """
    return datamap.seed_holidays(bank_holidays(london_day(at)))


def _touched(day: date) -> QuerySet[Case]:
    """Return every open case, and the closed ones whose day is near ``day``."""
    near = (day - _NEAR, day + _NEAR)
    return Case.objects.filter(
        Q(status__in=OPEN) | Q(due_on__range=near) | Q(safe_due_on__range=near)
    )


def reckon_anew(cases: QuerySet[Case], *, by: Actor, at: datetime) -> list[Moved]:
    """Project ``cases`` again from their events; return those whose day moved."""
    holidays = datamap_queries.holidays()
    rows = cases.exclude(right=Right.BREACH).order_by("pk")
    reckoned = (reckon(case, holidays=holidays, by=by, at=at) for case in rows)
    return [moved for moved in reckoned if moved is not None]


@transaction.atomic
def reckon(
    case: Case, *, holidays: Container[date], by: Actor, at: datetime
) -> Moved | None:
    """Project one case again from its events; a day that moved is a row of the ledger.

    Costs 2 queries, and 3 more when something changed.
    """
    was, safe_was = case.due_on, case.safe_due_on
    if not rebuild(case, holidays=holidays):
        return None
    case.refresh_from_db(fields=["due_on", "safe_due_on"])
    if (case.due_on, case.safe_due_on) == (was, safe_was):
        return None
    audit.record(
        "case.reckoned",
        about=case.about,
        by=by,
        at=at,
        details={"was": str(was or ""), "due_on": str(case.due_on or "")},
    )
    return Moved(case.reference, was, case.due_on, case.safe_due_on)
