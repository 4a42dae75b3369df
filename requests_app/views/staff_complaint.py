"""Complaints on staff's pages: taken in, looked into, concluded, answered."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries as accounts
from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import no_store, staff_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import casework, complaint
from requests_app.forms import complaint as forms
from requests_app.policies import complaint as policies
from requests_app.queries import complaint as queries
from requests_app.queries import subject as subject_queries
from requests_app.queries.thread import thread_for_staff
from requests_app.queries.timeline import Names
from requests_app.states import Channel
from requests_app.views.complaint_acts import issues_shown
from requests_app.views.staff_case import ask, case_or_404, show_case
from requests_app.views.staff_clock import ask_twice


@staff_page(Permission.CASE_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: StaffRequest) -> HttpResponse:
    """Record a complaint that came by letter, telephone, e-mail or in person."""
    if request.method != "POST":
        return _form(request, forms.ComplaintTakeInForm(initial={"token": uuid4()}))
    form = forms.ComplaintTakeInForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        try:
            submission = complaint.take_in(
                complaint.Complaint(**form.said()),
                channel=Channel(form.cleaned_data["channel"]),
                received_at=form.received_at(now=now),
                key=form.cleaned_data["token"],
                by=request.user,
                at=now,
            )
        except ValidationError as error:
            form.add_error("received_on", error)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The complaint is taken in.")
            case = subject_queries.complaint_sent(submission)
            return (
                redirect("staff-case", case.reference)
                if case
                else redirect("case-queue")
            )
    return _form(request, form, status=422)


def _form(
    request: StaffRequest, form: forms.ComplaintTakeInForm, *, status: int = 200
) -> HttpResponse:
    page = "requests_app/staff/complaint_take_in.html"
    return no_store(TemplateResponse(request, page, {"form": form}, status=status))


@staff_page(Permission.CASE_WORK)
@require_POST
def acknowledge(request: StaffRequest, reference: str) -> HttpResponse:
    """Write the acknowledgement that was held back at the receipt."""
    case = case_or_404(request, reference)
    try:
        complaint.acknowledge(case, by=request.user, at=timezone.now())
    except Refused as refusal:
        return show_case(request, case, refusal=str(refusal), status=422)
    messages.success(request, "The acknowledgement goes out now.")
    return redirect("staff-case", case.reference)


@staff_page(Permission.CASE_WORK)
def note_issue(request: StaffRequest, reference: str) -> HttpResponse:
    """Note one thing that is complained of."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        complaint.note_issue(case, **said, by=request.user, at=timezone.now())
        return "It is noted."

    return ask(
        request,
        case,
        forms.IssueForm(request.POST or None),
        act,
        title="Note something that is complained of",
        submit="Note it",
        verdict=policies.may_work_complaint(case, request.user),
    )


@staff_page(Permission.CASE_DECIDE)
def conclude(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Conclude about one thing that is complained of."""
    case = case_or_404(request, reference)
    issue = queries.issue_in(case, pk)
    if issue is None:
        raise Http404

    def act(said: dict[str, Any]) -> str:
        complaint.conclude(issue, **said, by=request.user, at=timezone.now())
        return "Your conclusion is recorded. It goes out with the outcome."

    given = {"outcome": issue.outcome, "reasons": issue.reasons, "action": issue.action}
    return ask(
        request,
        case,
        forms.ConcludeForm(request.POST or None, initial=given),
        act,
        title="Conclude",
        submit="Record the conclusion",
        verdict=policies.may_handle(case, request.user),
        note=issue.words,
    )


@staff_page(Permission.CASE_WORK)
def tell_progress(request: StaffRequest, reference: str) -> HttpResponse:
    """Write to the complainant how it stands."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        complaint.tell_progress(case, **said, by=request.user, at=timezone.now())
        return "The letter goes out now."

    return ask_twice(
        request,
        case,
        forms.ProgressForm(request.POST or None),
        act,
        title="Write how the complaint stands",
        submit="Send the letter",
        verdict=policies.may_work_complaint(case, request.user),
    )


@staff_page(Permission.CASE_DECIDE)
def outcome(request: StaffRequest, reference: str) -> HttpResponse:
    """Send the outcome and close the complaint, as the page shows it."""
    case = case_or_404(request, reference)
    casework.note_reading(case, page="case", by=request.user, at=timezone.now())
    mark = queries.mark_of(case)

    def act(said: dict[str, Any]) -> str:
        seen = request.POST.get("seen", "")
        complaint.answer(case, **said, seen=seen, by=request.user, at=timezone.now())
        return "The outcome goes out now. The complaint is closed."

    return ask_twice(
        request,
        case,
        forms.OutcomeForm(request.POST or None),
        act,
        title="Send the outcome",
        submit="Send it and close",
        verdict=policies.may_open_outcome(
            case, request.user, today=london_day(timezone.now())
        ),
        note=(
            "The letter gives each conclusion with its reasons and what we do about "
            "it, and names the Commissioner and the court."
        ),
        seen=mark,
        read={
            "issues": issues_shown(case, request.user)["issues"],
            "thread": thread_for_staff(case, Names.of_staff()),
        },
    )


@staff_page(Permission.CASE_WORK)
def link(request: StaffRequest, reference: str) -> HttpResponse:
    """Say which case is complained of."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        named = queries.case_named(said["reference"])
        complaint.link(case, to=named, by=request.user, at=timezone.now())
        return "The two are linked."

    given = {"reference": queries.reference_given(case)}
    return ask(
        request,
        case,
        forms.LinkForm(request.POST or None, initial=given),
        act,
        title="Link the case it is about",
        submit="Link it",
        verdict=policies.may_work_complaint(case, request.user),
        note="Whoever decided that case does not conclude about the complaint.",
    )


@staff_page(Permission.CASE_WORK)
def name_handler(request: StaffRequest, reference: str) -> HttpResponse:
    """Record whom a director named to conclude."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        complaint.name_handler(
            case,
            to=accounts.user(said["to"]),
            director=said["director"],
            words=said["words"],
            by=request.user,
            at=timezone.now(),
        )
        return "It is recorded, and the complaint is theirs."

    return ask(
        request,
        case,
        forms.HandlerForm(
            request.POST or None, colleagues=accounts.who_may(Permission.CASE_DECIDE)
        ),
        act,
        title="A director names who concludes",
        submit="Record it",
        verdict=policies.may_work_complaint(case, request.user),
        note=(
            "Needed where the Data Compliance Officer decided what is complained of; "
            "open to a director at any time."
        ),
    )


@staff_page(Permission.CASE_WORK)
def elsewhere(request: StaffRequest, reference: str) -> HttpResponse:
    """Record that the regulator or a court has the complaint."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        complaint.note_elsewhere(case, **said, by=request.user, at=timezone.now())
        return "It is recorded."

    return ask(
        request,
        case,
        forms.ElsewhereForm(request.POST or None),
        act,
        title="The regulator or a court has it",
        submit="Record it",
        verdict=policies.may_note_elsewhere(case, request.user, reference="to come"),
    )
