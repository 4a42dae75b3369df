"""The register for the DCO: what is in force, what waits, what was found wanting."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import StaffRequest
from accounts.queries import staff_name
from accounts.roles import Permission
from datamap import actions, queries
from lumina_privacy.lib.http import staff_page
from lumina_privacy.lib.verdict import Refused

approves = staff_page(Permission.REGISTER_APPROVE)


@approves
@require_safe
def register(request: StaffRequest) -> HttpResponse:
    """Show the revision in force, those that wait, and the open findings."""
    return _page(request)


@approves
@require_POST
def approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a waiting revision in force."""
    revision = queries.revision(pk)
    if revision is None:
        raise Http404
    try:
        actions.approve(revision, by=request.user.actor, at=timezone.now())
    except Refused as refusal:
        return _page(request, refusal=str(refusal), status=422)
    messages.success(request, f"Revision {pk} is in force.")
    return redirect("register")


@approves
@require_POST
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    """Settle a finding once for all cases, with the reason (decision D5)."""
    finding = queries.finding(pk)
    if finding is None:
        raise Http404
    reason = request.POST.get("reason", "")
    try:
        actions.settle(finding, reason=reason, by=request.user.actor, at=timezone.now())
    except Refused as refusal:
        return _page(request, refusal=str(refusal), status=422)
    messages.success(request, "The finding is settled for every case.")
    return redirect("register")


def _page(
    request: StaffRequest, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    now = queries.revision_in_force()
    context = {
        "in_force": now,
        "approved_by": staff_name(now.approved_by) if now else "",
        "waiting": queries.waiting_revisions() if now else [],
        "findings": queries.open_findings(),
        "settled": queries.settled_findings(),
        "refusal": refusal,
    }
    return TemplateResponse(
        request, "datamap/staff/register.html", context, status=status
    )
