"""A complaint gets a page here once somebody proves the address it was sent with.

Nobody has to: it is looked into whoever sent it (decision C3, ADR 15).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts import actions as accounts
from accounts.models import User
from lumina_privacy.lib.subject_ref import IdentifierKind, subject_ref
from lumina_privacy.lib.throttle import Limit, hit
from lumina_privacy.lib.verdict import Refused, require
from requests_app.actions.projection import append, locked
from requests_app.models import Case, ProvedIdentifier, Submission
from requests_app.policies import complaint as policies
from requests_app.queries.addresses import avoided_in
from requests_app.queries.complaint import complaint_sent_with
from requests_app.queries.subject import refs_of
from requests_app.rules import Proof
from requests_app.states import PROVED_LEVEL, EventKind

# References are random: trying them is slower still than guessing codes.
PER_PERSON: Final = Limit("complaint-follow-person", "20 per hour")
PER_CLIENT: Final = Limit("complaint-follow-client", "60 per hour")


def follow(typed: str, *, by: User, client: str, at: datetime) -> Case:
    """Open the page of a complaint to who signed in with the address it was sent with.

    Harmless when repeated. The same words for a reference that nobody has, that is no
    complaint's and that is somebody else's. Raises Refused.
    """
    if not hit(PER_CLIENT, client) or not hit(PER_PERSON, str(by.actor)):
        raise Refused(accounts.THROTTLED)
    refs = refs_of(by)
    case = complaint_sent_with(typed, refs)
    if case is None:
        raise Refused(policies.NOT_YOURS)
    return _open_to(case, refs, by=by, at=at)


@transaction.atomic
def _open_to(case: Case, refs: Collection[str], *, by: User, at: datetime) -> Case:
    submission = Submission.objects.select_for_update().get(pk=case.submission_id)
    case = locked(case)
    require(policies.may_follow(case, refs, avoided=avoided_in(case)))
    ref = subject_ref(IdentifierKind.EMAIL, submission.address)
    if case.proved.really_proved().filter(ref__in=refs).exists():
        return case
    prove_complainant(case, submission.address, at=at)
    append(
        case,
        EventKind.COMPLAINT_FOLLOWED,
        happened_at=at,
        by=by.actor,
        at=at,
        facts={"ref": ref},
    )
    return case


def prove_complainant(case: Case, address: str, *, at: datetime) -> None:
    """Note that the complainant signed in with the address: the page is theirs."""
    prove_mailbox(case, address, at=at)
    case.submission.proved_at = case.submission.proved_at or at
    case.submission.save(update_fields=["proved_at"])


def prove_mailbox(case: Case, email: str, *, at: datetime) -> ProvedIdentifier:
    """Note with a locked case that a code has proved a canonical address.

    Staff may have written it down before: then it is the same one, proved now.
    """
    known, _ = ProvedIdentifier.objects.update_or_create(
        case=case,
        kind=IdentifierKind.EMAIL,
        ref=subject_ref(IdentifierKind.EMAIL, email),
        defaults={
            "value": email,
            "given": email,
            "proof": Proof.CODE,
            "level": PROVED_LEVEL,
            "at": at,
        },
    )
    return known
