"""Mail that did not arrive: somebody sees to it and says what they did (C39)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import staff_page
from lumina_privacy.lib.verdict import Refused
from outbox import actions, queries
from requests_app.forms.staff import SeenToForm


@staff_page(Permission.SYSTEMS_RETRY)
@require_http_methods(["GET", "HEAD", "POST"])
def see_to(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask what was done about a mail that did not arrive, and end its alarm."""
    found = queries.alarm(pk)
    if found is None:
        raise Http404
    mail, verdict = found
    form = SeenToForm(request.POST or None)
    if form.is_valid():
        try:
            actions.see_to(
                pk,
                reason=form.cleaned_data["reason"],
                by=request.user.actor,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Noted. The mail is off the list of alarms.")
            return redirect("system-list")
    status = 422 if request.method == "POST" else 200
    context = {"mail": mail, "verdict": verdict, "form": form}
    template = "requests_app/staff/mail.html"
    return TemplateResponse(request, template, context, status=status)
