"""The evidence pack of a case: one click, one document to print or to save (C32)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import no_store, staff_page
from requests_app.actions import casework
from requests_app.queries import evidence as queries
from requests_app.views.staff_case import case_or_404

# How long a copy may be kept by whoever saved or printed it.
COPY_DAYS: Final = timedelta(days=30)


@staff_page(Permission.CASE_READ)
@require_POST
def evidence(request: StaffRequest, reference: str) -> HttpResponse:
    """Show all that was done in a case, and record that this copy was made.

    The portal keeps no copy: it is made anew each time, and says until when it may be
    kept.
    """
    case = case_or_404(request, reference)
    at = timezone.now()
    found = queries.evidence_of(case, at=at)
    casework.note_evidence(
        case,
        rows=len(found.ledger),
        sum_of_rows=found.sha256,
        by=request.user,
        at=at,
    )
    context = {
        "case": case,
        "evidence": found,
        "page": found.page,
        "destroy_on": london_day(at) + COPY_DAYS,
        "made_by": request.user.name or request.user.email,
        "controller": datamap_queries.controller(),
    }
    template = "requests_app/staff/evidence.html"
    return no_store(TemplateResponse(request, template, context))
