"""The DCO looks after staff accounts."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import policies, queries
from accounts.actions import people, role_changes
from accounts.forms import AbsenceForm, ColleagueForm, RoleForm, WayInForm
from accounts.models import User
from accounts.queries import officers
from accounts.roles import Permission
from accounts.states import ChangeKind, ChangeState
from accounts.views.staff import person
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import staff_page
from lumina_privacy.lib.verdict import Refused

manages_staff = staff_page(Permission.STAFF_MANAGE)
WAITS = "Proposed. Nothing is changed until another officer agrees; they have a mail."
WAITS_OUTSIDE = "Proposed. Nothing is changed until who runs this portal agrees."
# Two forms of a colleague's page ask why.
_WAY_IN_ID, _CLOSING_ID = "way_in_%s", "closing_%s"


@manages_staff
@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    """Show every staff account, open ones first."""
    context = {
        "colleagues": queries.colleagues(),
        "changes": officers.open_changes(),
        "today": london_day(timezone.now()),
    }
    return TemplateResponse(request, "accounts/staff/people.html", context)


@manages_staff
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add a colleague and show the enrolment link, this once, or propose them."""
    form = ColleagueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change, link = role_changes.propose_colleague(
                address=form.cleaned_data["address"],
                name=form.cleaned_data["name"],
                role=form.cleaned_data["role"],
                why=form.cleaned_data["why"],
                by=person(request).actor,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("address", str(refusal))
        else:
            if change.user is not None:
                return show_link(request, change.user, link)
            messages.success(request, WAITS)
            return redirect("staff-change", pk=change.pk)
    status = 200 if request.method == "GET" else 422
    context = {
        "form": form,
        "second": officers.second_look_words(person(request).actor, None),
    }
    return TemplateResponse(
        request, "accounts/staff/person_add.html", context, status=status
    )


@manages_staff
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one colleague and what may be done now, or why not."""
    return _page(request, _colleague(pk))


def _page(
    request: HttpRequest,
    colleague: User,
    *,
    role_form: RoleForm | None = None,
    way_in_form: WayInForm | None = None,
    closing_form: WayInForm | None = None,
    absence_form: AbsenceForm | None = None,
) -> HttpResponse:
    """Show the colleague's page, with the form that was refused, if one was."""
    me = person(request)
    failed = role_form or way_in_form or closing_form or absence_form
    waits = officers.change_waits(colleague)
    way_in = ChangeKind.LINK if colleague.is_active else ChangeKind.REOPEN
    absence = {"until": colleague.absent_until, "deputy": colleague.deputy_id or ""}
    context = {
        "colleague": colleague,
        "own": colleague.pk == me.pk,
        "failed": failed,
        "devices": queries.devices_of(colleague),
        "recovery_left": queries.recovery_codes_left(colleague),
        "verdict": policies.may_manage(
            colleague, by=me.actor, dcos_left=officers.officers_beside(colleague)
        ),
        "role_form": role_form or RoleForm(initial={"role": colleague.role}),
        "second": officers.second_look_words(me.actor, colleague),
        "change_waits": waits,
        "way_in_form": way_in_form or WayInForm(auto_id=_WAY_IN_ID),
        "closing_form": closing_form or WayInForm(auto_id=_CLOSING_ID),
        "way_in_second": officers.let_in_words(me.actor, colleague),
        "way_in_verdict": policies.may_be_let_in(
            colleague, way_in, by=me.actor, waits=waits
        ),
        "absence_form": absence_form
        or AbsenceForm(initial=absence, deputies=queries.deputies_for(colleague)),
    }
    return TemplateResponse(
        request,
        "accounts/staff/person.html",
        context,
        status=422 if failed is not None else 200,
    )


@manages_staff
@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a colleague another role, or propose it to another officer."""
    colleague, form = _colleague(pk), RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, colleague, role_form=form)
    try:
        change = role_changes.propose_role(
            pk,
            role=form.cleaned_data["role"],
            why=form.cleaned_data["why"],
            by=person(request).actor,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, colleague, role_form=form)
    waits = change.state == ChangeState.WAITING
    messages.success(request, WAITS if waits else "The role is changed.")
    return redirect("staff-person", pk=pk)


@manages_staff
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a colleague's account at once."""
    colleague = _colleague(pk)
    form = WayInForm(request.POST, auto_id=_CLOSING_ID)
    if not form.is_valid():
        return _page(request, colleague, closing_form=form)
    by = person(request).actor
    try:
        role_changes.close(pk, why=form.cleaned_data["why"], by=by, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, colleague, closing_form=form)
    messages.success(request, "The account is closed.")
    return redirect("staff-person", pk=pk)


@manages_staff
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again, or propose it to a second person."""
    return _way_in(request, pk, ChangeKind.REOPEN)


@manages_staff
@require_POST
def new_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new enrolment link and show it, this once, or propose it."""
    return _way_in(request, pk, ChangeKind.LINK)


def _way_in(request: HttpRequest, pk: int, what: ChangeKind) -> HttpResponse:
    """Let a colleague in again, or lead to the proposal that waits."""
    colleague = _colleague(pk)
    form = WayInForm(request.POST, auto_id=_WAY_IN_ID)
    if not form.is_valid():
        return _page(request, colleague, way_in_form=form)
    by = person(request).actor
    try:
        change, link = role_changes.propose_way_in(
            pk, what=what, why=form.cleaned_data["why"], by=by, at=timezone.now()
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, colleague, way_in_form=form)
    if link and change.user is not None:
        return show_link(request, change.user, link)
    if change.state == ChangeState.WAITING:
        inside = officers.officers_who_may_settle(change)
        messages.success(request, WAITS if inside else WAITS_OUTSIDE)
        return redirect("staff-change", pk=change.pk)
    messages.success(request, "The account is open again.")
    return redirect("staff-person", pk=pk)


@manages_staff
@require_POST
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a colleague's absence."""
    colleague = _colleague(pk)
    form = AbsenceForm(request.POST, deputies=queries.deputies_for(colleague))
    if not form.is_valid():
        return _page(request, colleague, absence_form=form)
    try:
        people.set_absence(
            pk,
            until=form.cleaned_data["until"],
            deputy_id=form.cleaned_data["deputy"],
            by=person(request).actor,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error("deputy", str(refusal))
        return _page(request, colleague, absence_form=form)
    messages.success(request, "The absence is noted.")
    return redirect("staff-person", pk=pk)


def show_link(request: HttpRequest, colleague: User, link: str) -> HttpResponse:
    """Show a link that is kept nowhere in clear: no page to come back to."""
    context = {"colleague": colleague, "link": link}
    return TemplateResponse(request, "accounts/staff/person_link.html", context)


def _colleague(pk: int) -> User:
    colleague = queries.colleague(pk)
    if colleague is None:
        raise Http404
    return colleague
