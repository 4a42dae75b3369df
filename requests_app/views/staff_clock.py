"""What moves the day of a case: asking, what came, extending, correcting, letters.

Every change of a day shows the old day, the new one and the law before it is confirmed:
the first press of the button shows, the second one does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import staff_page
from lumina_privacy.lib.subject_ref import IdentifierKind, written
from lumina_privacy.lib.verdict import Refused, Verdict
from requests_app.actions import letters, preview, timekeeping, unanswered
from requests_app.forms import staff_clock as forms
from requests_app.policies import letters as letter_policies
from requests_app.policies import timekeeping as policies
from requests_app.policies import unanswered as unanswered_policies
from requests_app.queries import addresses, words
from requests_app.queries import identity as identity_queries
from requests_app.queries import letters as letter_queries
from requests_app.queries.clock import reckoning_of
from requests_app.queries.thread import unread_at
from requests_app.timekeeping import Asked, Asking
from requests_app.views.staff_case import ask as ask_once
from requests_app.views.staff_case import case_or_404, show_case

Act = Callable[[dict[str, Any]], str]


def ask_twice(
    request: StaffRequest,
    case: Any,
    form: Form,
    act: Act,
    *,
    title: str,
    submit: str,
    verdict: Verdict,
    note: str = "",
    warning: str = "",
    seen: str = "",
    read: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show a form; then what it would do; then, confirmed, do it.

    What it would do is tried in a transaction that is rolled back: no second reckoning.
    ``seen``: the mark of what the page shows, posted with it; ``read``: the issues and
    the thread of a complaint, or the message that is judged, shown above the form.
    """
    context = {
        "case": case,
        "form": form,
        "title": title,
        "submit": submit,
        "verdict": verdict,
        "note": note,
        "warning": warning,
        "seen": seen,
        "read": read,
    }
    status = 200
    if request.method == "POST" and "change" not in request.POST:
        status = 422
        if form.is_valid():
            try:
                if "confirm" in request.POST:
                    done = act(form.cleaned_data)
                    messages.success(request, done)
                    return redirect("staff-case", case.reference)
                context["preview"] = preview.of(
                    case, lambda: act(form.cleaned_data), at=timezone.now()
                )
                status = 200
            except Refused as refusal:
                form.add_error(None, str(refusal))
    template = "requests_app/staff/clock_form.html"
    return TemplateResponse(request, template, context, status=status)


@staff_page(Permission.CASE_WORK)
def ask(request: StaffRequest, reference: str, what: str) -> HttpResponse:
    """Ask the person for something that the answer waits for."""
    case = case_or_404(request, reference)
    if what not in set(Asked):
        raise Http404
    asked = Asked(what)

    def act(said: dict[str, Any]) -> str:
        timekeeping.ask(case, what=asked, **said, by=request.user, at=timezone.now())
        return f"It is asked. {letter_queries.how_it_goes(case)}"

    return ask_twice(
        request,
        case,
        forms.AskForm(request.POST or None, what=asked),
        act,
        title=words.ASKINGS[asked],
        submit="Send the letter",
        verdict=policies.may_open_asking(
            case,
            request.user,
            what=asked,
            record=case.record(),
            today=london_day(timezone.now()),
        ),
        note=words.ASKING_NOTES[asked],
        warning=_late(case, asked),
    )


def _late(case: Any, asked: Asked) -> str:
    """Return the warning that proof is asked for late, beside the form (C2)."""
    today = london_day(timezone.now())
    if policies.is_over(case, today=today):
        return identity_queries.asked_after(case.due_on)
    if asked is not Asked.IDENTITY:
        return ""
    received = case.record().received
    return identity_queries.asked_late(reckoning_of(case), received, today=today)


def _asking_or_404(case: Any, seq: int) -> Asking:
    asking: Asking | None = case.record().asking(seq)
    if asking is None:
        raise Http404
    return asking


@staff_page(Permission.CASE_WORK)
def received(request: StaffRequest, reference: str, seq: int) -> HttpResponse:
    """Record that what was asked for came."""
    case = case_or_404(request, reference)
    asking = _asking_or_404(case, seq)

    def act(said: dict[str, Any]) -> str:
        now = timezone.now()
        timekeeping.receive(
            case,
            asked=seq,
            came_at=forms.instant_of(said["came_on"], at=now),
            note=said["note"],
            by=request.user,
            at=now,
        )
        return "It is recorded."

    return ask_twice(
        request,
        case,
        forms.ReceivedForm(
            request.POST or None, initial={"came_on": london_day(timezone.now())}
        ),
        act,
        title=f"It came: {words.NEEDED[asking.what].lower()}",
        submit="Record it",
        verdict=policies.may_end_asking(case, request.user, asking),
    )


@staff_page(Permission.CASE_WORK)
def drop(request: StaffRequest, reference: str, seq: int) -> HttpResponse:
    """Ask no longer for something."""
    case = case_or_404(request, reference)
    asking = _asking_or_404(case, seq)

    def act(said: dict[str, Any]) -> str:
        now = timezone.now()
        timekeeping.drop(case, asked=seq, **said, by=request.user, at=now)
        return "It is not asked for any more. Tell the person."

    return ask_twice(
        request,
        case,
        forms.DropForm(request.POST or None),
        act,
        title=f"No longer needed: {words.NEEDED[asking.what].lower()}",
        submit="Ask no longer",
        verdict=policies.may_end_asking(case, request.user, asking),
    )


