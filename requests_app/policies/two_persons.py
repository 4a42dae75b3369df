"""Who is a second person beside somebody, and when one goes alone (decision C19)."""

from __future__ import annotations

from collections.abc import Collection, Container
from datetime import date, datetime
from typing import Final

from accounts import queries as accounts
from accounts.models import User
from accounts.queries import officers
from accounts.roles import ROLE_PERMISSIONS, Permission
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.days import add_working_days
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse
from requests_app.models import Case
from requests_app.states import Channel, EventKind

# Why an account is no second person beside one of them.
LET_IN: Final = (
    "of the two of you one let the other in, while the case was open or with nobody "
    "else to look"
)
# C19: this near to the safe day the DCO may go alone, with the reason.
ALONE_WORKING_DAYS: Final = 2


def seats_of(actors: Collection[str], case: Case) -> frozenset[int]:
    """Return the accounts that are no second person beside ``actors`` (ADR 3).

    One let the other in while the case was open, so one hand had both. A day of receipt
    that was corrected makes nobody a second person who was none: the earliest counts.
    Costs up to 3 queries, and none without actors.
    """
    if not actors:
        return frozenset()
    return officers.seats_of(actors, since=_first_receipt(case))


def _first_receipt(case: Case) -> datetime:
    """Return the earliest receipt that was ever written down. Costs 1 query at most.

    What was sent here cannot be corrected.
    """
    if case.submission.channel == Channel.WEB:
        return case.submission.received_at
    corrected = case.events.filter(kind=EventKind.RECEIPT_CORRECTED)
    earlier = (
        datetime.fromisoformat(facts["was"])
        for facts in corrected.values_list("facts", flat=True)
    )
    return min((case.submission.received_at, *earlier))


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
    """Whether everybody else who could do it is away today (C19). Costs 2 queries.

    ``but``: accounts that are no second person. Who is away because ``by`` said so, or
    was shut out by ``by`` with nobody having looked, counts as there: nobody gains the
    right to go alone by their own hand.
    """
    me = str(by.actor)
    there = [
        user.name or user.email
        for user in accounts.staff_users()
        if user.pk != by.pk
        and user.pk not in but
        and user.may(permission)
        and (not user.is_away(today) or user.absence_noted_by == me)
    ]
    there += [
        user.name or user.email
        for user, was in officers.taken_away_by(by.actor)
        if permission in ROLE_PERMISSIONS[was]
        and not user.may(permission)
        and user.pk not in but
    ]
    if not there:
        return ALLOWED
    return refuse(
        f"Somebody else is there to do it: {', '.join(there)}. Going alone is for "
        "when nobody is."
    )
