"""Filing a request: one question a page, then check, send, code, receipt."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
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
from requests_app.forms import public as forms
from requests_app.queries import subject as queries
from requests_app.views.public_code import SENT, sent_on

# Session key: the answers while filing.
FILING: Final = "filing"


@dataclass(frozen=True, slots=True)
class Question:
    """One page of the form."""

    slug: str
    form: Callable[..., Form]
    label: str


def _scope(*args: Any, **kwargs: Any) -> Form:
    categories = [
        (category.code, category.name)
        for category in datamap_queries.register().categories
    ]
    return forms.ScopeForm(*args, categories=categories, **kwargs)


QUESTIONS: Final = (
    Question("about", forms.AboutForm, "Whose data"),
    Question("scope", _scope, "What you want"),
    Question("cctv", forms.CctvForm, "When and where"),
    Question("name", forms.NameForm, "Your name"),
    Question("reach", forms.ReachForm, "How to reach you"),
    Question("how", forms.HowForm, "How you want it"),
)


# "Check your answers" names each answer in a word or two; the questions are longer.
LABELS: Final = {
    "about": "Whose data",
    "scope": "What you want",
    "categories": "Which things",
    "words": "What helps us find it",
    "when": "When you were there",
    "where": "Where",
    "who": "How we recognise you",
    "name": "Your name",
    "email": "E-mail address",
    "phone": "Telephone number",
    "how": "How you want it",
    "postal": "Postal address",
    "adjustments": "What we do differently for you",
}


def _answers(request: HttpRequest) -> dict[str, Any]:
    filing = request.session.get(FILING) or {}
    answers: dict[str, Any] = filing.get("answers", {})
    return answers


def _path(answers: dict[str, Any]) -> list[Question]:
    """Return the questions that apply: footage is asked about only where wanted."""
    wants_cctv = "cctv" in answers.get("scope", {}).get("categories", [])
    return [q for q in QUESTIONS if q.slug != "cctv" or wants_cctv]


@open_page
@require_http_methods(["GET", "HEAD"])
def start(request: HttpRequest) -> HttpResponse:
    """Say what will happen, before anything is asked."""
    context = {"controller": datamap_queries.controller()}
    return TemplateResponse(request, "requests_app/public/start.html", context)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask one question; keep its answer in the session and go on."""
    answers = _answers(request)
    path = _path(answers)
    found = next((q for q in path if q.slug == slug), None)
    if found is None:
        raise Http404
    if request.method != "POST":
        form = found.form(initial=answers.get(slug))
        return _ask(request, path, found, form)
    form = found.form(request.POST)
    if not form.is_valid():
        return _ask(request, path, found, form, status=422)
    if slug == "about" and form.cleaned_data["about"] == "other":
        return redirect("access-other")
    filing = request.session.get(FILING) or {"token": str(uuid4()), "answers": {}}
    filing["answers"][slug] = form.cleaned_data
    request.session[FILING] = filing
    return redirect(
        _next_url(filing["answers"], slug, back_to_check="check" in request.GET)
    )


def _next_url(answers: dict[str, Any], slug: str, *, back_to_check: bool) -> str:
    """Return the next question without an answer, or the page to check them all."""
    path = _path(answers)
    after = [q.slug for q in path][[q.slug for q in path].index(slug) + 1 :]
    for following in after:
        if following not in answers or not back_to_check:
            return reverse("access-question", args=[following])
    return reverse("access-check")


def _ask(
    request: HttpRequest,
    path: list[Question],
    asked: Question,
    form: Form,
    *,
    status: int = 200,
) -> HttpResponse:
    place = path.index(asked)
    before = (
        reverse("access-question", args=[path[place - 1].slug])
        if place
        else reverse("access-start")
    )
    context = {
        "form": form,
        "slug": asked.slug,
        "label": asked.label,
        "number": place + 1,
        "of": len(path),
        "back_url": reverse("access-check") if "check" in request.GET else before,
    }
    template = "requests_app/public/question.html"
    return no_store(TemplateResponse(request, template, context, status=status))


