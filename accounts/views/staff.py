"""Staff: password, then a device, then their pages."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import policies, queries
from accounts.actions import devices, staff
from accounts.forms import PasswordForm, RecoveryForm, TotpForm
from accounts.models import User
from accounts.views.doors import NEXT, safe_next, staff_home
from lumina_privacy.lib.http import (
    client_key,
    no_store,
    open_page,
    staff_unverified_page,
)


def person(request: HttpRequest) -> User:
    """Return the member of staff whom the door has let in."""
    if not isinstance(request.user, User):
        raise TypeError("the door let a stranger in")
    return request.user


def posted_json(request: HttpRequest) -> dict[str, Any]:
    """Return the object in the body, or an empty one when there is none."""
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


@open_page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take address and password. They open the next page and nothing else."""
    form = PasswordForm(request.POST or None)
    template, context = (
        "accounts/staff/sign_in.html",
        {"form": form, "next": safe_next(request)},
    )
    if request.method == "GET":
        return no_store(TemplateResponse(request, template, context))
    if form.is_valid():
        verdict = staff.give_password(
            request,
            address=form.cleaned_data["address"],
            password=form.cleaned_data["password"],
            client=client_key(request),
            at=timezone.now(),
        )
        if verdict:
            request.session[NEXT] = context["next"]
            return redirect("staff-token")
        form.add_error(None, verdict.reason)
    return no_store(TemplateResponse(request, template, context, status=422))


@staff_unverified_page
@require_http_methods(["GET", "POST"])
def token(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor: a key or, where the setting allows, an app."""
    user = person(request)
    if policies.may_open_as_staff(user):
        return redirect(_onward(request, user))
    form = TotpForm(request.POST or None)
    context = {
        "form": form,
        "has_key": queries.has_key(user),
        "has_app": settings.LUMINA_STAFF_TOTP and queries.has_app(user),
        "next": safe_next(request),
    }
    if request.method == "POST" and form.is_valid():
        verdict = staff.give_totp(
            request,
            token=form.cleaned_data["token"],
            client=client_key(request),
            at=timezone.now(),
        )
        if verdict:
            return redirect(_onward(request, user))
        form.add_error("token", verdict.reason)
    status = 200 if request.method == "GET" else 422
    return TemplateResponse(
        request, "accounts/staff/token.html", context, status=status
    )


@staff_unverified_page
@require_POST
def key_begin(request: HttpRequest) -> HttpResponse:
    """Return the challenge for a key of this person."""
    return JsonResponse(devices.begin_key(request, person(request), new=False))


@staff_unverified_page
@require_POST
def key_complete(request: HttpRequest) -> HttpResponse:
    """Judge the key's answer."""
    user = person(request)
    verdict = devices.use_key(request, user, posted_json(request), at=timezone.now())
    if verdict:
        return JsonResponse({"next": _onward(request, user)})
    return JsonResponse({"problem": verdict.reason}, status=422)


@staff_unverified_page
@require_http_methods(["GET", "POST"])
def recovery(request: HttpRequest) -> HttpResponse:
    """Take a recovery code: it leads to enrolling a new device and nowhere else."""
    form = RecoveryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verdict = devices.use_recovery_code(
            request, person(request), code=form.cleaned_data["code"], at=timezone.now()
        )
        if verdict:
            return redirect("staff-enrol")
        form.add_error("code", verdict.reason)
    status = 200 if request.method == "GET" else 422
    return TemplateResponse(
        request, "accounts/staff/recovery.html", {"form": form}, status=status
    )


def _onward(request: HttpRequest, user: User) -> str:
    """Return where a verified session goes: what was asked for first, or home."""
    return str(request.session.pop(NEXT, "")) or safe_next(request) or staff_home(user)
