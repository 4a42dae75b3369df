"""The front door: what can I do here, and who do I write to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from lumina_privacy.lib.http import open_page
from requests_app.authorities import AUTHORITIES
from requests_app.queries import identity
from requests_app.views.filing_questions import offered


@require_safe
@open_page
def home(request: HttpRequest) -> HttpResponse:
    """Show every right by its everyday name. Costs 2 queries, for whom to write to."""
    context = {"offered": offered()}
    return TemplateResponse(request, "requests_app/public/home.html", context)


@require_safe
@open_page
def contact(request: HttpRequest) -> HttpResponse:
    """Show how to write, complain (DPA 2018 s.164A) and go to the regulator (C3)."""
    return TemplateResponse(request, "requests_app/public/contact.html")


@require_safe
@open_page
def authorities_abroad(request: HttpRequest) -> HttpResponse:
    """Show, by country, to whom people outside the United Kingdom may complain."""
    context = {"authorities": AUTHORITIES}
    return TemplateResponse(request, "requests_app/public/authorities.html", context)


@require_safe
@open_page
def identity_levels(request: HttpRequest) -> HttpResponse:
    """Show the table by which we decide how sure we must be who asks (C2)."""
    context = {"rows": identity.published()}
    return TemplateResponse(
        request, "requests_app/public/identity_levels.html", context
    )
