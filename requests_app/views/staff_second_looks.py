"""Second looks at what one person did alone: what waits, and saying what is found."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import staff_page
from requests_app.actions import casework, second_look
from requests_app.forms.staff_ends import LookAgainForm
from requests_app.policies import second_look as policies
from requests_app.queries import case as case_queries
from requests_app.queries import rulings as ruling_queries
from requests_app.queries import second_looks as queries
from requests_app.queries.hold_release import waiting_for
from requests_app.states import Right
from requests_app.views.staff_case import ask, case_or_404

_DONE = {
    True: "It stands. The second look is recorded.",
    False: "It is in review again, and the person is told.",
}


@staff_page(Permission.CASE_READ)
@require_GET
def waiting(request: StaffRequest) -> HttpResponse:
    """Show what wants a second look, by its day; and holds somebody would release."""
    looks = queries.looks_wanted(request.user, today=london_day(timezone.now()))
    context = {
        "looks": looks,
        "releases": waiting_for(request.user),
        "may_settle": request.user.may(Permission.CASE_RELEASE),
    }
    page = "requests_app/staff/second_looks.html"
    return TemplateResponse(request, page, context)


@staff_page(Permission.CASE_RELEASE)
def at_answer(request: StaffRequest, reference: str, package: str) -> HttpResponse:
    """Say whether an answer that went out alone stands, or goes back."""
    case = case_or_404(request, reference)
    known = case_queries.package_in(case, package)
    if known is None:
        raise Http404

    def act(said: dict[str, Any]) -> str:
        second_look.at_answer(known, **said, by=request.user, at=timezone.now())
        return _DONE[said["approved"]]

    return ask(
        request,
        case,
        LookAgainForm(request.POST or None),
        act,
        title="Look a second time",
        submit="Record it",
        verdict=policies.may_look_at_answer(known, request.user),
        note="What must not stay with the person is revoked on the page of the case.",
    )


@staff_page(Permission.CASE_DECIDE)
def at_objection(request: StaffRequest, reference: str) -> HttpResponse:
    """Say whether an objection that one person declined alone stands, or goes back."""
    case = case_or_404(request, reference)
    decision = ruling_queries.newest_decision(case)
    if case.right != Right.OBJECTION or decision is None:
        raise Http404
    if request.method == "GET":
        at = timezone.now()
        casework.note_reading(case, page="second-look", by=request.user, at=at)

    def act(said: dict[str, Any]) -> str:
        second_look.at_objection(case, **said, by=request.user, at=timezone.now())
        return _DONE[said["approved"]]

    return ask(
        request,
        case,
        LookAgainForm(request.POST or None),
        act,
        template="requests_app/staff/second_look.html",
        title="Look a second time",
        submit="Record it",
        verdict=policies.may_look_at_objection(
            case, request.user, decision, ruling_queries.judged_of(case)
        ),
        facts=queries.look_of(case, decision),
    )
