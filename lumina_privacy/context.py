"""What every template may use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from accounts import policies
from accounts.models import User
from accounts.roles import Permission, UserKind
from accounts.states import SessionKey
from datamap import queries as datamap_queries

# In the order of the header: what stands there, where it leads, who may go.
_STAFF_PAGES: Final = (
    ("Queue", "case-queue", Permission.CASE_READ),
    ("To be posted", "to-be-posted", Permission.CASE_READ),
    ("Tray", "case-tray", Permission.TRAY_READ),
    ("Systems", "system-list", Permission.SYSTEMS_READ),
    ("Register", "register", Permission.REGISTER_APPROVE),
    ("Schedule", "schedule", Permission.REGISTER_APPROVE),
    ("Holidays", "holidays", Permission.CALENDAR_EDIT),
    ("Links", "colleague-links", Permission.LINKS_MANAGE),
    ("Ledger", "ledger", Permission.LEDGER_READ),
    ("People", "staff-people", Permission.STAFF_MANAGE),
)


@dataclass(frozen=True, slots=True)
class StaffPage:
    """An entry of the staff header."""

    label: str
    url: str
    current: bool


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the portal's own facts. A page that shows none of them pays no query."""
    match = request.resolver_match
    return {
        "here": match.url_name or "" if match else "",
        "demo": settings.LUMINA_DEMO,
        "mailbox_url": settings.LUMINA_MAILBOX_URL,
        "controller": SimpleLazyObject(_controller),
        "staff_nav": SimpleLazyObject(lambda: list(_staff_nav(request))),
        "owns_systems": SimpleLazyObject(partial(_owns_systems, request)),
        # The frame of pages that anybody may meet; a template calls it when it is used.
        "frame": partial(_frame, request),
    }


def _owns_systems(request: HttpRequest) -> bool:
    """Whether the owner of a system is signed in here."""
    return SessionKey.OWNER in getattr(request, "session", {})


def _frame(request: HttpRequest) -> str:
    """Return the page around an error: staff see theirs."""
    user = getattr(request, "user", None)
    staff = getattr(user, "kind", None) == UserKind.STAFF
    return "staff_base.html" if staff else "base.html"


def _controller() -> datamap_queries.Controller | None:
    """Return whom one writes to; None when the database or the register is not there.

    An error page must still come out then.
    """
    try:
        return datamap_queries.controller()
    except (DatabaseError, ObjectDoesNotExist):
        return None


def _staff_nav(request: HttpRequest) -> Iterator[StaffPage]:
    """Yield the staff pages that exist and that this person may open."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not policies.may_open_as_staff(user):
        return
    for label, name, permission in _STAFF_PAGES:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        if user.may(permission):
            here = (
                request.path == url
                if name == "case-queue"
                else request.path.startswith(url)
            )
            yield StaffPage(label, url, here)
