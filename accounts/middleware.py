"""The one place where a door opens or stays shut: default closed.

Every view says with a marker of ``lib.http`` who may open it. Sessions end here too,
when they were idle too long or are too old.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode

from accounts import policies, queries
from accounts.models import User
from accounts.roles import UserKind
from accounts.states import SessionKey
from lumina_privacy.lib.http import DOOR, PERMISSION, Door, no_store
from lumina_privacy.lib.verdict import ALLOWED

log = logging.getLogger(__name__)

# Views of libraries carry no marker of ours; whatever is not listed here is closed.
FOREIGN: Final[Mapping[str, Door]] = {
    "django.contrib.staticfiles.views.serve": Door.OPEN,
}
# Writing the session row on every request would cost an UPDATE a page.
_TOUCH_EVERY: Final = timedelta(minutes=1)
View = Callable[..., HttpResponseBase]


class StaffRequest(HttpRequest):
    """A request that has passed a staff door."""

    user: User


class DoorMiddleware:
    """Decides for each view who may pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Keep what signed-in people see out of every cache (C12).

        A refusal that no door was asked about (no such page, a stale form) counts as
        personal: its header says who is signed in.
        """
        response = self.get_response(request)
        unasked = response.status_code >= HTTPStatus.BAD_REQUEST
        if getattr(request, "lumina_personal", unasked):
            patch_vary_headers(response, ["Cookie"])
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
        if door is None:
            _close(view)
            raise Http404
        at = timezone.now()  # noqa: TID251 (a request begins here)
        _end_stale_session(request, at)
        personal = door is not Door.OPEN or _is_somebody(request)
        request.lumina_personal = personal  # type: ignore[attr-defined]  # read in __call__
        if door is Door.OPEN:
            return None
        if door is Door.SUBJECT:
            return _for_subject(request)
        if door is Door.OWNER:
            return _for_owner(request)
        return _for_staff(request, door, getattr(view, PERMISSION, ""), at)


def door_of(view: View) -> Door | None:
    """Return who may pass ``view``, or None when nobody has said."""
    door = getattr(view, DOOR, None)
    if door is not None:
        return Door(door)
    cls = getattr(view, "view_class", view)
    return FOREIGN.get(f"{cls.__module__}.{getattr(cls, '__qualname__', '')}")


def _close(view: View) -> None:
    """Complain about a view without a door: loudly while building, else in the log."""
    if settings.DEBUG:
        raise ImproperlyConfigured(f"{view} has no door: see lumina_privacy.lib.http")
    log.error("closed: %s has no door", getattr(view, "__qualname__", view))


def _for_subject(request: HttpRequest) -> HttpResponseBase | None:
    if policies.may_open_as_subject(request.user):
        return None
    return _to_sign_in(request, "subject-sign-in")


def _for_owner(request: HttpRequest) -> HttpResponseBase | None:
    if queries.owner_address(request) is not None:
        return None
    return _to_sign_in(request, "owner-sign-in")


def _for_staff(
    request: HttpRequest, door: Door, permission: str, at: datetime
) -> HttpResponseBase | None:
    user = request.user
    if not isinstance(user, User) or not policies.may_open_between_factors(user):
        return _to_sign_in(request, "staff-sign-in")
    if door is Door.STAFF_UNVERIFIED:
        return None
    enrolling = queries.may_still_enrol(request, at=at)
    if door is Door.STAFF_ENROLLING:
        allowed = policies.may_enrol(user, granted=enrolling)
        return None if allowed else redirect("staff-token")
    if not policies.may_open_as_staff(user):
        if enrolling:
            return redirect("staff-enrol")
        return _to_sign_in(request, "staff-token")
    # A page of the person's own account needs no permission, only both factors.
    verdict = policies.may_use(user, permission) if permission else ALLOWED
    if not verdict:
        return render(request, "403.html", {"reason": verdict.reason}, status=403)
    return None


def _to_sign_in(request: HttpRequest, name: str) -> HttpResponse:
    """Send to a sign-in page; a stranger learns nothing about what was asked for.

    Somebody signed in as something else sees what a stranger would see: nothing. The
    path that is remembered holds references only (C12); its query string is left out.
    """
    if _is_other(request, name):
        raise Http404
    try:
        target = reverse(name)
    except NoReverseMatch as error:
        raise Http404 from error
    if request.method not in {"GET", "HEAD"}:
        return redirect(target)
    return redirect(f"{target}?{urlencode({'next': request.path})}")


def _is_other(request: HttpRequest, name: str) -> bool:
    """Whether this browser is signed in as a kind of person the door is not for."""
    user = request.user
    if not isinstance(user, User):
        return False
    return not (name.startswith("staff-") and user.kind == UserKind.STAFF)


def _is_somebody(request: HttpRequest) -> bool:
    return request.user.is_authenticated or SessionKey.OWNER in request.session


def _end_stale_session(request: HttpRequest, at: datetime) -> None:
    """End a session that idled too long or is too old, and say so on the next page.

    The clock starts when the person is first seen, so again with every sign-in.
    """
    if not _is_somebody(request):
        return
    who = str(request.user.actor) if isinstance(request.user, User) else "owner"
    clock = request.session.get(SessionKey.CLOCK) or {}
    now = at.timestamp()
    if clock.get("who") != who:
        request.session[SessionKey.CLOCK] = {"who": who, "began": now, "seen": now}
        return
    idle, oldest = _limits(who)
    if (
        now - clock["seen"] > idle.total_seconds()
        or now - clock["began"] > oldest.total_seconds()
    ):
        logout(request)
        messages.info(
            request, "You were signed out, because this page was open for too long."
        )
    elif now - clock["seen"] > _TOUCH_EVERY.total_seconds():
        request.session[SessionKey.CLOCK] = {**clock, "seen": now}


def _limits(who: str) -> tuple[timedelta, timedelta]:
    """Return how long a session may be idle, and how old it may become."""
    if who.startswith(UserKind.STAFF):
        return (
            timedelta(minutes=settings.LUMINA_STAFF_IDLE_MINUTES),
            timedelta(hours=settings.LUMINA_STAFF_SESSION_HOURS),
        )
    return (
        timedelta(minutes=settings.LUMINA_SUBJECT_IDLE_MINUTES),
        timedelta(hours=settings.LUMINA_SUBJECT_SESSION_HOURS),
    )
