"""Whoever acts for the person: whether they may, and where the answer goes (D9)."""

from __future__ import annotations

from datetime import date

from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.clock import in_words
from requests_app.grounds import AnswerGoesTo
from requests_app.models import Authority, Case, Package
from requests_app.policies.common import is_open, works, wrote
from requests_app.states import CaseStatus, DeliveryForm, Right

NOT_VERIFIED = (
    "Somebody acts for the person. Look at what shows that they may, and record what "
    "you find, before anything goes out."
)


def newest_of(case: Case) -> Authority | None:
    """Return the authority that counts. Costs 1 query."""
    return case.authorities.order_by("-pk").first()


def may_open_recording(case: Case, by: User) -> Verdict:
    """Whether ``by`` may record that somebody acts for the person."""
    verdict = first_refusal(works(by, "Recording an authority"), is_open(case))
    if not verdict:
        return verdict
    if case.right in {Right.BREACH, Right.COMPLAINT}:
        return refuse("Here nobody has to show an authority.")
    if case.status == CaseStatus.UNPROVED:
        return refuse("The address is not proved yet.")
    return ALLOWED


def may_record(
    case: Case,
    by: User,
    *,
    agent: str,
    scope: str,
    valid_from: date | None,
    expires_on: date | None,
) -> Verdict:
    """Whether what is recorded of an authority is enough to look at."""
    verdict = first_refusal(
        may_open_recording(case, by),
        wrote(agent, "Write who acts."),
        wrote(scope, "Write which rights it covers, and over what."),
    )
    if not verdict:
        return verdict
    if valid_from and expires_on and expires_on < valid_from:
        return refuse("It cannot end before it begins.")
    return ALLOWED


def may_judge(authority: Authority, by: User, *, reason: str) -> Verdict:
    """Whether ``by`` may say that what was shown is enough, or is not."""
    verdict = may_open_judging(authority, by)
    return verdict and wrote(reason, "Write what you saw, and why it is enough or not.")


def may_open_judging(authority: Authority, by: User) -> Verdict:
    """Whether ``by`` may judge the authority at all."""
    verdict = first_refusal(works(by, "Verifying"), is_open(authority.case))
    if not verdict:
        return verdict
    if authority.revoked_at is not None:
        return refuse("The person has taken it back. Record a new one.")
    return ALLOWED


def may_choose_recipient(authority: Authority, by: User, *, reason: str) -> Verdict:
    """Whether ``by`` may choose that the answer goes to the agent or the person."""
    verdict = may_open_choosing(authority, by)
    return verdict and wrote(reason, "Write why it goes there.")


def may_open_choosing(authority: Authority, by: User) -> Verdict:
    """Whether the choice of the recipient is open to ``by``."""
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Choosing who gets the answer is for a decider.")
    return first_refusal(is_open(authority.case), _is_verified(authority))


def may_revoke(authority: Authority) -> Verdict:
    """Whether the person may take the authority back: at any time, once."""
    if authority.revoked_at is not None:
        return refuse("It is taken back already.")
    return ALLOWED


def _is_verified(authority: Authority) -> Verdict:
    if authority.verified is None:
        return refuse(NOT_VERIFIED)
    if not authority.verified:
        return refuse("What was shown is not enough. Ask for the authority.")
    return ALLOWED


def lets_release(package: Package, *, today: date) -> Verdict:
    """Whether whoever acts for the person may have it, on ``today``. Costs 1 query."""
    authority = newest_of(package.case)
    if authority is None:
        return ALLOWED
    if authority.revoked_at is not None and authority.goes_to != AnswerGoesTo.PERSON:
        return refuse(
            "The person has taken the authority back. Nothing goes to whoever acted "
            "for them; ask the person."
        )
    if authority.goes_to == AnswerGoesTo.PERSON:
        return _is_verified(authority)
    return first_refusal(
        _is_verified(authority),
        _in_its_time(authority, today),
        _reaches_the_agent(authority, package),
    )


def _in_its_time(authority: Authority, today: date) -> Verdict:
    if authority.valid_from is not None and today < authority.valid_from:
        return refuse(f"The authority begins on {in_words(authority.valid_from)}.")
    if authority.expires_on is not None and today > authority.expires_on:
        return refuse(f"The authority ended on {in_words(authority.expires_on)}.")
    return ALLOWED


def _reaches_the_agent(authority: Authority, package: Package) -> Verdict:
    if not authority.goes_to:
        return refuse(
            "Choose first whether the answer goes to the agent or to the person."
        )
    if package.decision.form == DeliveryForm.DOWNLOAD:
        return refuse(
            "A download reaches the person’s own address. For the agent, decide for "
            "paper or an encrypted medium."
        )
    return ALLOWED
