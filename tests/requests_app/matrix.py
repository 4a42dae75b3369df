"""The full product of role and state, asked of a policy."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from accounts.models import User
from accounts.roles import Role
from lumina_privacy.lib.verdict import Verdict
from requests_app.models import Case
from requests_app.states import CaseStatus
from tests.factories.accounts import make_staff

Judge = Callable[[Case, User], Verdict]


def may_in(case: Case, judge: Judge) -> set[tuple[Role, CaseStatus]]:
    """Return by whom and in which state of ``case`` the judge lets it be done."""
    people = {role: make_staff(role) for role in Role}
    may = set()
    for role, status in product(Role, CaseStatus):
        # In memory alone: policies read the state of the case that they are given.
        case.status = status
        if judge(case, people[role]):
            may.add((role, status))
    return may
