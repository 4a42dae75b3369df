"""The data subject's own cases: where they stand, what came of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.forms import Form
from django.http import (
    HttpRequest,
    HttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import (
    no_store,
    post_or_back,
    subject_page,
)
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import subject, tray
from requests_app.forms.thread import WriteForm
from requests_app.policies import answer as answer_policies
from requests_app.policies import check as check_policies
from requests_app.policies import identity as identity_policies
from requests_app.policies import intake as intake_policies
from requests_app.queries import agents as agent_queries
from requests_app.queries import letters as letter_queries
from requests_app.queries import rights, words
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
                "status": words.status_told(case.right, case.status),
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
        "status": words.status_told(found.right, found.status),
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
