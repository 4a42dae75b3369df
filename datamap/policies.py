"""What may be done with the facts that staff pages keep, and why not."""

from __future__ import annotations

from accounts.models import User
from accounts.roles import Permission
from datamap.models import Disclosure
from datamap.states import TOLD_ONLY_WHEN_DECIDED
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse


def may_decide_telling(disclosure: Disclosure, by: User, *, reason: str) -> Verdict:
    """Whether ``by`` may decide if the person is told of a disclosure (D10)."""
    if not by.may(Permission.TELLING_DECIDE):
        return refuse("The DCO decides whether the person is told of a disclosure.")
    if disclosure.basis not in TOLD_ONLY_WHEN_DECIDED:
        return refuse("The person is told of this disclosure in any case.")
    if not reason.strip():
        return refuse("Write what telling the person would prejudice, or why nothing.")
    return ALLOWED
