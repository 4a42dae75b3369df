"""May the case of a breach be closed? Reasons in the reader's words."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.models import Case
from requests_app.policies.common import is_open
from requests_app.states import EventKind, Right


def may_open_closing(case: Case, by: User) -> Verdict:
    """Whether ``by`` may close the breach at all."""
    if case.right != Right.BREACH:
        return refuse("Only the case of a breach is closed so.")
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Closing a breach is for a decider.")
    return is_open(case)


def may_close_breach(
    case: Case,
    by: User,
    *,
    reason: str,
    told_at: datetime | None,
    why_not: str,
    at: datetime,
) -> Verdict:
    """Whether ``by`` may close it so: told at an instant, or not, with the reason.

    UK GDPR Article 33(1). Costs 1 query.
    """
    return first_refusal(
        may_open_closing(case, by),
        _said(reason, told_at, why_not),
        _in_time(case, told_at, at),
    )


def _said(reason: str, told_at: datetime | None, why_not: str) -> Verdict:
    if not reason.strip():
        return refuse("Write what happened, what came of it and what was done.")
    if (told_at is None) == (not why_not.strip()):
        return refuse("Say when the regulator was told, or why not.")
    return ALLOWED


def _in_time(case: Case, told_at: datetime | None, at: datetime) -> Verdict:
    if told_at is None:
        return ALLOWED
    opened = case.events.filter(kind=EventKind.BREACH_OPENED).order_by("seq").first()
    if told_at > at or (opened is not None and told_at < opened.happened_at):
        return refuse("The regulator was told after the breach was found, not later.")
    return ALLOWED
