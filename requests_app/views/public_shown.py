"""The person shows who they are, when we asked for it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from lumina_privacy.lib.http import post_or_back, subject_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import evidence
from requests_app.actions.incoming import Attached
from requests_app.queries import subject as queries
from requests_app.views.public_case import SubjectRequest, show_case


@subject_page
@post_or_back("case", "reference")
def show(request: SubjectRequest, reference: str) -> HttpResponse:
    """Take a photo or a PDF; refused in words, beside the box."""
    found = get_object_or_404(queries.cases_for(request.user), reference=reference)
    files = [
        Attached(file.name or "file", file.chunks())
        for file in request.FILES.getlist("shown")
    ]
    try:
        evidence.show(found, files, by=request.user, at=timezone.now())
    except Refused as refusal:
        return show_case(request, found, not_shown=str(refusal), status=422)
    messages.success(
        request, "We have it. A colleague looks at it; then it is deleted."
    )
    return redirect("case", reference)
