"""They act for me, or they do not: the page of the link, and its two buttons (D9)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from datamap import queries as datamap_queries
from lumina_privacy.lib.http import no_store, open_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import confirming
from requests_app.policies import confirming as policies
from requests_app.queries import confirming as queries
from requests_app.queries import rights


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def acts_for_me(request: HttpRequest, token: str) -> HttpResponse:
    """Show who says that they act; only a button answers, never the link (C11)."""
    link, now = queries.link_of(token), timezone.now()
    gone = link is None or not policies.may_answer(link, at=now)
    context: dict[str, Any] = {"controller": datamap_queries.controller()}
    status, answer = 200, request.POST.get("answer", "")
    if gone or link is None:
        context["gone"] = policies.GONE
        status = 410
    elif request.method == "POST" and answer in {"yes", "no"}:
        try:
            link = confirming.answer(link, confirmed=answer == "yes", at=now)
            context["answered"] = link
        except Refused as refusal:
            context["gone"] = str(refusal)
            status = 410
    else:
        context["link"] = link
        context["asked"] = rights.words_of(link.authority.case).title
        status = 422 if request.method == "POST" else 200
    template = "requests_app/public/acts_for_me.html"
    return no_store(TemplateResponse(request, template, context, status=status))
