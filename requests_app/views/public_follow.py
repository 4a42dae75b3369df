"""Coming back to a complaint: sign in with its address, then give its reference."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from datamap import queries as datamap_queries
from lumina_privacy.lib.http import client_key, no_store, subject_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import following
from requests_app.forms.complaint import FollowForm
from requests_app.views.public_case import SubjectRequest


@subject_page
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: SubjectRequest) -> HttpResponse:
    """Ask for the reference; lead to the complaint that was sent with this address."""
    form = FollowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = following.follow(
                form.cleaned_data["reference"],
                by=request.user,
                client=client_key(request),
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("reference", str(refusal))
        else:
            return redirect("case", case.reference)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "controller": datamap_queries.controller()}
    template = "requests_app/public/follow.html"
    return no_store(TemplateResponse(request, template, context, status=status))
