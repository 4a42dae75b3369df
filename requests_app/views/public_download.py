"""An answer is fetched by the person, or by whoever acts: a code, then the file."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import actions as accounts
from accounts import queries as accounts_queries
from accounts.states import CodePurpose
from datamap import queries as datamap_queries
from lumina_privacy.lib.http import (
    as_download,
    client_key,
    no_store,
    subject_page,
)
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import subject
from requests_app.forms.public import CodeForm
from requests_app.policies import answer as answer_policies
from requests_app.queries import subject as queries
from requests_app.views.public_case import SubjectRequest
from vault import actions as vault

_CHUNK: Final = 1 << 18
# How much of a download leaves before it is counted, and asked whether it goes on.
_COUNTED: Final = 1 << 20
UNREADABLE: Final = (
    "Your answer cannot be opened at the moment: the file in our storage is not as we "
    "wrote it, so we do not send it. We have noted it and will make the answer again."
)
_log: Final = logging.getLogger(__name__)


class Stopped(Exception):
    """The answer was revoked while it was fetched; the server breaks the line off."""


@subject_page
@require_http_methods(["GET", "HEAD", "POST"])
def download(request: SubjectRequest, reference: str, package: str) -> HttpResponseBase:
    """Step up with a fresh code, then fetch the answer; nothing is sent on GET."""
    found = get_object_or_404(queries.cases_for(request.user), reference=reference)
    return fetch(request, found, package)


def fetch(
    request: SubjectRequest, found: Any, package: str, *, acting: Any = None
) -> HttpResponseBase:
    """Let the person fetch an answer of theirs, or the agent of ``acting``."""
    answers = queries.answers_of(found, at=timezone.now(), acting=acting)
    answer = next((one for one in answers if one.package.reference == package), None)
    if answer is None:
        return _gone(request, found, "There is no such answer.", status=404)
    now = timezone.now()
    verdict = answer_policies.may_fetch(
        answer.package, request.user, at=now, acting=acting
    )
    if not verdict:
        return _gone(request, found, verdict.reason, status=410)
    about = f"package:{answer.package.pk}"
    stepped_up = accounts_queries.stepped_up(request, about, at=now)
    if request.method == "POST" and stepped_up and "fetch" in request.POST:
        return _stream(request, answer, at=now, acting=acting)
    form = CodeForm()
    status = 200
    if request.method == "POST" and "fetch" not in request.POST:
        form, status = _code(request, about, at=now)
        if status == 302:
            place = request.path
            return redirect(f"{place}?code" if "send" in request.POST else place)
    context = {
        "case": found,
        "acting": acting,
        "answer": answer,
        "form": form,
        "stepped_up": stepped_up,
        "code_sent": "code" in request.GET,
        "address": request.user.email,
        "minutes": accounts.CODE_MINUTES,
    }
    template = "requests_app/public/download.html"
    return no_store(TemplateResponse(request, template, context, status=status))


def _code(request: SubjectRequest, about: str, *, at: datetime) -> tuple[CodeForm, int]:
    """Send a code, or judge the one that was given; say how the page goes on."""
    address, client = request.user.email, client_key(request)
    if "send" in request.POST:
        try:
            accounts.send_code(
                address=address,
                purpose=CodePurpose.DOWNLOAD,
                about=about,
                client=client,
                at=at,
            )
        except Refused as refusal:
            form = CodeForm({})
            form.errors.clear()
            form.add_error(None, str(refusal))
            return form, 429
        return CodeForm(), 302
    form = CodeForm(request.POST)
    if not form.is_valid():
        return form, 422
    verdict = accounts.prove_code(
        address=address,
        code=form.cleaned_data["code"],
        purpose=CodePurpose.DOWNLOAD,
        about=about,
        client=client,
        at=at,
    )
    if verdict:
        accounts.step_up(request, about, at=at)
        return form, 302
    form.add_error("code", verdict.reason)
    return form, 422


def _gone(
    request: HttpRequest, found: object, words: str, *, status: int
) -> HttpResponse:
    context = {
        "case": found,
        "words": words,
        "controller": datamap_queries.controller(),
    }
    return no_store(
        TemplateResponse(
            request, "requests_app/public/gone.html", context, status=status
        )
    )


def _stream(
    request: SubjectRequest,
    answer: queries.Answer,
    *,
    at: datetime,
    acting: Any = None,
) -> HttpResponseBase:
    """Send the file as it is decrypted; the download is a row before the first byte."""
    package = answer.package
    try:
        row = subject.start_download(package, by=request.user, at=at, acting=acting)
    except Refused as refusal:
        return _gone(request, package.case, str(refusal), status=410)
    # What is released has a file: the table says so (package_built_has_file).
    user, file = request.user, cast("UUID", package.file)

    def content() -> Iterator[bytes]:
        sent = 0  # since they were counted last
        try:
            with vault.reading(file) as source:
                while chunk := source.read(_CHUNK):
                    if sent >= _COUNTED:
                        counted, sent = sent, 0
                        now = timezone.now()
                        if not subject.count_bytes(
                            row, counted, by=user, at=now, acting=acting
                        ):
                            raise Stopped
                    yield chunk
                    sent += len(chunk)
            subject.finish_download(row, by=user, at=timezone.now(), acting=acting)
        finally:
            now = timezone.now()
            subject.count_bytes(row, sent, by=user, at=now, acting=acting)

    chunks = content()
    try:
        # The first segment is read before anything is promised to the browser; a later
        # one that was changed breaks the download off, and it does not count as done.
        first = next(chunks)
    except vault.Unreadable:
        _log.exception("package %s cannot be read", package.pk)
        return _gone(request, package.case, UNREADABLE, status=503)
    return as_download(
        _from(first, chunks),
        name=f"{package.case.reference}.zip",
        size=package.size_bytes,
        media_type="application/zip",
    )


def _from(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
