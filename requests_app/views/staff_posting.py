"""The letters that wait to be printed and posted."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import no_store, staff_page
from requests_app.policies.posting import to_be_posted
from requests_app.queries.posting import to_post


@staff_page(Permission.CASE_READ)
@require_safe
def waiting(request: StaffRequest) -> HttpResponse:
    """Show what waits to be posted, the oldest first."""
    today = london_day(timezone.now())
    rows = to_post(request.user, today=today, to_be_posted=to_be_posted)
    page = "requests_app/staff/to_be_posted.html"
    context = {"rows": rows, "works": request.user.may(Permission.CASE_WORK)}
    return no_store(TemplateResponse(request, page, context))
