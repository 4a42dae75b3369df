"""Whether the person may be asked if somebody acts for them, and may answer (D9)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from accounts.models import User
from lumina_privacy.lib.subject_ref import IdentifierKind, all_refs, canonical_email
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app.models import Authority, AuthorityLink, AvoidedAddress, Case
from requests_app.models.reached import wrong_in
from requests_app.policies.authority import is_an_agents, may_open_judging
from requests_app.policies.common import works, wrote
from requests_app.policies.posting import nothing_to_post

GONE: Final = (
    "This link was used, or its time is over, or a newer one has taken its place. Call "
    "us if you want to tell us something."
)


def may_open_offering(authority: Authority, by: User) -> Verdict:
    """Whether ``by`` may ask the person at all. Costs 1 query.

    Only where there is doubt: what is sufficient is never made to wait for a link.
    """
    verdict = first_refusal(
        works(by, "Asking the person"), may_open_judging(authority, by)
    )
    if not verdict:
        return verdict
    if authority.laid_down:
        return refuse("Whoever acted does so no longer. Ask the person by message.")
    if authority.verified:
        return refuse("What was shown is sufficient: nothing more may be asked.")
    newest = authority.case.newest_authority()
    if newest is None or newest.pk != authority.pk:
        return refuse("A newer authority has taken this one’s place.")
    return ALLOWED


def may_offer(authority: Authority, by: User, *, email: str, reason: str) -> Verdict:
    """Whether ``by`` may send the link to ``email``, for ``reason``. 5 queries."""
    verdict = first_refusal(
        may_open_offering(authority, by),
        wrote(reason, "Write why you are in doubt. The person will read this."),
    )
    if not verdict:
        return verdict
    if _is_avoided(authority.case, email):
        return refuse("The person asked us not to use this address.")
    if canonical_email(email) in wrong_in(authority.case):
        return refuse("An answer went to the wrong person there. Ask somewhere else.")
    if is_an_agents(authority.case, IdentifierKind.EMAIL, email):
        return refuse("That is the address of whoever acts. Ask the person.")
    return ALLOWED


def _is_avoided(case: Case, email: str) -> bool:
    """Whether the person asked us not to use this address. Costs 1 query."""
    return AvoidedAddress.objects.filter(
        submission=case.submission_id, ref__in=all_refs(IdentifierKind.EMAIL, email)
    ).exists()


def may_answer(link: AuthorityLink, *, at: datetime) -> Verdict:
    """Whether the link still takes an answer. Costs 3 queries.

    Not once the person asked us not to use its address, or an answer went to the wrong
    person there: somebody else may read it.
    """
    authority = link.authority
    newest = authority.case.newest_authority()
    counts = newest is not None and newest.pk == authority.pk
    if link.answered_at is not None or link.expires_at <= at or not counts:
        return refuse(GONE)
    if authority.revoked_at is not None or _is_avoided(authority.case, link.email):
        return refuse(GONE)
    if canonical_email(link.email) in wrong_in(authority.case):
        return refuse(GONE)
    return ALLOWED


def may_end(authority: Authority, by: User, *, reason: str, today: date) -> Verdict:
    """Whether ``by`` may close what was asked by somebody who may not act."""
    return first_refusal(
        may_open_ending(authority, by, today=today),
        wrote(reason, "Write why. Whoever asked will read this."),
    )


def may_open_ending(authority: Authority, by: User, *, today: date) -> Verdict:
    """Whether a request may be closed because nobody may act. Costs 3 queries.

    Up to 4 more for each answer on paper.
    """
    case = authority.case
    verdict = works(by, "Closing")
    if not verdict:
        return verdict
    if not case.is_open:
        return refuse(f"The case is closed ({case.status}).")
    if not case.submission.for_another:
        return refuse("The person asked themselves: it goes on without an agent.")
    newest = case.newest_authority()
    if newest is None or newest.pk != authority.pk:
        return refuse("A newer authority has taken this one’s place.")
    if authority.goes_on:
        return refuse("Whoever asked has left. It goes on with the person.")
    if authority.revoked_at is None and authority.verified is not False:
        return refuse(
            "Look at the authority first: only where it is not enough, or was taken "
            "back, nobody is behind the request."
        )
    return nothing_to_post(case, today=today)
