"""The data subject's own cases: where they stand, what came of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID, uuid4

from django.forms import Form
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
from accounts.models import User
from accounts.states import CodePurpose
from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import (
    as_download,
    client_key,
    no_store,
    post_or_back,
    subject_page,
)
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import subject, tray
from requests_app.forms.public import CodeForm
from requests_app.forms.thread import WriteForm
from requests_app.policies import answer as answer_policies
from requests_app.policies import check as check_policies
from requests_app.policies import identity as identity_policies
from requests_app.policies import intake as intake_policies
from requests_app.queries import agents as agent_queries
from requests_app.queries import letters as letter_queries
from requests_app.queries import rights
from requests_app.queries import subject as queries
from requests_app.queries import thread as thread_queries
from requests_app.queries.asked import asked_of
from requests_app.queries.authority import authority_of
from requests_app.queries.clock import reckoning_of
from requests_app.queries.identity import ToldFacts, told_of
from requests_app.queries.same_person import goes_on_as
from requests_app.queries.shown import shown_of
from requests_app.states import Right
from requests_app.views.public_closed import closed_page
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


class SubjectRequest(HttpRequest):
    """A request of a signed-in data subject, as the door has checked."""

    user: User


@subject_page
@require_http_methods(["GET", "HEAD"])
def cases(request: SubjectRequest) -> HttpResponse:
    """List the person's requests; signing in proves what waited for this address."""
    mine, closed = queries.open_and_closed(request.user)
    acting, closed_acting = agent_queries.open_and_closed(request.user)
    unread = thread_queries.unread_by_person(mine)
    context = {
        "cases": [
            {
                "case": case,
                "words": rights.words_of(case),
                "status": queries.STATUS_WORDS[case.status],
                "unread": unread.get(case.pk, 0),
            }
            for case in mine
        ],
        "closed": [{"case": case, "words": rights.words_of(case)} for case in closed],
        "closed_acting": closed_acting,
        "acting": [
            {"authority": one, "words": rights.words_of(one.case)} for one in acting
        ],
        "waiting": [
            {
                "case": case,
                "asked": [rights.words_of(one) for one in case.submission.cases.all()],
            }
            for case in queries.waiting_for(request.user)
        ],
        "today": london_day(timezone.now()),
    }
    return TemplateResponse(request, "requests_app/public/cases.html", context)


@subject_page
@post_or_back("case-list")
def prove_waiting(request: SubjectRequest, reference: str) -> HttpResponse:
    """Go on with a request that waits for the code of an address proved just now."""
    found = get_object_or_404(queries.waiting_for(request.user), reference=reference)
    try:
        tray.prove_waiting(found, by=request.user, at=timezone.now())
    except Refused:
        return redirect("case-list")
    is_agents = found.submission.for_another
    return redirect("acting-receipt" if is_agents else "case-receipt", reference)


@subject_page
@post_or_back("case-list")
def disown(request: SubjectRequest, reference: str) -> HttpResponse:
    """Close a request that somebody else sent in the name of this address."""
    found = get_object_or_404(queries.waiting_for(request.user), reference=reference)
    with suppress(Refused):
        tray.disown(found, by=request.user, at=timezone.now())
    return redirect("case-list")


@subject_page
@require_http_methods(["GET", "HEAD"])
def receipt(request: SubjectRequest, reference: str) -> HttpResponse:
    """Say that the request is in, what happens next, and the day with its reasons."""
    case = get_object_or_404(queries.cases_for(request.user), reference=reference)
    if case.right == Right.COMPLAINT:  # acknowledged on a page of its own
        return redirect("case", reference)
    context = {
        "submission": case.submission,
        "asked": queries.asked_together(case.submission),
        "proved": True,
    }
    return TemplateResponse(request, "requests_app/public/receipt.html", context)


@subject_page
@require_http_methods(["GET", "HEAD"])
def case(request: SubjectRequest, reference: str) -> HttpResponse:
    """Show one case: where it stands, what is needed, what came of it."""
    found = queries.cases_for(request.user).filter(reference=reference).first()
    if found is None:
        return closed_page(request, request.user, reference)
    return show_case(request, found)


def show_case(
    request: SubjectRequest,
    found: Any,
    *,
    form: Form | None = None,
    not_shown: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the page of a case; with what was typed when a message was refused.

    ``not_shown``: why what shows who they are was refused.
    """
    now = timezone.now()
    thread = thread_queries.thread_for_person(found)
    context = {
        "case": found,
        "words": rights.words_of(found),
        "noun": rights.noun_of(found),
        "asked": asked_of(found),
        "status": queries.STATUS_WORDS[found.status],
        "reckoning": reckoning_of(found),
        "story": queries.story_of(found),
        "identity": _identity(found),
        "needed": letter_queries.needed_of_person(found) if found.is_open else (),
        "shown": shown_of(found),
        "not_shown": not_shown,
        "letters": letter_queries.told_by_letter(found),
        "thread": thread,
        "authority": authority_of(found),
        "unread": any(one.sender == "staff" and one.is_unread for one in thread),
        "form": form or WriteForm(initial={"token": uuid4()}),
        "answers": _answers(request, found, now),
        "goes_on_as": goes_on_as(found),
        "today": london_day(now),
        "may_withdraw": intake_policies.may_withdraw(found),
        "controller": datamap_queries.controller(),
    }
    template = "requests_app/public/case.html"
    return no_store(TemplateResponse(request, template, context, status=status))


def _answers(request: SubjectRequest, found: Any, now: datetime) -> list[Any]:
    """Return the answers; none to fetch for who follows the case and receives none."""
    answers = queries.answers_of(found, at=now)
    if not any(one.ready for one in answers):
        return answers
    receives = answer_policies.may_receive(found, request.user, today=london_day(now))
    shown = []
    for one in answers:
        verdict = receives and answer_policies.went_to(one.package, request.user)
        hides = one.ready and not verdict
        shown.append(replace(one, ready=False, words=verdict.reason) if hides else one)
    return shown


def _identity(found: Any) -> ToldFacts | None:
    """Return how sure we must be who asks, as the person reads it."""
    if not check_policies.is_asked(found):
        return None
    return told_of(
        found,
        identity_policies.signs_asked(found),
        is_shown=not check_policies.asks_nobody_twice(found),
    )


@subject_page
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SubjectRequest, reference: str) -> HttpResponse:
    """Ask once more, then end the case."""
    found = get_object_or_404(queries.cases_for(request.user), reference=reference)
    problem = intake_policies.may_withdraw(found).reason
    if request.method == "POST" and not problem:
        try:
            subject.withdraw(found, by=request.user, at=timezone.now())
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect("case", reference=reference)
    context = {"case": found, "noun": rights.noun_of(found), "problem": problem}
    status = 422 if request.method == "POST" else 200
    template = "requests_app/public/withdraw.html"
    return TemplateResponse(request, template, context, status=status)


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
