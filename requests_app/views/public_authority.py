"""The person takes back what lets somebody act for them (decision D9)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from lumina_privacy.lib.http import post_or_back, subject_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import authority
from requests_app.queries import authority as queries
from requests_app.queries import subject as subject_queries
from requests_app.views.public_case import SubjectRequest


@subject_page
@post_or_back("case", "reference")
def take_back(request: SubjectRequest, reference: str) -> HttpResponse:
    """Take the authority back, at once and without a reason."""
    found = get_object_or_404(
        subject_queries.cases_for(request.user), reference=reference
    )
    facts = queries.authority_of(found)
    if facts is None:
        raise Http404
    try:
        authority.revoke(facts.authority, reason="", by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, f"{facts.authority.agent} no longer acts for you in this request."
        )
    return redirect("case", reference)
