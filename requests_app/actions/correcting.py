"""The mistyped address of a request, corrected by whoever sent it before its proof."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from audit import actions as audit
from lumina_privacy.lib.actor import STRANGER
from lumina_privacy.lib.subject_ref import IdentifierKind, canonical_email, subject_ref
from lumina_privacy.lib.throttle import Limit, hit
from lumina_privacy.lib.verdict import Refused, require
from requests_app.actions.projection import locked
from requests_app.actions.stopping import stop_at_once
from requests_app.models import Authority, ProvedIdentifier, Submission
from requests_app.policies import authority as authority_policies
from requests_app.policies import intake as policies
from requests_app.states import AT_ONCE
from retention import actions as retention

PER_CLIENT: Final = Limit("filing-correct-client", "10 per hour")
PER_FILING: Final = Limit("filing-correct", "5 per day")


@transaction.atomic
def correct_address(
    submission: Submission, address: str, *, client: str, at: datetime
) -> Submission:
    """Change the mistyped address of an unproved submission.

    The received date stays. Raises Refused once the submission is proved, and when too
    often: a stop asked for together with it takes effect for each new address.
    """
    if not hit(PER_CLIENT, client) or not hit(PER_FILING, submission.about):
        raise Refused(
            "The address of this request was changed too often. Wait, or send the "
            "request again from its first page."
        )
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    require(policies.may_correct_address(submission))
    if submission.for_another:
        return _correct_agents(submission, address, at=at)
    submission.address = canonical_email(address)
    submission.address_ref = subject_ref(IdentifierKind.EMAIL, address)
    submission.save(update_fields=["address", "address_ref"])
    known = [(IdentifierKind.EMAIL, submission.address)]
    for case in map(locked, submission.cases.order_by("pk")):
        if case.hold is not None and case.is_open:
            retention.cover_only(case.hold, known, by=STRANGER, at=at)
        if case.right in AT_ONCE:
            stop_at_once(case, known, by=STRANGER, at=at)
    _note_correction(submission, at=at)
    return submission


def _correct_agents(
    submission: Submission, address: str, *, at: datetime
) -> Submission:
    """Change the agent's own address: it holds and stops nothing of the person's."""
    known, ref = canonical_email(address), subject_ref(IdentifierKind.EMAIL, address)
    require(
        authority_policies.may_file_from(
            known,
            [(one.kind, one.value) for one in _searched_by(submission)],
            reach=submission.address,
        )
    )
    submission.agent_address, submission.agent_address_ref = known, ref
    submission.save(update_fields=["agent_address", "agent_address_ref"])
    for one in Authority.objects.filter(case__submission=submission):
        one.agent_email, one.agent_email_ref = known, ref
        one.save(update_fields=["agent_email", "agent_email_ref"])
    _note_correction(submission, at=at)
    return submission


def _searched_by(submission: Submission) -> QuerySet[ProvedIdentifier]:
    return ProvedIdentifier.objects.filter(case__submission=submission)


def _note_correction(submission: Submission, *, at: datetime) -> None:
    audit.record(
        "submission.corrected",
        about=submission.about,
        by=STRANGER,
        at=at,
    )