@staff_page(Permission.CASE_DECIDE)
def extend(request: StaffRequest, reference: str) -> HttpResponse:
    """Take two months more, for reasons told in time."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        timekeeping.extend(case, **said, by=request.user, at=timezone.now())
        return (
            "The later day counts from when the notice has left. "
            f"{letter_queries.how_it_goes(case)}"
        )

    return ask_twice(
        request,
        case,
        forms.ExtendForm(request.POST or None),
        act,
        title="Extend by two months",
        submit="Send the notice",
        verdict=policies.may_open_extension(
            case,
            request.user,
            record=case.record(),
            reckoning=reckoning_of(case),
            today=london_day(timezone.now()),
        ),
        note=(
            "Once, for complexity or the number of the person’s requests alone. Much "
            "data, a processor, busy colleagues or an open question are no grounds."
        ),
    )


@staff_page(Permission.CASE_WORK)
def correct_receipt(request: StaffRequest, reference: str) -> HttpResponse:
    """Correct the day on which the request came."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        now = timezone.now()
        timekeeping.correct_receipt(
            case,
            received_at=forms.instant_of(said["received_on"], at=now),
            reason=said["reason"],
            by=request.user,
            at=now,
        )
        return "The receipt is corrected. The old day stays in the record."

    return ask_twice(
        request,
        case,
        forms.ReceiptForm(request.POST or None),
        act,
        title="Correct when it came",
        submit="Correct it",
        verdict=policies.may_open_correction(case, request.user),
    )


@staff_page(Permission.CASE_DECIDE)
def close(request: StaffRequest, reference: str) -> HttpResponse:
    """Close a case whose person never answered (C9)."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        unanswered.close(case, **said, by=request.user, at=timezone.now())
        return f"The case is closed. {letter_queries.how_it_goes(case)}"

    return ask_twice(
        request,
        case,
        forms.NoReplyForm(request.POST or None),
        act,
        title="Close: no reply",
        submit="Close the case",
        verdict=unanswered_policies.may_open_closing(
            case,
            request.user,
            record=case.record(),
            unread_at=unread_at(case),
            today=london_day(timezone.now()),
        ),
        note=(
            "Read what the person wrote first. Who repeats the request, or does not "
            "want to narrow it, has answered: record that it came, and go on."
        ),
    )


@staff_page(Permission.CASE_WORK)
def take_up_again(request: StaffRequest, reference: str) -> HttpResponse:
    """Open a case again that was closed for want of an answer."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        unanswered.take_up_again(case, **said, by=request.user, at=timezone.now())
        return "The case is open again. Record what came."

    return ask_once(
        request,
        case,
        forms.TakeUpForm(request.POST or None),
        act,
        title="Take the case up again",
        submit="Take it up again",
        verdict=unanswered_policies.may_open_taking_up(case, request.user),
    )


def _letter_or_404(case: Any, pk: int) -> letter_queries.LetterFacts:
    facts = letter_queries.letter_in(case, pk)
    if facts is None:
        raise Http404
    return facts


@staff_page(Permission.CASE_READ)
@require_GET
def letter(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Show a letter as it was sent, to read or to print."""
    case = case_or_404(request, reference)
    facts = _letter_or_404(case, pk)
    context = {
        "case": case,
        "facts": facts,
        "to": addresses.reader_of(facts.letter),
        "phone": written(IdentifierKind.PHONE, case.submission.phone)
        if facts.letter.authority_id is None
        else "",
        "controller": datamap_queries.controller(),
        "may_post": letter_policies.may_be_posted(facts.sending),
        "may_send_again": letter_policies.may_send_again(
            case, request.user, facts.letter, today=london_day(timezone.now())
        ),
    }
    return TemplateResponse(request, "requests_app/staff/letter.html", context)


@staff_page(Permission.CASE_WORK)
def posted(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Record that a letter left by post."""
    case = case_or_404(request, reference)
    facts = _letter_or_404(case, pk)

    def act(said: dict[str, Any]) -> str:
        now = timezone.now()
        letters.record_posting(
            facts.sending,
            method=said["method"],
            posted_at=forms.instant_of(said["posted_on"], at=now),
            by=request.user,
            at=now,
        )
        return "The posting is recorded."

    return ask_once(
        request,
        case,
        forms.PostedForm(
            request.POST or None, initial={"posted_on": london_day(timezone.now())}
        ),
        act,
        title=f"Posted: {facts.title.lower()}",
        submit="Record the posting",
        verdict=letter_policies.may_be_posted(facts.sending),
    )


@staff_page(Permission.CASE_WORK)
@require_POST
def send_again(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Send a letter that came back once more."""
    case = case_or_404(request, reference)
    facts = _letter_or_404(case, pk)
    try:
        letters.send_again(
            facts.letter,
            by_post="by_post" in request.POST,
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return show_case(request, case, refusal=str(refusal), status=422)
    messages.success(request, f"Once more: {letter_queries.how_it_goes(case)}")
    return redirect("staff-case", case.reference)