@open_page
@require_http_methods(["GET", "HEAD"])
def for_somebody(request: HttpRequest) -> HttpResponse:
    """Say how somebody asks on another's behalf."""
    context = {"controller": datamap_queries.controller()}
    return TemplateResponse(request, "requests_app/public/for_somebody.html", context)


@open_page
@require_http_methods(["GET", "HEAD"])
def check(request: HttpRequest) -> HttpResponse:
    """Show every answer with a way to change it, before it is sent."""
    answers = _answers(request)
    if not answers and (place := sent_on(request)):
        return place
    if missing := _missing(answers):
        return redirect("access-question", slug=missing)
    return _check_page(request, answers)


def _check_page(
    request: HttpRequest,
    answers: dict[str, Any],
    *,
    problem: str = "",
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "changed": changed,
        "rows": _rows(answers),
        "token": request.session[FILING]["token"],
        "seen": _digest(answers),
        "problem": problem,
        "controller": datamap_queries.controller(),
    }
    template = "requests_app/public/check.html"
    return no_store(TemplateResponse(request, template, context, status=status))


def _digest(answers: dict[str, Any]) -> str:
    """Return what tells these answers from others: two tabs share one session."""
    return sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()


def _missing(answers: dict[str, Any]) -> str:
    return next((q.slug for q in _path(answers) if q.slug not in answers), "")


def _rows(answers: dict[str, Any]) -> list[dict[str, str]]:
    rows = []
    for asked in _path(answers):
        form = asked.form(initial=answers[asked.slug])
        for name, field in form.fields.items():
            value = answers[asked.slug].get(name)
            if not value and name in getattr(form, "conditional", ()):
                continue
            choices = dict(getattr(field, "choices", []))
            if isinstance(value, list):
                shown = ", ".join(str(choices.get(one, one)) for one in value)
            else:
                shown = str(choices.get(value, value) or "")
            change = f"{reverse('access-question', args=[asked.slug])}?check"
            rows.append({"label": LABELS[name], "value": shown, "change_url": change})
    return rows


@open_page
@post_or_back("access-check")
def send(request: HttpRequest) -> HttpResponse:
    """Receive the request: this moment starts the clock (D11). Repeats are counted."""
    filing = request.session.get(FILING)
    token = request.POST.get("token", "")
    sent = request.session.get(SENT) or {}
    if not filing or filing["token"] != token:
        if sent.get("token") == token and token:
            return _sent_again(request)
        return redirect("access-start")
    answers = filing["answers"]
    if missing := _missing(answers):
        return redirect("access-question", slug=missing)
    if request.POST.get("seen", "") != _digest(answers):
        return _check_page(request, answers, changed=True, status=422)
    try:
        receipt = intake.submit(
            _filing(answers),
            key=UUID(token),
            client=client_key(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        return _check_page(request, answers, problem=str(refusal), status=429)
    request.session[SENT] = {
        "submission": receipt.submission.pk,
        "token": token,
        "again": not receipt.is_new,
        "problem": receipt.problem,
    }
    del request.session[FILING]
    return redirect("access-code")


def _sent_again(request: HttpRequest) -> HttpResponse:
    """Count a form that was posted again; it stays one request, as the page says."""
    submission = queries.submission_sent(request.session[SENT]["submission"])
    if submission is None:
        return redirect("access-start")
    intake.count_repeat(submission, at=timezone.now())
    request.session[SENT] = {**request.session[SENT], "again": True}
    return redirect("access-code")


def _filing(answers: dict[str, Any]) -> intake.Filing:
    reach, how = answers["reach"], answers["how"]
    words: dict[str, Any] = {
        key: value
        for slug in ("scope", "how")
        for key, value in answers.get(slug, {}).items()
        if key != "postal" and value
    }
    # Under the system's name: its owner reads it, and no other (queries.owner).
    if filmed := {
        key: value for key, value in answers.get("cctv", {}).items() if value
    }:
        words["cctv"] = filmed
    return intake.Filing(
        name=answers["name"]["name"],
        email=reach["email"],
        phone=reach["phone"],
        postal=how["postal"] if how["how"] == "print" else "",
        answers=words,
    )
