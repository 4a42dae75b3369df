"""The page of one case, and the acts around its search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import queries as accounts
from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import no_store, staff_page
from lumina_privacy.lib.verdict import ALLOWED, Refused, Verdict
from requests_app.actions import casework, search
from requests_app.forms.staff import AssignForm, CheckForm, PassOnForm
from requests_app.policies import casework as policies
from requests_app.policies import check as check_policies
from requests_app.policies import told
from requests_app.policies.common import names_of
from requests_app.queries import case as case_queries
from requests_app.queries import staff as queries
from requests_app.queries.addresses import book_of
from requests_app.queries.authority import authority_of
from requests_app.queries.identity import IdentityFacts, identity_of
from requests_app.queries.next_step import Step
from requests_app.queries.preserving import kept_for
from requests_app.queries.same_person import same_person
from requests_app.states import HELD, CaseStatus, CheckMethod, PackageState, Right
from requests_app.views.clock_acts import clock_acts
from requests_app.views.complaint_acts import complaint_shown
from requests_app.views.instruction_acts import instruction_shown
from requests_app.views.staff_acts import (
    acts_on,
    package_acts,
    permissions_of,
    stands_among,
    step_of,
)

if TYPE_CHECKING:
    from requests_app.models import Case


def case_or_404(request: StaffRequest, reference: str) -> Case:
    """Return the case ``reference``, if it is one this person may see."""
    case = queries.case_for(request.user, reference)
    if case is None:
        raise Http404
    return case


@staff_page(Permission.CASE_READ)
@require_GET
def case_page(request: StaffRequest, reference: str) -> HttpResponse:
    """Show the case: what happened, and what may be done now. Reading is recorded."""
    case = case_or_404(request, reference)
    casework.note_reading(case, page="case", by=request.user, at=timezone.now())
    return show_case(request, case)


def show_case(
    request: StaffRequest, case: Case, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """Return the page of ``case``; with the reason when an act was refused."""
    user = request.user
    page = case_queries.page_of(case)
    today = london_day(timezone.now())
    authority = authority_of(case)
    acting = authority.authority if authority else None
    identity = _identity(case)
    return TemplateResponse(
        request,
        "requests_app/staff/case.html",
        {
            "page": page,
            "case": case,
            "is_breach": case.right == Right.BREACH,
            "urgency": queries.urgency_of(case, today=today),
            "urgency_words": queries.urgency_words(case, today=today),
            **_what_now(case, page.progress, identity, user, today=today),
            "identity": identity,
            "kept": kept_for([case], today=today).get(case.pk, []),
            "authority": authority,
            "book": book_of(case, acting, today=today),
            "works": user.may(Permission.CASE_WORK),
            "decides_telling": user.may(Permission.TELLING_DECIDE),
            "clock": clock_acts(page, user),
            "is_live": _is_live(case, page.progress),
            "assign": AssignForm(
                initial={"to": case.assignee_id or user.pk}, colleagues=page.colleagues
            ),
            "may_assign": policies.may_assign(case, user),
            "may_check": check_policies.may_record_check(
                case, user, method=CheckMethod.FACT, reason="to come", passed=True
            ),
            "pass_ons": [
                {"opened": opened, "system": names_of(case, [opened.system])}
                for opened in page.pass_ons
            ],
            "may_pass_on": policies.may_pass_on(case, user),
            "may_name": policies.may_name_identifiers(case, user, reason="to come"),
            "same": same_person(case),
            "may_merge": user.may(Permission.CASE_WORK),
            "holds": case.right in HELD,
            "refusal": refusal,
        },
        status=status,
    )


def _identity(case: Case) -> IdentityFacts | None:
    """Return how sure we are who asks; nothing where nobody is asked."""
    if not check_policies.is_asked(case):
        return None
    return identity_of(case, check_policies.standing_of(case))


def _what_now(
    case: Case,
    progress: case_queries.Progress,
    identity: IdentityFacts | None,
    user: Any,
    *,
    today: date,
) -> dict[str, Any]:
    """Return what comes next and what may be done, with the case and its answers."""
    checked = identity.verdict if identity else ALLOWED
    step = step_of(case, checked, today=today)
    shown = {**_acts(case, user, step), **_progress(case, progress, user)}
    acts = [*shown["acts"], *(act for one in shown["packages"] for act in one["acts"])]
    return {
        **shown,
        "step": step,
        "is_below": stands_among(step, case, acts),
        "may": permissions_of(user),
    }


def _acts(case: Case, user: Any, step: Step | None) -> dict[str, Any]:
    """Return what may be done; of a complaint also what is complained of."""
    shown: dict[str, Any] = {"complains": False, "instruction": None}
    if case.right == Right.PASSED_ON:
        return {**shown, **instruction_shown(case, user, step)}
    if case.right == Right.COMPLAINT:
        return {**shown, **complaint_shown(case, user)}
    return {**shown, "acts": acts_on(case, user, step)}


def _progress(case: Case, now: case_queries.Progress, user: Any) -> dict[str, Any]:
    """Return what changes by itself: the systems' answers, and the packages."""
    at = timezone.now()
    can_fetch = [
        facts.package
        for facts in now.packages
        if facts.package.state == PackageState.RELEASED
    ]
    too_much = told.telling_too_much(can_fetch)
    return {
        "answered_systems": now.answered_systems,
        "tasks": [
            {
                "facts": facts,
                "is_silent": facts.is_silent(at),
                "retry": policies.may_retry(facts.task, user),
                "settle": policies.may_settle(facts.task, user, reason="to come"),
            }
            for facts in now.tasks
        ],
        "packages": [
            {
                "facts": facts,
                "acts": package_acts(case, facts.package, user, newest=place == 0),
                "tells_too_much": facts.package.pk in too_much,
            }
            for place, facts in enumerate(now.packages)
        ],
    }


