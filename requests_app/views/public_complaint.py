"""Complaining to us: without sign-in, code or reference (DPA 2018 s.164A, C3)."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.roles import UserKind
from datamap import queries as datamap_queries
from lumina_privacy.lib.http import client_key, no_store, open_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import complaint
from requests_app.forms.complaint import ComplaintForm
from requests_app.queries import subject as queries

# Session keys: which complaint this browser sent last, and by which form.
COMPLAINED: Final = "complained"
SENT: Final = "complaint-sent"


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """Take a complaint about anything, from anybody."""
    if request.method != "POST":
        return _ask(request, ComplaintForm(initial={"token": uuid4()}))
    form = ComplaintForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=422)
    said = complaint.Complaint(**form.said())
    key = _form_of(request, said, form.cleaned_data["token"])
    try:
        submission = complaint.complain(
            said,
            key=key,
            client=client_key(request),
            at=timezone.now(),
            signed_in=_subject(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _ask(request, form, status=429)
    request.session[COMPLAINED] = submission.pk
    request.session[SENT] = {"token": str(key), "said": _digest(said)}
    return redirect("complain-done")


def _form_of(request: HttpRequest, said: complaint.Complaint, token: UUID) -> UUID:
    """Return the token of the form: of the last one, if it says the same (C33).

    A browser that goes back asks for the page anew, fills in what was typed, and has
    another token: it is the same form still. Other words are another complaint.
    """
    sent = request.session.get(SENT) or {}
    return UUID(sent["token"]) if sent.get("said") == _digest(said) else token


def _digest(said: complaint.Complaint) -> str:
    """Return what tells this complaint from others, without keeping its words."""
    return sha256(json.dumps(asdict(said), sort_keys=True).encode()).hexdigest()


def _subject(request: HttpRequest) -> User | None:
    user = request.user
    is_subject = isinstance(user, User) and user.kind == UserKind.SUBJECT
    return user if isinstance(user, User) and is_subject else None


def _ask(
    request: HttpRequest, form: ComplaintForm, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "controller": datamap_queries.controller()}
    template = "requests_app/public/complain.html"
    return no_store(TemplateResponse(request, template, context, status=status))


@require_safe
@open_page
def done(request: HttpRequest) -> HttpResponse:
    """Acknowledge the complaint that this browser sent, whoever sent it."""
    submission = queries.submission_sent(request.session.get(COMPLAINED))
    if submission is None:
        return redirect("complain")
    context = {
        "case": queries.complaint_sent(submission),
        "submission": submission,
        "controller": datamap_queries.controller(),
    }
    template = "requests_app/public/complained.html"
    return no_store(TemplateResponse(request, template, context))
