"""Doors: who may open a page is written on the page.

Every view carries exactly one marker. ``accounts.middleware`` reads it and closes what
carries none; a house test lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import wraps
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any, Final, TypeVar, cast

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponseBase,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

View = TypeVar("View", bound=Callable[..., object])
_Response = TypeVar("_Response", bound=HttpResponseBase)

DOOR: Final = "lumina_door"
PERMISSION: Final = "lumina_permission"
_IPV6_PREFIX: Final = 64


class Door(StrEnum):
    """Who may open a page."""

    OPEN = "open"
    SUBJECT = "subject"  # a proved address
    OWNER = "owner"  # a system owner, signed in with a code
    STAFF_UNVERIFIED = "staff-unverified"  # password given, token still missing
    STAFF_ENROLLING = "staff-enrolling"  # may only enrol a key: a link or recovery code
    STAFF = "staff"  # password and token, and the named permission


def _mark(view: View, door: Door, permission: str = "") -> View:
    setattr(view, DOOR, door)
    setattr(view, PERMISSION, permission)
    # Our middleware decides; Django's LoginRequiredMiddleware must not answer first.
    setattr(view, "login_required", door is not Door.OPEN)  # noqa: B010 (not an attribute mypy knows)
    return view


def open_page(view: View) -> View:
    """Let anybody in."""
    return _mark(view, Door.OPEN)


def subject_page(view: View) -> View:
    """Let a data subject in who has proved an address in this session."""
    return _mark(view, Door.SUBJECT)


def owner_page(view: View) -> View:
    """Let a system owner in who has signed in with a code."""
    return _mark(view, Door.OWNER)


def staff_unverified_page(view: View) -> View:
    """Let a member of staff in between password and token."""
    return _mark(view, Door.STAFF_UNVERIFIED)


def staff_enrolling_page(view: View) -> View:
    """Let a member of staff in who may only enrol a new key."""
    return _mark(view, Door.STAFF_ENROLLING)


def staff_page(permission: str) -> Callable[[View], View]:
    """Let a member of staff in who gave password and token and has ``permission``."""

    def mark(view: View) -> View:
        return _mark(view, Door.STAFF, permission)

    return mark


def post_or_back(page: str, *names: str) -> Callable[[View], View]:
    """Take forms only; who merely opens the address gets ``page``, not a bare refusal.

    So does who reloads, or comes back from signing in. ``names``: which parameters of
    the address ``page`` takes too. Nothing is looked up before it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> object:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method in {"GET", "HEAD"}:
                return redirect(page, **{name: kwargs[name] for name in names})
            return HttpResponseNotAllowed(["POST"])

        return cast("View", inner)

    return decorate


def client_key(request: HttpRequest) -> str:
    """Return what rate limits count a client by: its network address.

    Of an IPv6 address the first half: one household or server is given all the rest.
    Behind proxies of ours that is what the outermost of them saw; what a client wrote
    into the header itself stands further left and is not read.
    """
    peer = str(request.META.get("REMOTE_ADDR") or "unknown")
    proxies: int = settings.LUMINA_PROXIES
    if not proxies:
        return _network(peer)
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    seen = [part.strip() for part in forwarded.split(",")]
    return _network(seen[-proxies] if len(seen) >= proxies and seen[-proxies] else peer)


def _network(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv4Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ip_network((known.packed, _IPV6_PREFIX), strict=False))


def no_store(response: _Response) -> _Response:
    """Keep the page out of every cache: it shows personal data (C12)."""
    response["Cache-Control"] = "no-store, private"
    return response


def as_download(
    chunks: Iterable[bytes],
    *,
    name: str,
    size: int,
    media_type: str = "application/octet-stream",
) -> StreamingHttpResponse:
    """Send a file to be saved: never shown in our own page, kept by no cache (C12).

    ``size`` is the number of bytes that ``chunks`` yields in all.
    """
    response = no_store(StreamingHttpResponse(chunks, content_type=media_type))
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=name
    )
    return response
