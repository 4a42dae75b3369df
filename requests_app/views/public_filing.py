"""Filing a request: one question a page, then check, send, code, receipt."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from datamap import queries as datamap_queries
from lumina_privacy.lib.http import client_key, no_store, open_page, post_or_back
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import intake
from requests_app.forms.rights import StopForm
from requests_app.queries import keeping
from requests_app.queries import subject as queries
from requests_app.queries.rights import RIGHTS
from requests_app.states import FILED, Right
from requests_app.views import filing_kept
from requests_app.views.filing_kept import Filing
from requests_app.views.filing_questions import (
    PAGES,
    Answers,
    Question,
    filing_of,
    length_of,
    missing,
    offered,
    only_stops,
    path_of,
    rights_in,
    rows_of,
)
from requests_app.views.public_code import SENT, sent_on

# Without any answer before it only the first question is asked.
_LATER: Final = frozenset(asked.slug for asked in PAGES[1:])


def _filing(request: HttpRequest) -> Filing:
    return filing_kept.kept(request) or Filing()


@open_page
@require_http_methods(["GET", "HEAD"])
def start(request: HttpRequest) -> HttpResponse:
    """Say what will happen, before anything is asked."""
    context = {"controller": datamap_queries.controller(), "offered": offered()}
    return TemplateResponse(request, "requests_app/public/start.html", context)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask one question; keep its answer in the session and go on."""
    filing = _filing(request)
    answers = filing.answers
    found = next((q for q in path_of(answers) if q.slug == slug), None)
    if found is None and not answers and slug in _LATER:
        return filing_kept.gone(request)
    if found is None:
        raise Http404
    if request.method != "POST":
        form = found.form(answers)(initial=_known(request, answers, slug))
        return _ask(request, answers, found, form)
    form = found.form(answers)(request.POST)
    if not form.is_valid():
        return _ask(request, answers, found, form, status=422)
    if slug == "about" and form.cleaned_data["about"] == "died":
        return redirect("ask-died")
    answers[slug] = form.cleaned_data
    filing_kept.keep(request, filing)
    return redirect(_next_url(answers, slug, back_to_check="check" in request.GET))


def _task(answers: Answers) -> str:
    """Return what the pages of the form are about."""
    chosen = rights_in(answers)
    return RIGHTS[chosen[0]].name if len(chosen) == 1 else "Your request"


def _known(request: HttpRequest, answers: Answers, slug: str) -> Answers:
    """Return what a question shows: what was answered, and the right one came for."""
    known: Answers = dict(answers.get(slug, {}))
    wanted = request.GET.get("right")
    if slug == "what" and wanted in FILED:
        known["rights"] = sorted({*known.get("rights", []), wanted})
    return known


def _next_url(answers: Answers, slug: str, *, back_to_check: bool) -> str:
    """Return the next question without an answer, or the page to check them all."""
    path = path_of(answers)
    after = [q.slug for q in path][[q.slug for q in path].index(slug) + 1 :]
    for following in after:
        if following not in answers or not back_to_check:
            return reverse("ask-question", args=[following])
    return reverse("ask-check")


def _ask(
    request: HttpRequest,
    answers: Answers,
    asked: Question,
    form: Form,
    *,
    status: int = 200,
) -> HttpResponse:
    path = path_of(answers)
    place = path.index(asked)
    before = (
        reverse("ask-question", args=[path[place - 1].slug])
        if place
        else reverse("ask-start")
    )
    context = {
        "form": form,
        "slug": asked.slug,
        "label": asked.label,
        "task": _task(answers),
        "number": place + 1,
        "of": length_of(answers),
        "back_url": reverse("ask-check") if "check" in request.GET else before,
    }
    template = "requests_app/public/question.html"
    return no_store(TemplateResponse(request, template, context, status=status))


@open_page
@require_http_methods(["GET", "HEAD"])
def died(request: HttpRequest) -> HttpResponse:
    """Say what becomes of data of the dead: the law protects the living alone."""
    context = {"controller": datamap_queries.controller()}
    return TemplateResponse(request, "requests_app/public/died.html", context)


@open_page
@require_http_methods(["GET", "HEAD"])
def check(request: HttpRequest) -> HttpResponse:
    """Show every answer with a way to change it, before it is sent."""
    filing = _filing(request)
    if not filing.answers and (place := sent_on(request)):
        return place
    if not filing.answers:
        return filing_kept.gone(request)
    if unanswered := missing(filing.answers):
        return redirect("ask-question", slug=unanswered)
    return _check_page(request, filing)


def _check_page(
    request: HttpRequest,
    filing: Filing,
    *,
    problem: str = "",
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    answers = filing.answers
    context = {
        "changed": changed,
        "rows": rows_of(answers),
        "back_url": reverse("ask-question", args=[path_of(answers)[-1].slug]),
        "only_stops": only_stops(answers),
        "token": filing.token,
        "seen": _digest(answers),
        "problem": problem,
        "kept": keeping.cases_for(),
        "controller": datamap_queries.controller(),
    }
    template = "requests_app/public/check.html"
    return no_store(TemplateResponse(request, template, context, status=status))


def _digest(answers: Answers) -> str:
    """Return what tells these answers from others: two tabs share one session."""
    return sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()


@open_page
@post_or_back("ask-check")
def send(request: HttpRequest) -> HttpResponse:
    """Receive the request: this moment starts the clock (D11). Repeats are counted."""
    filing = filing_kept.kept(request)
    token = request.POST.get("token", "")
    sent = request.session.get(SENT) or {}
    if filing is None or filing.token != token:
        if sent.get("token") == token and token:
            return _sent_again(request)
        return redirect("ask-start") if filing else filing_kept.gone(request)
    answers = filing.answers
    if unanswered := missing(answers):
        return redirect("ask-question", slug=unanswered)
    if request.POST.get("seen", "") != _digest(answers):
        return _check_page(request, filing, changed=True, status=422)
    try:
        receipt = intake.submit(
            filing_of(answers),
            key=UUID(token),
            client=client_key(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        return _check_page(request, filing, problem=str(refusal), status=429)
    request.session[SENT] = {
        "submission": receipt.submission.pk,
        "token": token,
        "again": not receipt.is_new,
        "problem": receipt.problem,
    }
    filing_kept.forget(request)
    return sent_on(request) or redirect("ask-code")


def _sent_again(request: HttpRequest) -> HttpResponse:
    """Count a form that was posted again; it stays one request, as the page says."""
    submission = queries.submission_sent(request.session[SENT]["submission"])
    if submission is None:
        return redirect("ask-start")
    intake.count_repeat(submission, at=timezone.now())
    request.session[SENT] = {**request.session[SENT], "again": True}
    return redirect("ask-code")


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def stop_marketing(request: HttpRequest) -> HttpResponse:
    """Stop marketing to an address: one field, no code, no account, no reason (C34)."""
    form = StopForm(request.POST or None, initial={"token": uuid4()})
    if request.method == "POST" and form.is_valid():
        address, token = form.cleaned_data["email"], form.cleaned_data["token"]
        receipt = intake.submit(
            intake.Filing(
                "", email=address, rights=(Right.OBJECTION_DIRECT_MARKETING,)
            ),
            key=token,
            client=client_key(request),
            at=timezone.now(),
        )
        request.session[SENT] = {
            "submission": receipt.submission.pk,
            "token": str(token),
            "again": not receipt.is_new,
        }
        return redirect("ask-done")
    template = "requests_app/public/stop_marketing.html"
    status = 422 if request.method == "POST" else 200
    return no_store(TemplateResponse(request, template, {"form": form}, status=status))
