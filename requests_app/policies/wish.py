"""May it be changed how a person is answered, and can it be followed? To the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from accounts.models import User
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse
from requests_app.models import Case
from requests_app.policies.common import works, wrote
from requests_app.states import Right

_MISSING: Final = {
    "email": "No e-mail address of theirs may be used here: choose another way.",
    "phone": "No telephone number of theirs is known: write it.",
    "post": "No postal address of theirs may be used here: write another one.",
}


def may_open_wish(case: Case, by: User) -> Verdict:
    """Whether ``by`` may change how the person is answered. Costs no query."""
    if case.right == Right.BREACH:
        return refuse("A breach has nobody to answer.")
    if case.right == Right.PASSED_ON:
        return refuse("Here the customer is answered, never the person.")
    return works(by, "Changing how they are answered")


def may_change(
    case: Case, by: User, *, reach: str, known: Mapping[str, str]
) -> Verdict:
    """Whether they can be answered by ``reach``; ``known``: what each way needs."""
    verdict = may_open_wish(case, by)
    if not verdict:
        return verdict
    if reach not in _MISSING:
        return refuse("Choose how they want to be answered.")
    if reach == "phone" and case.submission.for_another:
        return refuse("Only who asks for themselves is called.")
    return ALLOWED if known[reach].strip() else refuse(_MISSING[reach])


def says_why(reason: str) -> Verdict:
    """Whether it is said how the person told us. Costs no query."""
    return wrote(reason, "Write how they told you.")
