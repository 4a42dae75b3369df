"""How a case ends otherwise than by an answer."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import staff_page
from requests_app.actions import answer, breach, decision
from requests_app.forms.staff_ends import (
    CloseBreachForm,
    MakeAgainForm,
    RefuseForm,
)
from requests_app.policies import answer as answer_policies
from requests_app.policies import breach as breach_policies
from requests_app.policies import decision as decision_policies
from requests_app.queries import case as case_queries
from requests_app.views.staff_case import ask, case_or_404
from requests_app.views.staff_clock import ask_twice


@staff_page(Permission.CASE_DECIDE)
def close_breach(request: StaffRequest, reference: str) -> HttpResponse:
    """Close the case of a breach: when the regulator was told, or why not."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        breach.close_breach(case, **said, by=request.user, at=timezone.now())
        return "The breach is closed."

    return ask(
        request,
        case,
        CloseBreachForm(request.POST or None),
        act,
        title="Close the breach",
        submit="Close the breach",
        verdict=breach_policies.may_open_closing(case, request.user),
        note=(
            "The regulator is told within 72 hours, unless the breach is unlikely to "
            "be a risk to people (UK GDPR Article 33(1)). A later notice says why."
        ),
    )


@staff_page(Permission.CASE_DECIDE)
def refuse(request: StaffRequest, reference: str) -> HttpResponse:
    """Refuse the whole request, with the ground and the reasons."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        decision.refuse(case, **said, by=request.user, at=timezone.now())
        return "The request is refused. Its letter stands below."

    return ask_twice(
        request,
        case,
        RefuseForm(request.POST or None, right=case.right),
        act,
        title="Refuse the request",
        submit="Refuse the request",
        verdict=decision_policies.may_open_refusal(
            case, request.user, today=london_day(timezone.now())
        ),
    )


@staff_page(Permission.CASE_WORK)
def make_again(request: StaffRequest, reference: str, package: str) -> HttpResponse:
    """Have the answer of a closed case made again (decision C16)."""
    case = case_or_404(request, reference)
    known = case_queries.package_in(case, package)
    if known is None:
        raise Http404

    def act(said: dict[str, Any]) -> str:
        if answer.make_again(known, **said, by=request.user, at=timezone.now()):
            return "The answer is being made again."
        return (
            "What the answer was made of is destroyed. The case is in review again: "
            "search again."
        )

    return ask(
        request,
        case,
        MakeAgainForm(request.POST or None),
        act,
        title="Make the answer again",
        submit="Make it again",
        verdict=answer_policies.may_make_again(
            known, request.user, today=london_day(timezone.now())
        ),
    )
