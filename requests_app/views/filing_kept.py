"""What somebody has answered so far: in their session, and sealed there.

A session is a row of a table and a page of every backup. Half a request is as personal
as a whole one, and was never sent.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lumina_privacy.lib import crypto
from requests_app.views.filing_questions import Answers, understood

# Session key: the answers while filing.
FILING: Final = "filing"
_USE: Final = "requests_app.session.filing"
_GONE: Final = (
    "Nothing is answered in this browser, or the form had been open for too long. "
    "Nothing was sent: begin again."
)


@dataclass(frozen=True, slots=True)
class Filing:
    """A form that is being filled in; ``token`` makes sending it twice one request."""

    token: str = field(default_factory=lambda: str(uuid4()))
    answers: Answers = field(default_factory=dict)


class _Unreadable(Exception):
    """It was not kept as this release keeps a form."""


def kept(request: HttpRequest) -> Filing | None:
    """Return what this browser's form holds; None when it holds nothing any more.

    What no master key opens is over like a session that has ended. So is what another
    release of the portal wrote in a way that this one cannot read.
    """
    try:
        words = crypto.unseal(str(request.session.get(FILING, "")), use=_USE)
        return _read(json.loads(words))
    except (crypto.Undecryptable, _Unreadable, ValueError):
        return None


def _read(said: object) -> Filing:
    """Return the form of which ``said`` was kept; what it has beside is left out."""
    match said:
        case {"token": str(token), "answers": dict(answers)}:
            UUID(token)
            return Filing(token, understood(answers))
    raise _Unreadable


def keep(request: HttpRequest, filing: Filing) -> None:
    """Keep it until the session ends or the request is sent, under the newest key."""
    request.session[FILING] = crypto.seal(json.dumps(asdict(filing)), use=_USE)


def forget(request: HttpRequest) -> None:
    """Forget it: it was sent."""
    del request.session[FILING]


def gone(request: HttpRequest) -> HttpResponse:
    """Say that the form is over, and lead to its beginning."""
    messages.info(request, _GONE)
    return redirect("ask-start")
