"""What else the person is known by, and who shares a value with them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import staff_page
from requests_app.actions import identifiers
from requests_app.forms.staff import IdentifierForm, RulingForm
from requests_app.policies import casework as policies
from requests_app.queries import case as case_queries
from requests_app.queries import words
from requests_app.views.staff_case import ask, case_or_404


@staff_page(Permission.CASE_WORK)
def add(request: StaffRequest, reference: str) -> HttpResponse:
    """Write down an identifier as data: a leaver's old mailbox, an earlier number."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        identifiers.add(case, **said, by=request.user, at=timezone.now())
        return "It is written down. Search again to use it."

    return ask(
        request,
        case,
        IdentifierForm(request.POST or None),
        act,
        title="Add what else they were known by",
        submit="Write it down",
        verdict=policies.may_name_identifiers(case, request.user, reason="to come"),
        note=(
            "For example the old mailbox of somebody who has left. It counts as data: "
            "we search for it, and nobody can sign in or receive with it."
        ),
    )


@staff_page(Permission.CASE_WORK)
def rule(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Say whether two who share a value are one and the same person."""
    case = case_or_404(request, reference)
    contested = case_queries.contested_in(case, pk)
    if contested is None:
        raise Http404

    def act(said: dict[str, Any]) -> str:
        identifiers.rule(contested, **said, by=request.user, at=timezone.now())
        return "It is recorded. Search again to go by it."

    kind = words.identifier(contested.kind).lower()
    return ask(
        request,
        case,
        RulingForm(request.POST or None),
        act,
        title=f"Who shares this {kind}?",
        submit="Record",
        verdict=policies.may_name_identifiers(case, request.user, reason="to come"),
        note=(
            f"{contested.value} was found with two people, so nothing is followed or "
            "released by it alone. Look at the rows set apart before you answer."
        ),
    )
