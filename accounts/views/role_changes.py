"""A second officer looks at a change of a staff account (decision C19)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import policies, queries
from accounts.actions import role_changes
from accounts.forms import TurnDownForm
from accounts.queries import officers
from accounts.queries.officers import OpenChange
from accounts.states import ChangeState
from accounts.views.people import manages_staff, show_link
from accounts.views.staff import person
from lumina_privacy.lib.verdict import Refused


@manages_staff
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a change of a staff account, and what may be done now, or why not."""
    return _page(request, _found(pk), TurnDownForm())


@manages_staff
@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree as the second officer; show the link of who is added by it, this once."""
    _found(pk)
    try:
        change, link = role_changes.agree(
            pk, by=person(request).actor, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("staff-change", pk=pk)
    if link and change.user is not None:
        return show_link(request, change.user, link)
    messages.success(request, "Agreed.")
    return redirect("staff-people")


@manages_staff
@require_POST
def turn_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn it down as the second officer, with the reason."""
    found, form = _found(pk), TurnDownForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        role_changes.turn_down(
            pk,
            why=form.cleaned_data["why"],
            by=person(request).actor,
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("staff-change", pk=pk)
    messages.success(request, "Turned down.")
    return redirect("staff-people")


@manages_staff
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own proposal back."""
    _found(pk)
    try:
        role_changes.withdraw(pk, by=person(request).actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("staff-change", pk=pk)
    messages.success(request, "Taken back.")
    return redirect("staff-people")


def _found(pk: int) -> OpenChange:
    found = officers.staff_change(pk)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, found: OpenChange, form: TurnDownForm, *, status: int = 200
) -> HttpResponse:
    me = person(request).actor
    waits = found.change.state == ChangeState.WAITING
    context = {
        "found": found,
        "from_outside": waits and not officers.officers_who_may_settle(found.change),
        "change": found.change,
        "settled_by": queries.staff_name(found.change.settled_by),
        "may_settle": policies.may_settle(
            found.change, by=me, seats=officers.let_in_by({found.change.proposed_by})
        ),
        "may_withdraw": policies.may_withdraw(found.change, by=me),
        "form": form,
    }
    template = "accounts/staff/role_change.html"
    return TemplateResponse(request, template, context, status=status)
