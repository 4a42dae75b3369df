"""Every page is closed unless its own marker opens it (``lib.http``)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.queries import ENROLLING, owner_address
from lumina_privacy.lib.http import DOOR, PERMISSION, Door, no_store

# Views of libraries carry no marker of ours.
FOREIGN: Final = {
    "django_otp_webauthn.views.BeginCredentialRegistrationView": Door.STAFF_ENROLLING,
    "django_otp_webauthn.views.CompleteCredentialRegistrationView": Door.STAFF_ENROLLING,
    "django_otp_webauthn.views.BeginCredentialAuthenticationView": Door.STAFF_UNVERIFIED,
    "django_otp_webauthn.views.CompleteCredentialAuthenticationView": Door.STAFF_UNVERIFIED,
    "django.contrib.staticfiles.views.serve": Door.OPEN,
}
STARTED: Final = "staff_started"
SEEN: Final = "staff_seen"
View = Callable[..., HttpResponseBase]


class DoorMiddleware:
    """Decides for each view who may pass; default closed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Keep what signed-in people see out of every cache (decision C12)."""
        response = self.get_response(request)
        if getattr(request, "lumina_door", Door.OPEN) is not Door.OPEN:
            no_store(response)
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: View,
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        """Return None to let the request pass, or what it gets instead."""
        door = door_of(view)
        request.lumina_door = door  # type: ignore[attr-defined]
        _end_stale_session(request)
        if door is Door.OPEN:
            return None
        if door is Door.SUBJECT:
            return None if _is_subject(request) else _to_sign_in(request, "subject-sign-in")
        if door is Door.OWNER:
            return None if owner_address(request) else _to_sign_in(request, "owner-sign-in")
        return _staff(request, door, getattr(view, PERMISSION, ""))


def door_of(view: View) -> Door:
    """Return who may pass ``view``. Raises ImproperlyConfigured for a forgotten marker."""
    door = getattr(view, DOOR, None)
    if door is not None:
        return Door(door)
    cls = getattr(view, "view_class", view)
    foreign = FOREIGN.get(f"{cls.__module__}.{cls.__qualname__}")
    if foreign is None:
        raise ImproperlyConfigured(f"{view} has no door: see lumina_privacy.lib.http")
    return foreign


def _is_subject(request: HttpRequest) -> bool:
    user = request.user
    return bool(user.is_authenticated and not user.is_staff_member)


def _staff(request: HttpRequest, door: Door, permission: str) -> HttpResponseBase | None:
    user = request.user
    if not user.is_authenticated or not user.is_staff_member:
        return _to_sign_in(request, "staff-sign-in")
    verified = user.is_verified()
    if door is Door.STAFF_UNVERIFIED:
        return None
    if door is Door.STAFF_ENROLLING:
        if verified or request.session.get(ENROLLING):
            return None
        return redirect("staff-token")
    if not verified:
        return redirect("staff-enrol" if request.session.get(ENROLLING) else "staff-token")
    if permission and not user.may(permission):
        raise PermissionDenied("Your role does not open this page.")
    return None


def _to_sign_in(request: HttpRequest, name: str) -> HttpResponse:
    """Send to a sign-in page; a stranger learns nothing about what was asked for."""
    if request.method not in {"GET", "HEAD"}:
        raise Http404
    return redirect(f"{reverse(name)}?{urlencode({'next': request.path})}")


def _end_stale_session(request: HttpRequest) -> None:
    """End a staff session that idled too long or is too old."""
    user = request.user
    if not user.is_authenticated or not user.is_staff_member:
        return
    now = int(time.time())
    started = request.session.setdefault(STARTED, now)
    seen = request.session.get(SEEN, now)
    if (
        now - seen > settings.LUMINA_STAFF_IDLE_MINUTES * 60
        or now - started > settings.LUMINA_STAFF_SESSION_HOURS * 3600
    ):
        logout(request)
        return
    # Written at most once a minute: a session row is one UPDATE a page otherwise.
    if now - seen >= 60 or SEEN not in request.session:  # noqa: PLR2004 (a minute)
        request.session[SEEN] = now
