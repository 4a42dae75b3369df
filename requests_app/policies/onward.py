"""Data to take away, sent straight to another controller (UK GDPR Article 20(2)).

The person has that right "where technically feasible": so somebody says whether it is,
in words that the person reads, and records that it was sent.
"""

from __future__ import annotations

import json

from accounts.models import User
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.models import Case, CaseEvent, Package
from requests_app.moves import WEIGHED
from requests_app.policies.common import is_open, works
from requests_app.states import EventKind, PackageState, Right


def direct_transmission_to(case: Case) -> str:
    """Return where the person asked to have it sent, in their words. Costs no query."""
    told = json.loads(case.submission.answers or "{}").get(Right.PORTABILITY, {})
    return str(told.get("onward", "")).strip() if isinstance(told, dict) else ""


def answer_of(case: Case) -> CaseEvent | None:
    """Return the newest answer on direct transmission, or None. Costs 1 query."""
    said = case.events.filter(kind=EventKind.ONWARD_ANSWERED).select_related("text")
    return said.order_by("-seq").first()


def is_answered(case: Case) -> Verdict:
    """Refuse while the person asked for it and nobody said whether it can be done."""
    if not direct_transmission_to(case) or answer_of(case) is not None:
        return ALLOWED
    return refuse(
        "They asked that it be sent straight to another company. Say first whether "
        "that can be done: the letter tells it."
    )


def may_answer(case: Case, by: User) -> Verdict:
    """Whether ``by`` may say whether it can be sent on, before it is decided."""
    verdict = first_refusal(
        works(by, "Saying whether it can be sent on"), is_open(case)
    )
    if not verdict:
        return verdict
    if case.right != Right.PORTABILITY:
        return refuse("Only data to take away is sent straight to another company.")
    if case.status not in WEIGHED:
        return refuse("This is said before the decision. Reopen the review first.")
    return ALLOWED


def may_send_onward(package: Package, by: User) -> Verdict:
    """Whether ``by`` may fetch it for the other company, and record that it was sent.

    Only what a second person has let go, and once. Costs up to 2 queries.
    """
    verdict = works(by, "Sending it on")
    if not verdict:
        return verdict
    case = package.case
    if case.right != Right.PORTABILITY:
        return refuse("Only data to take away is sent straight to another company.")
    if package.state != PackageState.RELEASED:
        return refuse("The package is not released yet.")
    answer = answer_of(case)
    if answer is None or not answer.facts["feasible"]:
        return refuse("It was not decided that it is sent to another company.")
    return _not_yet_sent(package)


def _not_yet_sent(package: Package) -> Verdict:
    sent = package.case.events.filter(
        kind=EventKind.SENT_ONWARD, facts__package=package.pk
    )
    return refuse("That it was sent is recorded.") if sent.exists() else ALLOWED
