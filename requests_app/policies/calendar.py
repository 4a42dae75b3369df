"""May the bank holidays be changed? Reasons in the reader's words."""

from __future__ import annotations

from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse


def may_change_calendar(by: User) -> Verdict:
    """Whether ``by`` may change the bank holidays, and with them the days of cases."""
    if not by.may(Permission.CALENDAR_EDIT):
        return refuse("Changing the holidays is for a Data Compliance Officer.")
    return ALLOWED
