"""What a request asks once: its answer holds until the page is made.

A page names the register, the calendar and whom to write to in many places. What it
shows agrees then, and costs one query instead of one for each place.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

T = TypeVar("T")
_known: Final[ContextVar[dict[Callable[[], Any], Any] | None]] = ContextVar(
    "known", default=None
)


def once(ask: Callable[[], T]) -> Callable[[], T]:
    """Ask at most once a request; outside of one, each time.

    For what does not change in a request, but by an act that says ``forget``.
    """

    @wraps(ask)
    def asked() -> T:
        known = _known.get()
        if known is None:
            return ask()
        if ask not in known:
            known[ask] = ask()
        answer: T = known[ask]
        return answer

    return asked


def forget() -> None:
    """Have everything asked anew: an act has changed an answer."""
    known = _known.get()
    if known is not None:
        known.clear()


def remembering(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: begin each request with nothing known, and keep nothing after it."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        token = _known.set({})
        try:
            return get_response(request)
        finally:
            _known.reset(token)

    return respond
