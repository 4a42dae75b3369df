"""A device is enrolled: by a one-time link, a recovery code, or beside another."""

from __future__ import annotations

import base64
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import queries
from accounts.actions import devices
from accounts.forms import KeyNameForm, NewPasswordForm, TotpForm
from accounts.views.staff import person, posted_json
from lumina_privacy.lib.http import no_store, open_page, staff_enrolling_page
from lumina_privacy.lib.verdict import Refused


@open_page
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Open a one-time link. Looking at it changes nothing; the button does (C11)."""
    at = timezone.now()
    link = queries.open_link(token, at=at)
    if link is None:
        context: dict[str, object] = {"reason": devices.LINK_DEAD}
        return no_store(
            TemplateResponse(
                request, "accounts/staff/link_dead.html", context, status=410
            )
        )
    form = NewPasswordForm(request.POST or None, user=link.user)
    if request.method == "POST" and form.is_valid():
        try:
            devices.take_enrolment(
                request, token=token, password=form.cleaned_data["password"], at=at
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("staff-enrol")
    context = {"form": form, "colleague": link.user}
    status = 200 if request.method == "GET" else 422
    return no_store(
        TemplateResponse(request, "accounts/staff/welcome.html", context, status=status)
    )


@staff_enrolling_page
@require_GET
def enrol(request: HttpRequest) -> HttpResponse:
    """Offer the kinds of device that may be enrolled here."""
    context = {"form": KeyNameForm(), "totp_allowed": settings.LUMINA_STAFF_TOTP}
    return TemplateResponse(request, "accounts/staff/enrol.html", context)


@staff_enrolling_page
@require_POST
def key_begin(request: HttpRequest) -> HttpResponse:
    """Return the challenge for a new key."""
    return JsonResponse(devices.begin_key(request, person(request), new=True))


@staff_enrolling_page
@require_POST
def key_complete(request: HttpRequest) -> HttpResponse:
    """Take the new key's answer."""
    answer = posted_json(request)
    name = str(answer.pop("name", ""))[:64].strip()
    verdict = devices.enrol_key(
        request, person(request), answer, name=name, at=timezone.now()
    )
    if not verdict:
        return JsonResponse({"problem": verdict.reason}, status=422)
    messages.success(request, "Your key is enrolled.")
    return JsonResponse({"next": reverse("staff-account")})


@staff_enrolling_page
@require_POST
def totp_begin(request: HttpRequest) -> HttpResponse:
    """Make the secret of an authenticator app, which counts for nothing yet."""
    if not settings.LUMINA_STAFF_TOTP:
        messages.error(
            request, "Authenticator apps are switched off here. Use a security key."
        )
        return redirect("staff-enrol")
    devices.begin_totp(person(request))
    return redirect("staff-enrol-totp")


@staff_enrolling_page
@require_http_methods(["GET", "POST"])
def totp(request: HttpRequest) -> HttpResponse:
    """Show the secret to be typed into the app, and take its first code."""
    user = person(request)
    waiting = queries.totp_being_enrolled(user)
    if waiting is None:
        return redirect("staff-enrol")
    form = TotpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verdict = devices.enrol_totp(
            request, user, token=form.cleaned_data["token"], at=timezone.now()
        )
        if verdict:
            messages.success(request, "Your authenticator app is enrolled.")
            return redirect("staff-account")
        form.add_error("token", verdict.reason)
    secret = base64.b32encode(bytes.fromhex(waiting.secret)).decode()
    context = {
        "form": form,
        "secret": _in_fours(secret),
        "uri": _otpauth(user.email, secret),
    }
    status = 200 if request.method == "GET" else 422
    return TemplateResponse(
        request, "accounts/staff/enrol_totp.html", context, status=status
    )


def _in_fours(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _otpauth(address: str, secret: str) -> str:
    issuer = settings.OTP_WEBAUTHN_RP_NAME
    label = quote(f"{issuer}:{address}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"
