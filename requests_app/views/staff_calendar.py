"""The bank holidays: they decide on which day an answer is due."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from datamap import queries as datamap
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import staff_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import calendar
from requests_app.forms.calendar import HolidayForm

edits_calendar = staff_page(Permission.CALENDAR_EDIT)


@edits_calendar
@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: StaffRequest) -> HttpResponse:
    """Show the holidays from this year on; add one, and show whose day it moved."""
    if request.method != "POST":
        return _page(request, HolidayForm())
    form = HolidayForm(request.POST)
    if form.is_valid():
        day, name = form.cleaned_data["day"], form.cleaned_data["name"]
        try:
            moved = calendar.add_holiday(
                day, name=name, by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("day", str(refusal))
        else:
            return _page(
                request, HolidayForm(), changed=f"{name} is added.", moved=moved
            )
    return _page(request, form, status=422)


@edits_calendar
@require_POST
def remove(request: StaffRequest, year: int, month: int, day: int) -> HttpResponse:
    """Remove a holiday, and show whose day that moved."""
    try:
        which = date(year, month, day)
    except ValueError as error:
        raise Http404 from error
    try:
        moved = calendar.cancel_holiday(which, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, HolidayForm(), refusal=str(refusal), status=422)
    return _page(request, HolidayForm(), changed="The holiday is removed.", moved=moved)


def _page(
    request: StaffRequest,
    form: HolidayForm,
    *,
    changed: str = "",
    moved: list[calendar.Moved] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    since = london_day(timezone.now()).replace(month=1, day=1)
    context = {
        "form": form,
        "holidays": datamap.calendar(since=since),
        "changed": changed,
        "moved": moved or [],
        "refusal": refusal,
    }
    return TemplateResponse(
        request, "requests_app/staff/holidays.html", context, status=status
    )
