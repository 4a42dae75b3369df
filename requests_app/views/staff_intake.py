"""Taking in what came by another way, and the tray of what nobody has proved."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import no_store, staff_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import intake
from requests_app.actions import tray as acts
from requests_app.forms.intake import TakeInForm
from requests_app.policies import intake as policies
from requests_app.queries import tray as queries
from requests_app.states import Channel


@staff_page(Permission.CASE_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: StaffRequest) -> HttpResponse:
    """Record a request that came by letter, telephone, e-mail or in person."""
    if request.method != "POST":
        return _form(request, TakeInForm(initial={"token": uuid4()}))
    form = TakeInForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        said = form.cleaned_data
        try:
            submission = intake.take_in(
                intake.Filing(
                    name=said["name"],
                    email=said["email"],
                    phone=said["phone"],
                    postal=said["postal"],
                    answers=form.answers(),
                ),
                channel=Channel(said["channel"]),
                received_at=form.received_at(now=now),
                known_by=said["known_by"],
                key=said["token"],
                by=request.user,
                at=now,
            )
        except ValidationError as error:
            form.add_error("received_on", error)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The request is taken in.")
            case = submission.cases.order_by("pk")[0]
            return redirect("staff-case", case.reference)
    return _form(request, form, status=422)


def _form(
    request: StaffRequest, form: TakeInForm, *, status: int = 200
) -> HttpResponse:
    page = "requests_app/staff/take_in.html"
    return no_store(TemplateResponse(request, page, {"form": form}, status=status))


@staff_page(Permission.TRAY_READ)
@require_safe
def tray(request: StaffRequest) -> HttpResponse:
    """Show what was sent and never proved, the oldest first (decision D11)."""
    return _tray(request)


def _tray(
    request: StaffRequest, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    user, today = request.user, london_day(timezone.now())
    rows = [
        {"facts": row, "may_lapse": policies.may_let_lapse(row.case, user, today=today)}
        for row in queries.tray_for(user, today=today)
    ]
    context = {"rows": rows, "refusal": refusal}
    page = "requests_app/staff/tray.html"
    return no_store(TemplateResponse(request, page, context, status=status))


@staff_page(Permission.TRAY_READ)
@require_POST
def let_lapse(request: StaffRequest, reference: str) -> HttpResponse:
    """Close what nobody proved in four weeks."""
    case = queries.case_in_tray(request.user, reference)
    if case is None:
        raise Http404
    try:
        acts.let_lapse(case, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _tray(request, refusal=str(refusal), status=422)
    messages.success(request, f"{case.reference} is closed: nobody proved it.")
    return redirect("case-tray")
