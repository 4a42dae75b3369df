"""Somebody acts for the person, in tests."""

from __future__ import annotations

from datetime import datetime

from django.test import Client

from accounts.models import User
from accounts.roles import UserKind
from requests_app.actions import authority
from requests_app.grounds import AnswerGoesTo, AuthorityEvidence
from requests_app.models import Authority, Case, Submission
from tests.factories.accounts import make_staff, subject_client
from tests.factories.cases import RECEIVED_AT

AGENT = "post@harris.example"


def client_of(address: str) -> Client:
    """Return the browser of whoever reads at ``address``, as often as wanted."""
    known = User.objects.filter(kind=UserKind.SUBJECT, email=address).first()
    return subject_client(known or address)


def filed_for(case: Case) -> Case:
    """Let the request be one that an agent filed for the person."""
    Submission.objects.filter(pk=case.submission_id).update(for_another=True)
    return Case.objects.get(pk=case.pk)


def make_authority(case: Case, *, at: datetime = RECEIVED_AT, **fields) -> Authority:
    """Have staff record that a firm acts for the person."""
    said = {
        "agent": "Harris & Co, solicitors",
        "agent_email": AGENT,
        "agent_reach": "1 Fore Street",
        "acts_for": "Ann Other",
        "evidence": AuthorityEvidence.SOLICITOR,
        "scope": "A copy of all her data.",
        "valid_from": None,
        "expires_on": None,
    }
    return authority.record(case, **{**said, **fields}, by=make_staff(), at=at)


def make_verified(
    case: Case,
    *,
    to: AnswerGoesTo = AnswerGoesTo.AGENT,
    at: datetime = RECEIVED_AT,
    **fields,
) -> Authority:
    """Have it looked at and found enough, and who gets the answer chosen."""
    one, by = make_authority(case, at=at, **fields), make_staff()
    authority.judge(one, verified=True, reason="Their statement.", by=by, at=at)
    if to:
        authority.choose_recipient(one, to=to, reason="As asked.", by=by, at=at)
    return Authority.objects.get(pk=one.pk)
