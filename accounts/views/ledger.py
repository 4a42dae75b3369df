"""The audit ledger, to read and to verify (E11)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from accounts import queries
from accounts.actions import ledger as actions
from accounts.forms import LedgerFilterForm
from accounts.roles import Permission
from accounts.views.staff import person
from lumina_privacy.lib.http import staff_page

reads_ledger = staff_page(Permission.LEDGER_READ)


@reads_ledger
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Show rows, newest first, a page at a time, by event and by subject."""
    form = LedgerFilterForm(request.GET)
    context: dict[str, object] = {"form": form, "rows": (), "older": ""}
    if not form.is_valid():
        return TemplateResponse(
            request, "accounts/staff/ledger.html", context, status=422
        )
    asked = form.cleaned_data
    page = queries.ledger_page(
        person(request),
        event=asked["event"],
        about=asked["about"],
        before=asked["before"],
    )
    context["rows"] = page.rows
    if page.before:
        kept = {key: asked[key] for key in ("event", "about") if asked[key]}
        context["older"] = f"?{urlencode({**kept, 'before': page.before})}"
    return TemplateResponse(request, "accounts/staff/ledger.html", context)


@reads_ledger
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain and show the first bad row, or that there is none."""
    result = actions.verify_ledger(by=person(request).actor, at=timezone.now())
    return TemplateResponse(
        request, "accounts/staff/ledger_verified.html", {"result": result}
    )
