"""How a case ends otherwise than by an answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from accounts.roles import Permission
from lumina_privacy.lib.http import staff_page
from requests_app.actions import breach
from requests_app.forms.staff_ends import CloseBreachForm
from requests_app.policies import breach as breach_policies
from requests_app.views.staff_case import ask, case_or_404
from requests_app.views.staff_queue import StaffRequest


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
