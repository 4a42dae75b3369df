"""Disclosures to authorities about the person of a case: is the person told? (D10)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from datamap import queries as datamap_queries
from datamap.views.telling import decide
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import staff_page
from requests_app.actions import casework
from requests_app.views.staff_case import case_or_404


@staff_page(Permission.TELLING_DECIDE)
def disclosures(request: StaffRequest, reference: str) -> HttpResponse:
    """Show them and decide. Reading is recorded."""
    case = case_or_404(request, reference)
    now = timezone.now()
    shown = datamap_queries.tellings_about(case.subjects(), on=london_day(now))
    refusal = decide(request, shown) if request.method == "POST" else ""
    if refusal is None:
        return redirect("case-disclosures", case.reference)
    casework.note_reading(case, page="disclosures", by=request.user, at=now)
    return TemplateResponse(
        request,
        "requests_app/staff/disclosures.html",
        {"case": case, "disclosures": shown, "refusal": refusal},
        status=422 if refusal else 200,
    )
