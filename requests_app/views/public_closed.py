"""The page of a case that is closed to a mailbox which got a wrong answer (C40)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import no_store
from requests_app.queries import agents, rights
from requests_app.queries import subject as queries


def closed_page(request: HttpRequest, user: User, reference: str) -> HttpResponse:
    """Say that the page is closed to whoever reads there, why, and no more."""
    found = get_object_or_404(queries.closed_to(user), reference=reference)
    return _closed(request, found)


def closed_to_agent(request: HttpRequest, user: User, reference: str) -> HttpResponse:
    """Say it to whoever reads where an agent's wrong answer was fetched."""
    acting = get_object_or_404(agents.closed_to(user), case__reference=reference)
    return _closed(request, acting.case, acting)


def _closed(request: HttpRequest, found: Any, acting: Any = None) -> HttpResponse:
    now = timezone.now()
    answers = queries.answers_of(found, at=now, acting=acting)
    context = {
        "case": found,
        "acting": acting,
        "noun": rights.noun_of(found),
        "answers": [one for one in answers if one.withdrawn],
        "today": london_day(now),
        "controller": datamap_queries.controller(),
    }
    template = "requests_app/public/closed.html"
    return no_store(TemplateResponse(request, template, context, status=403))
