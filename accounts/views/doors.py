"""Where a session goes next."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from accounts.roles import Permission

# The page asked for before signing in, kept in the session meanwhile.
NEXT: Final = "accounts.next"
# In the order of preference: the first page that the role opens is its home.
_STAFF_HOMES: Final = (
    ("case-queue", Permission.CASE_READ),
    ("system-list", Permission.SYSTEMS_READ),
)


def safe_next(request: HttpRequest) -> str:
    """Return the page asked for before signing in, when it is ours; else nothing."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if ours and asked.startswith("/") else ""


def subject_home() -> str:
    """Return the page where a data subject sees their requests."""
    return _first("case-list") or "/"


def staff_home(user: User) -> str:
    """Return the first page that the role opens."""
    for name, permission in _STAFF_HOMES:
        if user.may(permission) and (path := _first(name)):
            return path
    return reverse("staff-account")


def _first(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
