"""The page behind a team's link: it takes in, and never reads anything back (C35)."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from lumina_privacy.lib.http import no_store, open_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import colleagues as acts
from requests_app.actions.incoming import Attached
from requests_app.actions.intake import Filing
from requests_app.forms.colleagues import NoteRequestForm, NoteStopForm
from requests_app.policies import colleagues as policies
from requests_app.queries import colleagues as queries
from requests_app.states import Channel

_FOLDER: Final = "requests_app/public"
_FORMS: Final = {"stop": NoteStopForm, "request": NoteRequestForm}
_ACTS: Final = {"stop": acts.note_stop, "request": acts.note_request}


@open_page
@require_safe
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Ask which of two things it is; after one, say that it is noted, and no more."""
    link = queries.link_of(token)
    if link is None or not policies.may_use(link):
        return _no_such_link(request)
    noted = request.GET.get("noted", "")
    context = {"team": link.team, "token": token, "noted": noted}
    return _page(request, "for_colleagues", context)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, token: str, what: str) -> HttpResponse:
    """Take in a stop or a request. Whoever is named, the answer is the same."""
    link = queries.link_of(token)
    if link is None or what not in _FORMS or not policies.may_use(link):
        return _no_such_link(request)
    form = _FORMS[what](
        request.POST or None, request.FILES or None, initial={"token": uuid4()}
    )
    if request.method == "POST" and form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        try:
            _ACTS[what](
                link,
                _filing(form),
                channel=Channel(said["channel"]),
                received_at=form.received_at(now=now),
                key=said["token"],
                at=now,
                **_file_in(said),
            )
        except ValidationError as error:
            form.add_error("received_on", error)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{reverse('colleague-page', args=[token])}?noted={what}")
    return _form(request, form, token=token, what=what)


def _file_in(said: dict[str, Any]) -> dict[str, Attached]:
    file = said.get("file")
    return {"file": Attached(file.name, file.chunks())} if file else {}


def _filing(form: Any) -> Filing:
    said = form.cleaned_data
    colleague = said.get("colleague", "")
    return Filing(
        said.get("name", ""),
        email=said["email"],
        phone=said["phone"],
        postal=said["postal"],
        answers={"words": said["words"]} if "words" in said else {},
        noted_by=f"Written down by {colleague}." if colleague else "",
        day_alone=form.day_alone,
    )


def _form(request: HttpRequest, form: Form, *, token: str, what: str) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "token": token, "what": what}
    return _page(request, "for_colleagues_form", context, status=status)


def _no_such_link(request: HttpRequest) -> HttpResponse:
    """Say the same of a link that was ended and of one that never was."""
    return _page(request, "for_colleagues_gone", {}, status=404)


def _page(
    request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Return a page that no cache keeps and no search engine lists."""
    page = TemplateResponse(request, f"{_FOLDER}/{name}.html", context, status=status)
    page["X-Robots-Tag"] = "noindex, nofollow"
    return no_store(page)
