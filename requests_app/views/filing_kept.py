"""What somebody has answered so far: in their session, and sealed there.

A session is a row of a table and a page of every backup. Half a request is as personal
as a whole one, and was never sent.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Final
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lumina_privacy.lib import crypto
from requests_app.views.filing_questions import Answers

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


def kept(request: HttpRequest) -> Filing | None:
    """Return what this browser's form holds; None when it holds nothing any more.

    What no master key opens is over like a session that has ended.
    """
    try:
        words = crypto.unseal(str(request.session.get(FILING, "")), use=_USE)
    except crypto.Undecryptable:
        return None
    return Filing(**json.loads(words))


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
