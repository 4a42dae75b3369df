"""Whether the hold of a case may be released by hand: always by two (decision C41).

No setting switches it off, and nobody goes alone: a hold that ends with its case ends
by itself, so this is never urgent.
"""

from __future__ import annotations

from typing import Final

from accounts.models import User
from accounts.roles import Permission
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.models import Case, HoldRelease
from requests_app.policies.common import wrote
from requests_app.policies.two_persons import LET_IN, seats_of
from requests_app.states import HELD
from retention import queries as retention

NOT_HELD: Final = "Nothing is held for this case."
_UNREAD: Final = "Read what would be lost, and say that you have."


def loses(case: Case) -> bool:
    """Whether an answer that is still owed could lose by the release. No query."""
    return case.is_open and case.right in HELD


def may_open_proposing(case: Case, by: User) -> Verdict:
    """Whether ``by`` may propose to release the hold of a case. Up to 2 queries."""
    if not by.may(Permission.CASE_DECIDE):
        return refuse("Proposing to release a hold is for a decider.")
    if case.hold is None or not _is_held(case):
        return refuse(NOT_HELD)
    if case.hold_releases.filter(hold=case.hold, settled_at__isnull=True).exists():
        return refuse("It is proposed already: a second person decides.")
    return ALLOWED


def may_propose(case: Case, by: User, *, reason: str, lost_seen: bool) -> Verdict:
    """Whether ``by`` may propose it for ``reason``, having read what would be lost."""
    return first_refusal(
        may_open_proposing(case, by),
        wrote(reason, "Write why the hold is not needed any more."),
        _has_seen(case, lost_seen=lost_seen),
    )


def may_open_settling(release: HoldRelease, by: User) -> Verdict:
    """Whether ``by`` may decide on a proposal: by right, and as a second person.

    Never who proposed it, whatever their role has become since, nor an account that one
    of the two let in (ADR 3). Costs up to 4 queries.
    """
    case = release.case
    if not by.may(Permission.CASE_RELEASE):
        return refuse("Releasing a hold is for a reviewer or the DCO.")
    if release.settled_at is not None:
        return refuse("This proposal was decided already.")
    if release.proposed_by == str(by.actor):
        return refuse("You proposed it; somebody else decides.")
    if by.pk in seats_of({release.proposed_by}, case):
        return refuse(
            f"You and who proposed it are no two persons: {LET_IN}. Somebody else "
            "decides."
        )
    if case.hold != release.hold or not _is_held(case):
        return refuse(NOT_HELD)
    return ALLOWED


def may_settle(
    release: HoldRelease, by: User, *, approved: bool, reason: str, lost_seen: bool
) -> Verdict:
    """Whether ``by`` may agree to a proposal, or decline it, for ``reason``."""
    return first_refusal(
        may_open_settling(release, by),
        wrote(reason, "Write what you looked at, and why."),
        _has_seen(release.case, lost_seen=lost_seen) if approved else ALLOWED,
    )


def _is_held(case: Case) -> bool:
    return case.hold is not None and bool(retention.live([case.hold]))


def _has_seen(case: Case, *, lost_seen: bool) -> Verdict:
    return refuse(_UNREAD) if loses(case) and not lost_seen else ALLOWED
