"""A changed bank holiday moves the day of every case it touches, in the same action."""

from __future__ import annotations

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
    safe_was: date | None
    safe_now: date | None


@transaction.atomic
def add_holiday(day: date, *, name: str, by: User, at: datetime) -> list[Moved]:
    """Add a holiday, a proclaimed one for instance; return whose day moved.

    Raises Refused when it is known already or has no name.
    """
    require(policies.may_change_calendar(by))
    datamap.add_holiday(day, name=name, by=by.actor, at=at)
    return reckon_anew(_touched(day), by=by.actor, at=at)


@transaction.atomic
def cancel_holiday(day: date, *, by: User, at: datetime) -> list[Moved]:
    """Remove a holiday for good, one that was moved for instance; as ``add_holiday``.

    The night does not bring it back.
    """
    require(policies.may_change_calendar(by))
    datamap.cancel_holiday(day, by=by.actor, at=at)
    return reckon_anew(_touched(day), by=by.actor, at=at)


@transaction.atomic
def seed(*, by: Actor, at: datetime) -> list[Moved]:
    """Add the holidays of the years to come, and reckon every open case anew.

    Every night: a newer list may know a holiday that was proclaimed meanwhile.
    """
    datamap.seed_holidays(bank_holidays(london_day(at)))
    opened = Case.objects.filter(status__in=OPEN)
    return reckon_anew(opened, by=by, at=at)


def _touched(day: date) -> QuerySet[Case]:
    """Return every open case, and the closed ones whose day is near ``day``."""
    near = (day - _NEAR, day + _NEAR)
    return Case.objects.filter(
        Q(status__in=OPEN) | Q(due_on__range=near) | Q(safe_due_on__range=near)
    )


def reckon_anew(cases: QuerySet[Case], *, by: Actor, at: datetime) -> list[Moved]:
    """Project ``cases`` again from their events; return those whose day moved.

    Each of them is a row of the ledger. Costs 3 queries a case.
    """
    holidays = datamap_queries.holidays()
    moved = []
    for case in cases.exclude(right=Right.BREACH).order_by("pk"):
        was, safe_was = case.due_on, case.safe_due_on
        if not rebuild(case, holidays=holidays):
            continue
        case.refresh_from_db(fields=["due_on", "safe_due_on"])
        if (case.due_on, case.safe_due_on) == (was, safe_was):
            continue
        moved.append(
            Moved(case.reference, was, case.due_on, safe_was, case.safe_due_on)
        )
        audit.record(
            "case.reckoned",
            about=case.about,
            by=by,
            at=at,
            details={"was": str(was or ""), "due_on": str(case.due_on or "")},
        )
    return moved
