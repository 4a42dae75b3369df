"""What every act asks first: whether the case is open, and who works cases."""

from __future__ import annotations

from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse
from requests_app.models import Case


def is_open(case: Case) -> Verdict:
    """Whether the case has no end yet."""
    if case.is_open:
        return ALLOWED
    return refuse(f"The case is closed ({case.status}).")


def works(by: User, what: str) -> Verdict:
    """Whether ``by`` works cases; ``what`` begins the refusal."""
    if by.may(Permission.CASE_WORK):
        return ALLOWED
    return refuse(f"{what} is for the people who work cases.")
