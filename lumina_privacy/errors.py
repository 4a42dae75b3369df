"""The pages for when something went wrong: each says what to do next."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_TOO_BIG: Final = "It is larger than this page takes. Shorten it, or write to us."


class WordedRefusals:
    """Gives a page to the bare refusal of an address that only takes forms."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Keep the status and what is allowed; add the words and the way on."""
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the browser sent something we cannot read."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "400.html", {"reason": _TOO_BIG}, status=413)
    if isinstance(exception, TooManyFilesSent):
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        reason = f"It holds more files than one form takes: at most {most} files."
        return render(request, "400.html", {"reason": reason}, status=400)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this person may not; the reason is the policy's own (``Verdict``)."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(
    request: HttpRequest,
    exception: Exception,  # noqa: ARG001 (Django passes it by name)
) -> HttpResponse:
    """Say that there is nothing here for this person."""
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that we failed; without the page's frame when even that cannot be made."""
    error = sys.exc_info()[1]
    try:
        if isinstance(error, OSError) and error.errno in _FULL:
            # As a large upload arrives, before any view has seen it.
            return render(request, "507.html", status=507)
        return render(request, "500.html", status=500)
    except Exception:  # noqa: BLE001 (the last page there is must not fail itself)
        return HttpResponse(render_to_string("500_plain.html"), status=500)