def _is_live(case: Case, now: case_queries.Progress) -> bool:
    """Whether a worker is at it, so that the page changes by itself."""
    return case.status == CaseStatus.SEARCHING or any(
        facts.package.state == PackageState.BUILDING for facts in now.packages
    )


@staff_page(Permission.CASE_READ)
@require_GET
def progress(request: StaffRequest, reference: str) -> HttpResponse:
    """Return the part of the case's page that changes while a worker is at it.

    Asked for again and again by a page that is open, whose reading is recorded: not a
    reading of its own.
    """
    case = case_or_404(request, reference)
    now = case_queries.progress_of(case)
    context = {
        "case": case,
        "is_live": _is_live(case, now),
        **_progress(case, now, request.user),
    }
    template = "requests_app/staff/parts/progress.html"
    return no_store(TemplateResponse(request, template, context))


def ask(
    request: StaffRequest,
    case: Case,
    form: Form,
    act: Callable[[dict[str, Any]], str],
    *,
    title: str,
    submit: str,
    verdict: Verdict,
    template: str = "requests_app/staff/form.html",
    then: str = "staff-case",
    **context: Any,
) -> HttpResponse:
    """Show a form, or do what it says and go back to the case with ``act``'s words.

    ``then`` names another page of the case to go to.

    A refusal comes back beside the form, status 422, with what was typed.
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done = act(form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, done)
                return redirect(then, case.reference)
    return TemplateResponse(
        request,
        template,
        {
            "case": case,
            "form": form,
            "title": title,
            "submit": submit,
            "verdict": verdict,
            **context,
        },
        status=status,
    )


@staff_page(Permission.CASE_WORK)
@require_POST
def start_search(request: StaffRequest, reference: str) -> HttpResponse:
    """Have every system searched."""
    case = case_or_404(request, reference)
    try:
        search.start_search(case, by=request.user, at=timezone.now())
    except Refused as refusal:
        return show_case(request, case, refusal=str(refusal), status=422)
    messages.success(request, "The search has started.")
    return redirect("staff-case", case.reference)


@staff_page(Permission.CASE_WORK)
@require_POST
def assign(request: StaffRequest, reference: str) -> HttpResponse:
    """Give the case to somebody."""
    case = case_or_404(request, reference)
    form = AssignForm(request.POST, colleagues=accounts.who_may(Permission.CASE_WORK))
    if not form.is_valid():
        return show_case(
            request, case, refusal="Choose somebody who works cases.", status=422
        )
    pk = form.cleaned_data["to"]
    try:
        casework.assign(
            case,
            to=accounts.user(pk) if pk else None,
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return show_case(request, case, refusal=str(refusal), status=422)
    return redirect("staff-case", case.reference)


@staff_page(Permission.CASE_WORK)
def check(request: StaffRequest, reference: str) -> HttpResponse:
    """Record one more check of who asks."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        casework.record_check(case, **said, by=request.user, at=timezone.now())
        return "The check is recorded."

    return ask(
        request,
        case,
        CheckForm(request.POST or None),
        act,
        title="Record a further check",
        submit="Record the check",
        verdict=check_policies.may_record_check(
            case, request.user, method=CheckMethod.FACT, reason="to come", passed=True
        ),
        note=(
            "What was shown so far is enough to ask, not to receive. Use a fact we "
            "hold that is in none of their letters or mails, a call to the number on "
            "file, or a code to it. It counts for all that they asked for together."
        ),
    )


@staff_page(Permission.CASE_WORK)
def pass_on(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Record what was said to a customer for whom rows are held."""
    case = case_or_404(request, reference)
    opened = case_queries.pass_on_in(case, pk)
    if opened is None:
        raise Http404

    def act(said: dict[str, Any]) -> str:
        casework.pass_on(opened, **said, by=request.user, at=timezone.now())
        return "It is recorded."

    initial: dict[str, Any] = {"done": opened.done_at is not None}
    if opened.may_name is not None:
        initial["may_name"] = "yes" if opened.may_name else "no"
    return ask(
        request,
        case,
        PassOnForm(request.POST or None, initial=initial),
        act,
        title=f"Rows held for {opened.customer}",
        submit="Record",
        verdict=policies.may_pass_on(case, request.user),
        note=(
            f"{names_of(case, [opened.system])} holds {opened.rows} "
            f"row{'' if opened.rows == 1 else 's'} for this customer as their "
            "processor. They are not released. Tell the customer today; the letter "
            "says how to ask them, if naming them is permitted."
        ),
    )
