"""Somebody acts for the person: staff record it, look at it, choose who is answered."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import staff_page
from requests_app.actions import authority, confirming
from requests_app.forms import authority as forms
from requests_app.grounds import AuthorityEvidence
from requests_app.policies import authority as policies
from requests_app.policies import confirming as confirming_policies
from requests_app.queries import authority as queries
from requests_app.queries.addresses import person_of
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
        forms.JudgeForm(
            request.POST or None,
            of_a_parent=found.evidence == AuthorityEvidence.PARENT,
        ),
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
        return (
            "It is recorded. What was released to somebody else before is made again, "
            "and released again, before it goes to them."
        )

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


@staff_page(Permission.CASE_WORK)
def set_aside(request: StaffRequest, reference: str) -> HttpResponse:
    """Note an address that the person asked us not to use."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        authority.set_aside(case, **said, by=request.user, at=timezone.now())
        return "It is noted. Nothing of ours goes there."

    return ask(
        request,
        case,
        forms.SetAsideForm(request.POST or None),
        act,
        title="An address not to be used",
        submit="Note it",
        verdict=policies.may_open_setting_aside(case, request.user),
        note=(
            "Somebody else may read there. No letter, no code for this case and no "
            "link goes there any more; it is still searched for, because it is theirs."
        ),
    )


@staff_page(Permission.CASE_WORK)
def ask_person(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Ask the person, where there is doubt, whether somebody acts for them."""
    case = case_or_404(request, reference)
    found = _authority_or_404(case, pk)

    def act(said: dict[str, Any]) -> str:
        confirming.offer(found, **said, by=request.user, at=timezone.now())
        return "They are asked. What they answer stands with the authority."

    return ask(
        request,
        case,
        forms.AskPersonForm(
            request.POST or None, initial={"email": person_of(case).email}
        ),
        act,
        title="Ask the person whether they act",
        submit="Send the question",
        verdict=confirming_policies.may_open_offering(found, request.user),
        note=(
            "Only where there is doubt: where the evidence is sufficient, nothing "
            "waits for this. The page shows who asks for what, and nothing of the "
            "case. If they say no, the agent is closed off at once."
        ),
    )


@staff_page(Permission.CASE_WORK)
def end(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Close what was asked by somebody who may not act for the person."""
    case = case_or_404(request, reference)
    found = _authority_or_404(case, pk)

    def act(said: dict[str, Any]) -> str:
        confirming.end(found, **said, by=request.user, at=timezone.now())
        return "The case is closed, and whoever asked is told."

    return ask(
        request,
        case,
        forms.EndForm(request.POST or None),
        act,
        title="Close: nobody may act",
        submit="Close the case",
        verdict=confirming_policies.may_open_ending(
            found, request.user, today=london_day(timezone.now())
        ),
    )
