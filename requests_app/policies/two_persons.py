"""Who is a second person beside somebody, and when one goes alone (decision C19)."""

from __future__ import annotations

from collections.abc import Collection, Container
from datetime import date
from typing import Final

from accounts import queries as accounts
from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import add_working_days
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse
from requests_app.models import Case

# C19: this near to the safe day the DCO may go alone, with the reason.
ALONE_WORKING_DAYS: Final = 2


def seats_of(actors: Collection[str], case: Case) -> frozenset[int]:
    """Return the accounts that ``actors`` let in while the case was open (ADR 3).

    Their links were in the actors' hands, so they are no second person. Costs up to 2
    queries, and none without actors.
    """
    if not actors:
        return frozenset()
    return accounts.enrolled_by(actors, since=case.submission.received_at)


def no_second_beside(actors: Collection[str], case: Case) -> frozenset[int]:
    """Return the accounts that are no second person beside ``actors``: theirs too.

    Costs what ``seats_of`` does.
    """
    return seats_of(actors, case) | {int(Actor.parse(one).ref) for one in actors}


def is_near(case: Case, *, today: date, holidays: Container[date]) -> bool:
    """Whether the safe day is so near that the DCO may go alone (decision C19)."""
    return case.safe_due_on is not None and case.safe_due_on <= add_working_days(
        today, ALONE_WORKING_DAYS, holidays
    )


def nobody_is_there(
    by: User, today: date, permission: Permission, *, but: Container[int]
) -> Verdict:
    """Whether everybody else who could do it is away today (C19). Costs 1 query.

    ``but``: accounts that are no second person.
    """
    there = [
        user.name or user.email
        for user in accounts.staff_users()
        if user.pk != by.pk
        and user.pk not in but
        and user.may(permission)
        and not user.is_away(today)
    ]
    if not there:
        return ALLOWED
    return refuse(
        f"Somebody else is there to do it: {', '.join(there)}. Going alone is for "
        "when nobody is."
    )
