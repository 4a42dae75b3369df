"""The page on which the owner of a system says that something is kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import queries as accounts
from lumina_privacy.lib.http import owner_page
from lumina_privacy.lib.reference import read_reference
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import preserving
from requests_app.forms.owner import KeepForm
from requests_app.policies import preserving as policies
from requests_app.queries import preserving as queries


@owner_page
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what is to be kept the same day; take the owner's answer."""
    task: Any = _task_or_404(request, reference)
    form = KeepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            preserving.answer(task, **form.cleaned_data, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Thank you. The privacy team knows.")
            return redirect("owner-keep", task.reference)
    context = {
        "page": queries.page_of(task),
        "form": form,
        "verdict": policies.may_answer_at_all(task),
    }
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(
        request, "requests_app/owner/keep.html", context, status=status
    )


def _task_or_404(request: HttpRequest, reference: str) -> Any:
    """Return the task, if the address that signed in is the one that was asked."""
    address = accounts.owner_address(request)
    known = read_reference(reference)
    task = queries.task_for(address, known) if address and known else None
    if task is None:
        raise Http404
    return task
