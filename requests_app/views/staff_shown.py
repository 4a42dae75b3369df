"""What shows who somebody is, on staff's side: looked at, added, decided on (D9)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import no_store, staff_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import casework, evidence
from requests_app.actions.incoming import Attached
from requests_app.forms.shown import DecideIdentityForm
from requests_app.forms.staff_clock import instant_of
from requests_app.policies import evidence as policies
from requests_app.queries import shown as queries
from requests_app.views.staff_case import ask, case_or_404


@staff_page(Permission.CASE_WORK)
@require_GET
def overview(request: StaffRequest, reference: str) -> HttpResponse:
    """List what was shown, and what became of it."""
    return _overview(request, case_or_404(request, reference))


def _overview(
    request: StaffRequest, case: Any, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    user = request.user
    seen = queries.has_seen_all(case, str(user.actor))
    context = {
        "case": case,
        "shown": queries.shown_of(case),
        "may_add": policies.may_add(case, user, case.record()),
        "may_decide": policies.may_open_decision(case, user, seen=seen),
        "refusal": refusal,
    }
    template = "requests_app/staff/identity_shown.html"
    return no_store(TemplateResponse(request, template, context, status=status))


@staff_page(Permission.CASE_WORK)
@require_POST
def add(request: StaffRequest, reference: str) -> HttpResponse:
    """Take what came by post or mail."""
    case = case_or_404(request, reference)
    files = [
        Attached(file.name or "file", file.chunks())
        for file in request.FILES.getlist("files")
    ]
    try:
        evidence.add(case, files, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _overview(request, case, refusal=str(refusal), status=422)
    messages.success(request, "It is kept, until it is decided who asks.")
    return redirect("case-identity", case.reference)


def _shown_or_404(case: Any, pk: int) -> Any:
    found = queries.shown_in(case, pk)
    if found is None:
        raise Http404
    return found


@staff_page(Permission.CASE_WORK)
def look(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Show one picture to who has just said that they look; that is an event."""
    case = case_or_404(request, reference)
    found = _shown_or_404(case, pk)
    now = timezone.now()
    if request.method == "POST":
        try:
            evidence.look(found, by=request.user, at=now)
        except Refused as refusal:
            return _overview(request, case, refusal=str(refusal), status=422)
        return redirect("case-identity-look", case.reference, pk)
    verdict = policies.may_look(found, request.user)
    if not verdict or not queries.is_looking(found, str(request.user.actor), at=now):
        return redirect("case-identity", case.reference)
    facts = next(one for one in queries.shown_of(case) if one.pk == pk)
    context = {"case": case, "facts": facts}
    template = "requests_app/staff/identity_picture.html"
    return no_store(TemplateResponse(request, template, context))


@staff_page(Permission.CASE_WORK)
@require_GET
def picture(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Return the picture itself: a JPEG that we wrote, and nothing a browser runs."""
    case = case_or_404(request, reference)
    found = _shown_or_404(case, pk)
    now = timezone.now()
    if not queries.is_looking(found, str(request.user.actor), at=now):
        raise Http404
    try:
        content = evidence.picture_of(found, by=request.user, at=now)
    except Refused as refusal:
        raise Http404 from refusal
    response = HttpResponse(content, content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="shown.jpg"'
    return no_store(response)


@staff_page(Permission.CASE_WORK)
def decide(request: StaffRequest, reference: str) -> HttpResponse:
    """Say whether what was shown is enough; then it is deleted."""
    case = case_or_404(request, reference)
    seen = queries.has_seen_all(case, str(request.user.actor))
    asking = policies.open_question(case.record())
    first = london_day(asking.shown_at) if asking and asking.shown_at else None

    def act(said: dict[str, Any]) -> str:
        now, day = timezone.now(), said.pop("complete_on", None)
        named = day is not None and day != first
        casework.decide_identity(
            case,
            **said,
            complete_at=instant_of(day, at=now) if named else None,
            seen=seen,
            by=request.user,
            at=now,
        )
        return "It is recorded, and what was shown is deleted."

    return ask(
        request,
        case,
        DecideIdentityForm(request.POST or None, first=first),
        act,
        title="Is it the person?",
        submit="Record it and delete what was shown",
        verdict=policies.may_open_decision(case, request.user, seen=seen),
        note=(
            "What you saw, when and the outcome are kept; the pictures are deleted at "
            "once. If they are not enough, write to the person what is missing."
        ),
    )
