"""Answers that went out without a second person, until one has looked (C19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from accounts.roles import Permission
from requests_app.models import Package


@dataclass(frozen=True, slots=True)
class WantedLook:
    """One answer that somebody has still to look at."""

    case: str
    package: str
    due_on: date
    is_late: bool


def looks_wanted(user: User, *, today: date) -> tuple[WantedLook, ...]:
    """Return what ``user`` may know to be looked at, by its day. Costs 1 query."""
    if not user.may(Permission.CASE_READ):
        return ()
    wanted = (
        Package.objects.filter(second_look_due_on__isnull=False, second_look_by="")
        .order_by("second_look_due_on", "pk")
        .values_list("case__reference", "reference", "second_look_due_on")
    )
    return tuple(
        WantedLook(case, package, due_on, due_on < today)
        for case, package, due_on in wanted
        if due_on is not None
    )
