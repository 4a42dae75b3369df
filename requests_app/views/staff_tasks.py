"""One system of a case: searched again, or answered for without a search."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import staff_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import search
from requests_app.forms.staff import SettleForm
from requests_app.policies import casework as policies
from requests_app.policies.common import names_of
from requests_app.queries import case as case_queries
from requests_app.views.staff_case import ask, case_or_404, show_case


def _task_or_404(case: Any, system: str) -> Any:
    task = case_queries.task_in(case, system)
    if task is None:
        raise Http404
    return task


@staff_page(Permission.SYSTEMS_RETRY)
@require_POST
def retry(request: StaffRequest, reference: str, system: str) -> HttpResponse:
    """Have one system searched again."""
    case = case_or_404(request, reference)
    task = _task_or_404(case, system)
    try:
        search.retry(task, by=request.user, at=timezone.now())
    except Refused as refusal:
        return show_case(request, case, refusal=str(refusal), status=422)
    messages.success(request, f"{names_of(case, [system])} is tried again.")
    return redirect("staff-case", case.reference)


@staff_page(Permission.CASE_WORK)
def settle(request: StaffRequest, reference: str, system: str) -> HttpResponse:
    """Answer for a system that is not searched, with the reason."""
    case = case_or_404(request, reference)
    task = _task_or_404(case, system)
    name = names_of(case, [system])

    def act(said: dict[str, Any]) -> str:
        search.settle(task, reason=said["reason"], by=request.user, at=timezone.now())
        return f"You have answered for {name}."

    return ask(
        request,
        case,
        SettleForm(request.POST or None, right=case.right),
        act,
        title=f"Answer for {name} without a search",
        submit="Answer for this system",
        verdict=policies.may_settle(task, request.user, reason="to come"),
    )
