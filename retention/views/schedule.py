"""The retention schedule for the DCO: a line removes nothing until it is approved."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import staff_page
from lumina_privacy.lib.verdict import Refused
from retention import actions, queries
from retention.queries import LineFacts
from retention.rules import Period

approves = staff_page(Permission.REGISTER_APPROVE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its period in words."""

    facts: LineFacts
    period: str


@approves
@require_safe
def schedule(request: StaffRequest) -> HttpResponse:
    """Show every line: how long, from when, what then, and whether it may run."""
    return _page(request)


@approves
@require_POST
def approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a line remove what its time is over for, with the reason (decision C22)."""
    reason = request.POST.get("reason", "")
    try:
        line = actions.approve_line(
            pk, reason=reason, by=request.user.actor, at=timezone.now()
        )
    except Refused as refusal:
        return _page(request, refusal=str(refusal), refused=pk, status=422)
    messages.success(request, f"{line.name}: approved.")
    return redirect("schedule")


def _page(
    request: StaffRequest, *, refusal: str = "", refused: int = 0, status: int = 200
) -> HttpResponse:
    lines = [
        Line(facts, str(Period.parse(facts.period)))
        for facts in sorted(queries.lines().values(), key=lambda line: line.name)
    ]
    context = {"lines": lines, "refusal": refusal, "refused": refused}
    return TemplateResponse(
        request, "retention/staff/schedule.html", context, status=status
    )
