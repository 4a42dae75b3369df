"""After sending: the code that proves the address, then the receipt."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import actions as accounts
from accounts.states import CodePurpose
from datamap import queries as datamap_queries
from lumina_privacy.lib.http import client_key, no_store, open_page, post_or_back
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import correcting, intake
from requests_app.forms import public as forms
from requests_app.policies import intake as policies
from requests_app.queries import subject as queries
from requests_app.states import AT_ONCE

# Session key: what this browser sent last. It stays after the code, so that the way
# back leads to the receipt; it goes with the session.
SENT: Final = "filing_sent"


def sent_on(request: HttpRequest) -> HttpResponse | None:
    """Lead on who sent a request in this browser: to its code, or to its receipt."""
    sent = request.session.get(SENT) or {}
    submission = queries.submission_sent(sent.get("submission"))
    if submission is None:
        return None
    if queries.waits_for_code(submission):
        return redirect("ask-code")
    if submission.proved_at is None:
        return redirect("ask-done")
    messages.info(
        request,
        "This request is with us already and needs no other code. To ask for something "
        "else, start again from the home page.",
    )
    return _receipt_of(submission)


def _receipt_of(submission: Any) -> HttpResponse:
    """Lead to the receipt: of an agent to theirs, where the evidence can be sent."""
    if submission.for_another:
        case = submission.cases.exclude(right__in=AT_ONCE).order_by("pk")[0]
        return redirect("acting-receipt", reference=case.reference)
    case = submission.cases.order_by("pk")[0]
    return redirect("case-receipt", reference=case.reference)


def _nothing_waits(request: HttpRequest) -> HttpResponse:
    """Lead on who comes for a code that nobody waits for in this browser."""
    if place := sent_on(request):
        return place
    messages.info(
        request,
        "No request waits for a code in this browser. If you sent one, sign in with "
        "its address, and it goes on from there.",
    )
    return redirect("subject-sign-in")


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code; then the request is in the queue and the person signed in."""
    submission = _waiting(request)
    if submission is None:
        return _nothing_waits(request)
    if request.method != "POST":
        return _code_page(request, submission, forms.CodeForm())
    form = forms.CodeForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        # First whether it opens anything: a code is used up once it is proved.
        verdict = policies.may_go_on(submission) and accounts.prove_code(
            address=submission.sent_from,
            code=form.cleaned_data["code"],
            purpose=CodePurpose.FILE_REQUEST,
            about=submission.about,
            client=client_key(request),
            at=now,
        )
        if verdict:
            sent = request.session[SENT]
            user = accounts.sign_in_subject(request, submission.sent_from, at=now)
            request.session[SENT] = sent  # another person's session ended there
            try:
                intake.prove(submission, address=submission.sent_from, by=user, at=now)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                return _code_page(request, submission, form, status=422)
            return _receipt_of(submission)
        form.add_error("code", verdict.reason)
    return _code_page(request, submission, form, status=422)


def _waiting(request: HttpRequest) -> Any:
    """Return the unproved submission that this browser sent, or None."""
    sent = request.session.get(SENT) or {}
    submission = queries.submission_sent(sent.get("submission"))
    if submission is None or not queries.waits_for_code(submission):
        return None
    return submission


@open_page
@require_http_methods(["GET", "HEAD"])
def done(request: HttpRequest) -> HttpResponse:
    """Say that what this browser asked is done: stopping needs no code (C34)."""
    sent = request.session.get(SENT) or {}
    submission = queries.submission_sent(sent.get("submission"))
    if submission is None:
        return redirect("home")
    if submission.proved_at is not None or queries.waits_for_code(submission):
        return sent_on(request) or redirect("home")
    context = {"submission": submission, "asked": queries.asked_together(submission)}
    template = "requests_app/public/receipt.html"
    return no_store(TemplateResponse(request, template, context))


def _code_page(
    request: HttpRequest, submission: Any, form: Form, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "address": submission.sent_from,
        "minutes": accounts.CODE_MINUTES,
        "received_at": submission.received_at,
        "again": request.session[SENT].get("again", False),
        "done": [
            one for one in queries.asked_together(submission) if one.words.at_once
        ],
        "problem": request.session[SENT].get("problem", ""),
        "correction": forms.AddressForm(initial={"email": submission.sent_from}),
        "controller": datamap_queries.controller(),
    }
    template = "requests_app/public/code.html"
    return no_store(TemplateResponse(request, template, context, status=status))


@open_page
@post_or_back("ask-code")
def code_again(request: HttpRequest) -> HttpResponse:
    """Send a fresh code, to a corrected address where one is given."""
    submission = _waiting(request)
    if submission is None:
        return _nothing_waits(request)
    correction = forms.AddressForm(request.POST if "email" in request.POST else None)
    now = timezone.now()
    try:
        if correction.is_bound:
            if not correction.is_valid():
                return _address_page(request, correction)
            submission = correcting.correct_address(
                submission,
                correction.cleaned_data["email"],
                client=client_key(request),
                at=now,
            )
        intake.send_code(submission, client=client_key(request), at=now)
        request.session[SENT] = {**request.session[SENT], "problem": ""}
        messages.success(request, "We have sent a new code. Only the newest one works.")
    except Refused as refusal:
        form = forms.CodeForm({"code": ""})
        form.full_clean()
        form.errors.clear()
        form.add_error(None, str(refusal))
        return _code_page(request, submission, form, status=429)
    return redirect("ask-code")


@open_page
@require_http_methods(["GET", "HEAD"])
def address(request: HttpRequest) -> HttpResponse:
    """Ask for the right address when the first was mistyped; the date stays."""
    submission = _waiting(request)
    if submission is None:
        return _nothing_waits(request)
    return _address_page(
        request, forms.AddressForm(initial={"email": submission.sent_from}), status=200
    )


def _address_page(
    request: HttpRequest, form: Form, *, status: int = 422
) -> HttpResponse:
    template = "requests_app/public/address.html"
    return no_store(TemplateResponse(request, template, {"form": form}, status=status))
