"""Somebody acts for the person: staff record it, look at it, choose who is answered."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import staff_page
from requests_app.actions import authority
from requests_app.forms import authority as forms
from requests_app.policies import authority as policies
from requests_app.queries import authority as queries
from requests_app.views.staff_case import ask, case_or_404


@staff_page(Permission.CASE_WORK)
def record(request: StaffRequest, reference: str) -> HttpResponse:
    """Record who acts for the person, and what they showed."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        authority.record(case, **said, by=request.user, at=timezone.now())
        return "It is recorded. Look at it before anything goes out."

    return ask(
        request,
        case,
        forms.AuthorityForm(
            request.POST or None, initial={"acts_for": case.submission.name}
        ),
        act,
        title="Somebody acts for the person",
        submit="Record it",
        verdict=policies.may_open_recording(case, request.user),
        note=(
            "Identity evidence is deleted once the question is decided; what shows an "
            "authority is kept with the case. If nothing is shown yet, ask for it: "
            "that moves the day, and this does not."
        ),
    )


def _authority_or_404(case: Any, pk: int) -> Any:
    found = queries.authority_in(case, pk)
    if found is None:
        raise Http404
    return found


@staff_page(Permission.CASE_WORK)
def judge(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Say whether what was shown is enough."""
    case = case_or_404(request, reference)
    found = _authority_or_404(case, pk)

    def act(said: dict[str, Any]) -> str:
        authority.judge(found, **said, by=request.user, at=timezone.now())
        return "It is recorded."

    return ask(
        request,
        case,
        forms.JudgeForm(request.POST or None),
        act,
        title="Is the authority enough?",
        submit="Record it",
        verdict=policies.may_open_judging(found, request.user),
        note=(
            "A solicitor’s statement that they hold the authority is enough. Where the "
            "evidence is sufficient nothing more may be asked; where it is not, ask "
            "for what is missing."
        ),
    )


@staff_page(Permission.CASE_DECIDE)
def recipient(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Choose whether the agent or the person gets the answer."""
    case = case_or_404(request, reference)
    found = _authority_or_404(case, pk)

    def act(said: dict[str, Any]) -> str:
        authority.choose_recipient(found, **said, by=request.user, at=timezone.now())
        return "It is recorded."

    return ask(
        request,
        case,
        forms.RecipientForm(request.POST or None),
        act,
        title="Who gets the answer?",
        submit="Record it",
        verdict=policies.may_open_choosing(found, request.user),
    )


@staff_page(Permission.CASE_WORK)
def revoked(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Record that the person took the authority back, by telephone or letter."""
    case = case_or_404(request, reference)
    found = _authority_or_404(case, pk)

    def act(said: dict[str, Any]) -> str:
        authority.revoke(found, **said, by=request.user, at=timezone.now())
        return "It is taken back. Nothing goes to whoever acted for them."

    return ask(
        request,
        case,
        forms.RevokeForm(request.POST or None),
        act,
        title="The person took the authority back",
        submit="Record it",
        verdict=policies.may_revoke(found),
    )
