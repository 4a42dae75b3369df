"""The thread of a case on staff's side: answer, note, read, take as an answer."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import (
    Http404,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import as_download, staff_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import contact_preference as preferences
from requests_app.actions import thread
from requests_app.forms import thread as forms
from requests_app.forms.staff_clock import instant_of
from requests_app.policies import contact_preference as preference_policies
from requests_app.policies import thread as policies
from requests_app.policies import timekeeping as clock_policies
from requests_app.queries import thread as queries
from requests_app.queries import words
from requests_app.queries.addresses import acting_in, contact_method_of
from requests_app.queries.timeline import Names
from requests_app.states import MessageFrom
from requests_app.views.staff_case import ask, case_or_404, show_case
from requests_app.views.staff_clock import ask_twice


@staff_page(Permission.CASE_WORK)
def answer(request: StaffRequest, reference: str) -> HttpResponse:
    """Write to the person."""
    case = case_or_404(request, reference)
    acting = acting_in(case)

    def act(said: dict[str, Any]) -> str:
        thread.answer(case, **said, by=request.user, at=timezone.now())
        return "The message is sent."

    return ask(
        request,
        case,
        forms.AnswerForm(
            request.POST or None,
            initial={"token": uuid4()},
            agent=acting.agent if acting is not None and acting.agent_email else "",
        ),
        act,
        title="Write to the person",
        submit="Send the message",
        verdict=policies.may_answer(case, request.user, body="to come"),
        note=(
            "It stands on their page, and a mail tells them that it does. Who has no "
            "page here gets the words by mail or letter: then name no data of theirs."
        ),
    )


@staff_page(Permission.CASE_WORK)
def note(request: StaffRequest, reference: str) -> HttpResponse:
    """Note something for colleagues."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        thread.note(case, **said, by=request.user, at=timezone.now())
        return "It is noted."

    return ask(
        request,
        case,
        forms.InternalForm(request.POST or None, initial={"token": uuid4()}),
        act,
        title="Write an internal note",
        submit="Note it",
        verdict=policies.may_note(request.user, body="to come"),
    )


@staff_page(Permission.CASE_WORK)
def call(request: StaffRequest, reference: str) -> HttpResponse:
    """Note a call to the person."""
    case, now = case_or_404(request, reference), timezone.now()

    def act(said: dict[str, Any]) -> str:
        thread.note_call(
            case,
            said=said["said"],
            called_at=instant_of(said["called_on"], at=now),
            token=said["token"],
            by=request.user,
            at=now,
        )
        return "The call is noted."

    return ask(
        request,
        case,
        forms.CallForm(
            request.POST or None,
            initial={"called_on": london_day(now), "token": uuid4()},
        ),
        act,
        title="Note a call",
        submit="Note the call",
        verdict=policies.may_open_call(case, request.user),
        note="What the law wants in writing still goes by letter or e-mail.",
    )


@staff_page(Permission.CASE_WORK)
def contact_preference(request: StaffRequest, reference: str) -> HttpResponse:
    """Note how the person wants to be answered from now on."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        preferences.change(case, **said, by=request.user, at=timezone.now())
        return "It is noted. What is written from now on follows it."

    return ask(
        request,
        case,
        forms.ContactPreferenceForm(
            request.POST or None, initial={"reach": contact_method_of(case.submission)}
        ),
        act,
        title="Change how they are answered",
        submit="Note it",
        verdict=preference_policies.may_open_change(case, request.user),
        note="It holds for all that was asked together. What is written already goes "
        "as it was.",
    )


@staff_page(Permission.CASE_WORK)
@require_POST
def seen(request: StaffRequest, reference: str) -> HttpResponse:
    """Note that what the person wrote is read."""
    case = case_or_404(request, reference)
    for sender in (MessageFrom.PERSON, MessageFrom.AGENT):
        thread.see(case, written_by=sender, by=request.user, at=timezone.now())
    return redirect("staff-case", case.reference)


@staff_page(Permission.CASE_READ)
@require_GET
def file(request: StaffRequest, reference: str, pk: int) -> HttpResponseBase:
    """Download a file that the person sent. Recorded; never shown in our own page."""
    case = case_or_404(request, reference)
    sent = queries.file_in(case, pk)
    if sent is None:
        raise Http404
    try:
        kept, chunks = thread.read_file(sent, by=request.user, at=timezone.now())
    except Refused as refusal:
        return show_case(request, case, refusal=str(refusal), status=422)
    return as_download(chunks, name=kept.name, size=kept.size)


@staff_page(Permission.CASE_WORK)
def take(request: StaffRequest, reference: str, pk: int, seq: int) -> HttpResponse:
    """Count a message as the answer to what was asked."""
    case = case_or_404(request, reference)
    message = queries.message_in(case, pk)
    asking = case.record().asking(seq)
    if message is None or asking is None:
        raise Http404

    def act(said: dict[str, Any]) -> str:
        now = timezone.now()
        thread.take_as_answer(message, asked=seq, **said, by=request.user, at=now)
        return "It is recorded. The clock goes by the day the message came."

    verdict = policies.may_take(message, request.user)
    return ask_twice(
        request,
        case,
        forms.TakenForm(
            request.POST or None, initial={"note": thread.came_on(message)}
        ),
        act,
        title=f"This is the answer: {words.NEEDED[asking.what].lower()}",
        submit="Record it",
        verdict=verdict and clock_policies.may_end_asking(case, request.user, asking),
    )


@staff_page(Permission.CASE_WORK)
def no_answer(request: StaffRequest, reference: str, pk: int, seq: int) -> HttpResponse:
    """Note that a message is read, and no answer to what was asked."""
    case = case_or_404(request, reference)
    message = queries.message_in(case, pk)
    asking = case.record().asking(seq)
    if message is None or asking is None:
        raise Http404

    def act(said: dict[str, Any]) -> str:
        now = timezone.now()
        thread.read_no_answer(message, asked=seq, **said, by=request.user, at=now)
        return "It is recorded, and the message is read."

    return ask_twice(
        request,
        case,
        forms.NoAnswerForm(request.POST or None),
        act,
        title=f"Read, and not what we asked for: {words.NEEDED[asking.what].lower()}",
        submit="Record it",
        read={"judged": queries.as_staff_read(message, Names.of_staff())},
        verdict=policies.may_take(message, request.user)
        and clock_policies.may_open_no_answer(
            case, request.user, asking, message=message.event.seq
        ),
        note=(
            "Whoever asks for the same again, or does not want to narrow it, has "
            "answered: record that as the answer instead. This is for a message about "
            "anything else."
        ),
    )
