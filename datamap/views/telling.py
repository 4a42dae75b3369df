"""Whether people are told of disclosures to authorities: the DCO's page (D10)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from datamap import actions, queries
from datamap.queries import TellingFacts
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import staff_page
from lumina_privacy.lib.verdict import Refused


@staff_page(Permission.TELLING_DECIDE)
def disclosures(request: StaffRequest) -> HttpResponse:
    """List every disclosure whose decision is open or a year old, and decide."""
    shown = queries.tellings_to_decide(on=london_day(timezone.now()))
    refusal = decide(request, shown) if request.method == "POST" else ""
    if refusal is None:
        return redirect("disclosures")
    return TemplateResponse(
        request,
        "datamap/staff/disclosures.html",
        {"disclosures": shown, "refusal": refusal},
        status=422 if refusal else 200,
    )


def decide(request: StaffRequest, shown: list[TellingFacts]) -> str | None:
    """Decide about one of those shown, as posted; return why not, None when done."""
    posted = request.POST
    known = {str(one.id): one.id for one in shown}
    if posted.get("disclosure", "") not in known:
        raise Http404
    if posted.get("tell") not in {"yes", "no"}:
        return "Choose whether the person is told."
    try:
        actions.decide_telling(
            known[posted["disclosure"]],
            tell=posted["tell"] == "yes",
            reason=posted.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return str(refusal)
    messages.success(request, "It is decided, with the reason.")
    return None
