"""What a customer passes to us, on staff's pages: taken in, worked, answered (D13)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import no_store, staff_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import instruction as acts
from requests_app.forms import instruction as forms
from requests_app.policies import instruction as policies
from requests_app.queries import instruction as queries
from requests_app.queries.letters import how_it_goes
from requests_app.states import Channel
from requests_app.views.staff_case import ask, case_or_404
from requests_app.views.staff_clock import ask_twice


@staff_page(Permission.CASE_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: StaffRequest) -> HttpResponse:
    """Record a request that a customer passed to us, by whichever way it came."""
    if request.method != "POST":
        return _form(request, forms.PassedOnForm(initial={"token": uuid4()}))
    form = forms.PassedOnForm(request.POST)
    if form.is_valid():
        try:
            case = _take_in(request, form)
        except ValidationError as error:
            form.add_error("received_on", error)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"Taken in: {case.reference}. {how_it_goes(case)}"
            )
            return redirect("staff-case", case.reference)
    return _form(request, form, status=422)


def _take_in(request: StaffRequest, form: forms.PassedOnForm) -> Any:
    """Take in what a valid form says. Raises ValidationError for a day to come."""
    said, now = form.cleaned_data, timezone.now()
    submission = acts.take_in(
        acts.PassedOn(
            form.said(),
            due_on=said["due_on"],
            known_by=form.known_by(),
            email=said["email"],
            phone=said["phone"],
            postal=said["postal"],
        ),
        channel=Channel(said["channel"]),
        received_at=form.received_at(now=now),
        key=said["token"],
        by=request.user,
        at=now,
    )
    return submission.cases.get()


def _form(
    request: StaffRequest, form: forms.PassedOnForm, *, status: int = 200
) -> HttpResponse:
    page = "requests_app/staff/instruction_take_in.html"
    return no_store(TemplateResponse(request, page, {"form": form}, status=status))


@staff_page(Permission.CASE_WORK)
def judge(request: StaffRequest, reference: str) -> HttpResponse:
    """Say whether it is surely the customer who asks."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        acts.judge(case, **said, by=request.user, at=timezone.now())
        return "It is recorded."

    return ask(
        request,
        case,
        forms.JudgeCustomerForm(request.POST or None),
        act,
        title="Say whether it is the customer",
        submit="Record it",
        verdict=policies.may_work(case, request.user),
        note=(
            "A name in a mail shows nothing by itself. Use the contact that the "
            "contract names and a number or address that we had before. Of the person "
            "we ask nothing: the customer has done that."
        ),
    )


@staff_page(Permission.CASE_WORK)
def correct(request: StaffRequest, reference: str) -> HttpResponse:
    """Correct what the contract says, and where and as whom the customer is known."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        acts.correct(case, **said, by=request.user, at=timezone.now())
        return "It is corrected; what was written before stays in the record."

    known = queries.instruction_of(case)
    given = {
        "contract": known.contract,
        "due_on": case.due_on if known.names_a_day else None,
        "clause": known.clause,
        "held_as": known.held_as,
        "email": case.submission.address,
        "postal": case.submission.postal,
    }
    return ask_twice(
        request,
        case,
        forms.CorrectInstructionForm(request.POST or None, initial=given),
        act,
        title="Correct what was taken in",
        submit="Correct it",
        verdict=policies.may_work(case, request.user),
        note=(
            "Only what the contract says moves this day, or what the customer agrees "
            "to in writing."
        ),
    )


@staff_page(Permission.CASE_WORK)
def write(request: StaffRequest, reference: str) -> HttpResponse:
    """Write to the customer."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        acts.write(case, **said, by=request.user, at=timezone.now())
        return how_it_goes(case)

    return ask_twice(
        request,
        case,
        forms.WriteToCustomerForm(request.POST or None, initial={"token": uuid4()}),
        act,
        title="Write to the customer",
        submit="Send it",
        verdict=policies.may_work(case, request.user),
    )


@staff_page(Permission.CASE_WORK)
def assist(request: StaffRequest, reference: str) -> HttpResponse:
    """Record what was done for the customer, or why not."""
    case = case_or_404(request, reference)
    now = timezone.now()

    def act(said: dict[str, Any]) -> str:
        acts.assist(case, **said, by=request.user, at=now)
        return "It is recorded. A decider answers the customer next."

    known = queries.assisted_in(case)
    given = (
        {
            "outcome": known.outcome,
            "done_on": known.done_on,
            "what": known.what,
            "who": known.who,
        }
        if known
        else {}
    )
    return ask(
        request,
        case,
        forms.AssistForm(request.POST or None, initial=given, today=london_day(now)),
        act,
        title="Record what was done",
        submit="Record it",
        verdict=policies.may_open_assisting(case, request.user),
        note=(
            "Only rows that we hold for this customer are handed out, changed or "
            "erased on their word: never rows of ours, nor of another customer. If "
            "what they instruct would break the law, decline it and say so at once "
            "(UK GDPR Article 28(3))."
        ),
    )


@staff_page(Permission.CASE_DECIDE)
def answer(request: StaffRequest, reference: str) -> HttpResponse:
    """Answer the customer with what was done, and close the case."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        seen = request.POST.get("seen", "")
        acts.answer(case, **said, seen=seen, by=request.user, at=timezone.now())
        return f"The case is closed. {how_it_goes(case)}"

    known = queries.assisted_in(case)
    return ask_twice(
        request,
        case,
        forms.AnswerCustomerForm(
            request.POST or None, initial={"words": known.what if known else ""}
        ),
        act,
        title="Answer the customer",
        submit="Answer and close",
        verdict=policies.may_open_answer(case, request.user),
        seen=known.mark if known else "",
        note="Read what was recorded as done first: it stands on the page of the case.",
    )
