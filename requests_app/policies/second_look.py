"""Who may look a second time at what one person did alone (decision C19)."""

from __future__ import annotations

from datetime import date

from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse
from requests_app.models import Case, Decision, Package
from requests_app.policies.posting import WAITS_FOR_POST, is_to_be_posted
from requests_app.policies.ruling import who_let_go_on
from requests_app.policies.two_persons import LET_IN, seats_of
from requests_app.rulings import Judged
from requests_app.states import CaseStatus

_NOT_WANTED = "No second look is wanted."
_BACK_IS_FOR = frozenset({CaseStatus.DECIDED, CaseStatus.DONE})


def may_look_at_answer(package: Package, by: User) -> Verdict:
    """Whether ``by`` may look at an answer that went out alone. 2 queries at most."""
    if not by.may(Permission.CASE_RELEASE):
        return refuse("The second look is for a reviewer or the DCO.")
    if package.second_look_due_on is None or package.second_look_by:
        return refuse(_NOT_WANTED)
    acted = {package.decision.by, package.released_by}
    if str(by.actor) in acted:
        return refuse("You decided or released it; somebody else looks a second time.")
    if by.pk in seats_of(acted, package.case):
        return refuse(
            f"You and who decided or released it are no two persons: {LET_IN}. "
            "Somebody else looks a second time."
        )
    return ALLOWED


def may_send_answer_back(package: Package, *, today: date) -> Verdict:
    """Whether the answer may be decided anew. Costs up to 4 queries."""
    if package.case.status not in _BACK_IS_FOR:
        return refuse("The case is in work again already: approve it, or revoke it.")
    waits = is_to_be_posted(package, today=today)
    return refuse(WAITS_FOR_POST) if waits else ALLOWED


def may_look_at_objection(
    case: Case, by: User, decision: Decision | None, judged: tuple[Judged, ...]
) -> Verdict:
    """Whether ``by`` may look at an objection that one person declined alone.

    Neither who decided it, nor who ruled that a use goes on, nor an account that one of
    them let in while the case was open (ADR 3). Costs up to 2 queries.
    """
    if not by.may(Permission.CASE_DECIDE):
        return refuse("The second look is for a decider.")
    if case.second_look_due_on is None or decision is None:
        return refuse(_NOT_WANTED)
    if decision.by == str(by.actor):
        return refuse("You decided it; somebody else looks a second time.")
    went_on = who_let_go_on(judged)
    if str(by.actor) in went_on:
        return refuse("You ruled on it; somebody else looks a second time.")
    if by.pk in seats_of(went_on | {decision.by}, case):
        return refuse(
            f"You and who ruled on it or decided it are no two persons: {LET_IN}. "
            "Somebody else looks a second time."
        )
    return ALLOWED
