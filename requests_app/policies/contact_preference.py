"""How somebody is answered: can it be followed, may it be changed? To the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from accounts.models import User
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.models import Case
from requests_app.policies.common import works, wrote
from requests_app.states import CaseStatus, ContactMethod, Right

_MISSING: Final[Mapping[str, str]] = {
    ContactMethod.EMAIL: (
        "There is no e-mail address that may be used: choose another way."
    ),
    ContactMethod.PHONE: "There is no telephone number: write it.",
    ContactMethod.POST: (
        "There is no postal address that may be used: write another one."
    ),
}


def can_be_followed(
    reach: str, *, known: Mapping[str, str], for_another: bool
) -> Verdict:
    """Whether somebody can be answered by ``reach``; ``known``: what each way needs.

    ``for_another``: an agent asked for them, and we keep no number of theirs. Costs no
    query.
    """
    if reach not in _MISSING:
        return refuse("Choose how they want to be answered.")
    if reach == ContactMethod.PHONE and for_another:
        return refuse("Only who asks for themselves is called.")
    return ALLOWED if known[reach].strip() else refuse(_MISSING[reach])


def may_open_change(case: Case, by: User) -> Verdict:
    """Whether ``by`` may change how the person is answered. Costs no query."""
    if case.right == Right.BREACH:
        return refuse("A breach has nobody to answer.")
    if case.right == Right.PASSED_ON:
        return refuse("Here the customer is answered, never the person.")
    if case.status == CaseStatus.LAPSED:
        # What was written is blanked, and nothing is written into it again (C41).
        return refuse("Nobody proved this request, so there is nobody to answer.")
    return works(by, "Changing how they are answered")


def may_change(
    case: Case, by: User, *, reach: str, known: Mapping[str, str], reason: str
) -> Verdict:
    """Whether they are answered by ``reach`` from now on. Costs no query.

    ``reason``: how they told us. What cannot be followed is not noted.
    """
    return first_refusal(
        may_open_change(case, by),
        can_be_followed(reach, known=known, for_another=case.submission.for_another),
        wrote(reason, "Write how they told you."),
    )
