"""A member of staff looks after their own devices, codes and password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import policies, queries
from accounts.actions import devices, people
from accounts.forms import AbsenceForm, NewPasswordForm
from accounts.views.staff import person
from lumina_privacy.lib.http import staff_page
from lumina_privacy.lib.verdict import Refused

# Any member of staff with both factors: these pages are about their own account only.
own_page = staff_page("")


@own_page
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Show devices, recovery codes and absence."""
    return _page(request)


def _page(
    request: HttpRequest, *, absence_form: AbsenceForm | None = None
) -> HttpResponse:
    """Show the page, with the form that was refused, if it was."""
    user = person(request)
    own = queries.devices_of(user)
    absence = {"until": user.absent_until, "deputy": user.deputy_id or ""}
    context = {
        "devices": own,
        "may_remove": policies.may_remove_device(devices_left=len(own) - 1),
        "recovery_left": queries.recovery_codes_left(user),
        "recovery_expiring": queries.recovery_codes_expiring(user),
        "failed": absence_form,
        "absence_form": absence_form
        or AbsenceForm(initial=absence, deputies=queries.deputies_for(user)),
    }
    return TemplateResponse(
        request,
        "accounts/staff/account.html",
        context,
        status=422 if absence_form is not None else 200,
    )


@own_page
@require_POST
def remove_device(request: HttpRequest) -> HttpResponse:
    """Remove one of the person's own devices."""
    try:
        devices.remove_device(
            person(request),
            persistent_id=request.POST.get("device", ""),
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The device is removed.")
    return redirect("staff-account")


@own_page
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make recovery codes and show them, this once."""
    codes = devices.make_recovery_codes(person(request), at=timezone.now())
    return TemplateResponse(
        request, "accounts/staff/recovery_codes.html", {"codes": codes}
    )


@own_page
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the person's own password; their other sessions end."""
    user = person(request)
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        people.change_password(
            user, password=form.cleaned_data["password"], at=timezone.now()
        )
        user.refresh_from_db(fields=["password"])
        update_session_auth_hash(request, user)
        messages.success(request, "Your password is changed.")
        return redirect("staff-account")
    status = 200 if request.method == "GET" else 422
    return TemplateResponse(
        request, "accounts/staff/password.html", {"form": form}, status=status
    )


@own_page
@require_POST
def absence(request: HttpRequest) -> HttpResponse:
    """Note the person's own absence."""
    user = person(request)
    form = AbsenceForm(request.POST, deputies=queries.deputies_for(user))
    if not form.is_valid():
        return _page(request, absence_form=form)
    people.set_absence(
        user.pk,
        until=form.cleaned_data["until"],
        deputy_id=form.cleaned_data["deputy"],
        by=user.actor,
        at=timezone.now(),
    )
    messages.success(request, "Your absence is noted.")
    return redirect("staff-account")
