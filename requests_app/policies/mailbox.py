"""May another mailbox of the person follow the case? In the reader's words.

Where none is left that may: an answer went to the wrong person (C40), or the person
asked us not to use theirs (D9), or nobody ever proved one.
"""

from __future__ import annotations

from datetime import datetime

from accounts import queries as accounts
from accounts.models import User
from lumina_privacy.lib.subject_ref import IdentifierKind, all_refs
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.models import AvoidedAddress, Case, CaseEvent
from requests_app.models.pages import closings
from requests_app.models.reached import persons_in, wrong_in
from requests_app.policies.authority import AGENTS, is_an_agents
from requests_app.policies.casework import may_name_identifiers
from requests_app.policies.check import newest_check
from requests_app.policies.common import works, wrote
from requests_app.states import CheckMethod, EventKind, Right


def may_open_joining(case: Case, by: User) -> Verdict:
    """Whether another mailbox may be joined to the case at all. Up to 12 queries."""
    if case.right in {Right.BREACH, Right.COMPLAINT, Right.PASSED_ON}:
        return refuse("Here nobody fetches an answer.")
    verdict = may_name_identifiers(case, by, reason="to come")
    if not verdict:
        return verdict
    if persons_in(case) - wrong_in(case):
        return refuse("The person has a mailbox that the answer may go to.")
    return _is_known_again(case)


def may_open_opening(case: Case, by: User) -> Verdict:
    """Whether the page may be opened to its mailbox again. Up to 12 queries."""
    verdict = works(by, "Opening a page")
    if not verdict:
        return verdict
    if not closings().filter(case=case).exists():
        return refuse("The page is closed to nobody by an answer of this case.")
    return _is_known_again(case)


def may_open_page(case: Case, by: User, *, reason: str) -> Verdict:
    """Whether the page may be opened to its mailbox again, for ``reason``.

    The answer goes there no more all the same: for that another mailbox is joined.
    """
    return first_refusal(
        may_open_opening(case, by),
        wrote(reason, "Write how you know that the person reads there alone."),
    )


def _is_known_again(case: Case) -> Verdict:
    """Whether who asks has shown who they are since their mailbox was lost."""
    newest, lost_at = newest_check(case), _lost_at(case)
    if (
        newest is None
        or not newest.passed
        or newest.method == CheckMethod.WAIVED
        or newest.at <= lost_at
    ):
        return refuse(
            "Make sure first once more who asks, in a way that no mailbox can answer, "
            "and record that check."
        )
    return ALLOWED


def _lost_at(case: Case) -> datetime:
    """Return since when the person has had no mailbox here. Costs 3 queries.

    Of all that was asked together, as the mailbox is lost to all of it.
    """
    revoked = CaseEvent.objects.filter(
        case__submission=case.submission_id, kind=EventKind.PACKAGE_REVOKED
    ).order_by("-recorded_at")
    proved = case.proved.filter(kind=IdentifierKind.EMAIL)
    theirs = {case.submission.address, *(one.value for one in proved)}
    avoided = AvoidedAddress.objects.filter(
        submission=case.submission_id, kind=IdentifierKind.EMAIL
    )
    return max(
        [
            case.submission.received_at,
            *revoked.values_list("recorded_at", flat=True)[:1],
            *(one.at for one in avoided if one.value in theirs),
        ]
    )


def may_join(case: Case, by: User, *, email: str, reason: str) -> Verdict:
    """Whether ``email`` may become the person's mailbox here. Up to 18 queries.

    Who asks says that it is theirs; that they read there a code has proved, which they
    typed in to sign in after the other one was lost.
    """
    verdict = may_open_joining(case, by)
    if not verdict:
        return verdict
    refs = all_refs(IdentifierKind.EMAIL, email)
    if email in wrong_in(case):
        return refuse("An answer went to the wrong person there. Ask for another one.")
    avoided = AvoidedAddress.objects.filter(submission=case.submission_id)
    if avoided.filter(ref__in=refs).exists():
        return refuse("The person asked us not to use this address.")
    if is_an_agents(case, IdentifierKind.EMAIL, email):
        return refuse(AGENTS)
    return first_refusal(
        wrote(reason, "Write how the person told you that it is theirs."),
        _is_proved(case, email),
    )


def _is_proved(case: Case, email: str) -> Verdict:
    if accounts.signed_in_since(email, _lost_at(case)):
        return ALLOWED
    return refuse(
        "Nobody has signed in with this address since. Ask the person to sign in with "
        "it: the code that we send there proves it."
    )
