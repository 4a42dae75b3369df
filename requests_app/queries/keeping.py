"""How long what was gathered for a case is kept, and so may be used again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, NamedTuple

from django.conf import settings

from lumina_privacy.lib.days import london_day
from requests_app.models import Case
from requests_app.states import CaseStatus
from retention import queries as retention
from retention.rules import Period

GATHERED_LINE: Final = "case-gathered"
CASES_LINE: Final = "rights-cases"
# What was gathered for a case that ended so is kept to the end of that line.
ANSWERED: Final = (CaseStatus.DONE, CaseStatus.REFUSED, CaseStatus.NO_REPLY)


def after_collection() -> timedelta:
    """Return how long a copy can be fetched again after it was first (C16)."""
    return timedelta(days=settings.LUMINA_PACKAGE_DAYS_COLLECTED)


def gathered_until(case: Case) -> date | None:
    """Return the London day on which what was gathered for ``case`` goes.

    None while the case has no answer, and while the DCO has not approved the line: it
    only counts then (decision C22). A refusal is an answer too, and can be contested.
    Costs 1 query for an answered case.
    """
    if case.status not in ANSWERED or case.closed_at is None:
        return None
    line = retention.lines().get(GATHERED_LINE)
    if line is None or not line.approved:
        return None
    return Period.parse(line.period).after(london_day(case.closed_at))


class KeptUntil(NamedTuple):
    """The day until which something is kept; its period may be only proposed (C22)."""

    day: date
    is_proposed: bool


def case_until(today: date) -> KeptUntil | None:
    """Return until when a case that is closed today is kept (C16).

    None without that line of the schedule. Costs 1 query.
    """
    line = retention.lines().get(CASES_LINE)
    if line is None:
        return None
    return KeptUntil(Period.parse(line.period).after(today), not line.approved)


class KeptFor(NamedTuple):
    """How long something is kept, in words; its period may be only proposed (C22)."""

    period: str
    is_proposed: bool


def cases_for() -> KeptFor | None:
    """Return how long a case is kept once it is closed, as its sender is told (C16).

    None without that line of the schedule: then nothing is said. Costs 1 query.
    """
    line = retention.lines().get(CASES_LINE)
    if line is None:
        return None
    return KeptFor(str(Period.parse(line.period)), not line.approved)


def said_of_expired(case: Case, *, today: date) -> str:
    """Return what the person reads of an answer whose copy is destroyed (C16)."""
    until = gathered_until(case)
    if until is None:
        return "Expired; we make it again on request."
    if today < until:
        return (
            "Expired; we make it again if you ask us before "
            f"{until.day} {until:%B %Y}. Then what we gathered for it is destroyed."
        )
    return (
        "Expired, and what we had gathered for it is destroyed. Ask for a new copy: "
        "we search again."
    )
