"""The pages for when something went wrong: each says what to do next."""

from __future__ import annotations

import errno
import sys
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def bad_request(
    request: HttpRequest,
    exception: Exception,  # noqa: ARG001 (Django passes it by name)
) -> HttpResponse:
    """Say that the browser sent something we cannot read."""
    return render(request, "422.html", status=400)


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
