"""The decision, and what happens to the answer afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import as_download, no_store, staff_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import answer, decision, delivery
from requests_app.forms.staff import (
    DecideForm,
    ReleaseForm,
    ReopenForm,
    RevokeForm,
)
from requests_app.forms.staff_clock import DispatchForm, instant_of
from requests_app.policies import answer as answer_policies
from requests_app.policies import check as check_policies
from requests_app.policies import decision as policies
from requests_app.policies import reviewed
from requests_app.queries import case as case_queries
from requests_app.queries import release as release_queries
from requests_app.queries.addresses import answered_in
from requests_app.queries.clock import late_since
from requests_app.states import DeliveryForm, Outcome
from requests_app.views.staff_acts import may_decide_somehow, may_release_somehow
from requests_app.views.staff_case import ask, case_or_404, show_case

if TYPE_CHECKING:
    from accounts.models import User
    from requests_app.models import Case, Package


def package_or_404(case: Case, package: str) -> Package:
    known = case_queries.package_in(case, package)
    if known is None:
        raise Http404
    return known


def _refused(case: Case, user: User) -> dict[str, dict[str, str]]:
    """Return what cannot be decided now, and what cannot reach them, and why."""
    outcomes = {
        outcome.value: policies.may_decide(case, user, outcome=outcome)
        for outcome in (Outcome.GRANTED, Outcome.NOTHING_HELD, Outcome.IN_PART)
    }
    forms = {form.value: policies.may_deliver(case, form) for form in DeliveryForm}
    return {
        name: {value: verdict.reason for value, verdict in found.items() if not verdict}
        for name, found in (("outcome", outcomes), ("form", forms))
    }


@staff_page(Permission.CASE_DECIDE)
def decide(request: StaffRequest, reference: str) -> HttpResponse:
    """Decide the case, whole or in part."""
    case = case_or_404(request, reference)
    seen = reviewed.mark_of_all(case)
    form = DecideForm(
        request.POST or None,
        still_open=case_queries.still_open(case),
        refused=_refused(case, request.user),
        says_how=bool(case_queries.form_asked_for(case)),
        initial={"form": case_queries.form_to_begin_with(case)},
    )

    def act(said: dict[str, Any]) -> str:
        decision.decide(
            case,
            outcome=said["outcome"],
            words=said["words"],
            form=said["form"],
            open_until=form.open_until(),
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
        )
        return "It is decided. The package is being built."

    return ask(
        request,
        case,
        form,
        act,
        title="Decide",
        submit="Decide",
        verdict=may_decide_somehow(case, request.user),
        template="requests_app/staff/decide.html",
        late=late_since(case, at=timezone.now()),
        unsure=check_policies.is_checked(case).reason,
        seen=seen,
    )


@staff_page(Permission.CASE_WORK)
def reopen(request: StaffRequest, reference: str) -> HttpResponse:
    """Take a decided case back into review."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        decision.reopen(case, reason=said["reason"], by=request.user, at=timezone.now())
        return "The case is in review again."

    return ask(
        request,
        case,
        ReopenForm(request.POST or None),
        act,
        title="Reopen the review",
        submit="Reopen",
        verdict=policies.may_reopen(
            case, request.user, today=london_day(timezone.now())
        ),
    )


@staff_page(Permission.CASE_RELEASE)
def release(request: StaffRequest, reference: str, package: str) -> HttpResponse:
    """Let the package go to the person."""
    case = case_or_404(request, reference)
    known = package_or_404(case, package)
    facts = release_queries.release_of(known, at=timezone.now())

    def act(said: dict[str, Any]) -> str:
        answer.release(
            known,
            by=request.user,
            at=timezone.now(),
            alone_reason=said.get("alone_reason", ""),
            goes_empty=said.get("goes_empty", False),
            seen=request.POST.get("seen", ""),
        )
        return "The package is released."

    return ask(
        request,
        case,
        ReleaseForm(
            request.POST if request.method == "POST" else None,
            alone=answer_policies.goes_alone(known, request.user),
            empty=facts.goes_empty,
        ),
        act,
        template="requests_app/staff/release.html",
        facts=facts,
        seen=facts.mark,
        title="Release the package",
        submit="Release to the person",
        verdict=may_release_somehow(known, request.user),
    )


@staff_page(Permission.CASE_WORK)
@require_POST
def fetch(
    request: StaffRequest, reference: str, package: str
) -> HttpResponse | StreamingHttpResponse:
    """Give staff an answer that goes by post, to print or to put on a medium."""
    case = case_or_404(request, reference)
    known = package_or_404(case, package)
    try:
        kept, chunks = delivery.fetch_for_post(
            known, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return show_case(request, case, refusal=str(refusal), status=422)
    return as_download(
        chunks,
        name=f"{reference}.zip",
        size=kept.size_bytes,
        media_type="application/zip",
    )


@staff_page(Permission.CASE_WORK)
@require_POST
def print_out(
    request: StaffRequest, reference: str, package: str
) -> HttpResponse | StreamingHttpResponse:
    """Show an answer that goes by post as one document, to be printed."""
    case = case_or_404(request, reference)
    known = package_or_404(case, package)
    try:
        pages = delivery.print_for_post(known, by=request.user, at=timezone.now())
    except Refused as refusal:
        return show_case(request, case, refusal=str(refusal), status=422)
    return no_store(
        StreamingHttpResponse(pages, content_type="text/html; charset=utf-8")
    )


@staff_page(Permission.CASE_WORK)
def dispatch(request: StaffRequest, reference: str, package: str) -> HttpResponse:
    """Record that the answer was posted."""
    case = case_or_404(request, reference)
    known = package_or_404(case, package)

    now = timezone.now()

    def act(said: dict[str, Any]) -> str:
        delivery.dispatch(
            known,
            method=said["method"],
            to=said["to"],
            tracking=said["tracking"],
            posted_at=instant_of(said["posted_on"], at=now),
            by=request.user,
            at=now,
        )
        return "The posting is recorded."

    gets = answered_in(case, today=london_day(now))
    given = {"to": gets.postal, "posted_on": london_day(now)}
    moved = known.released_for is not None and gets.authority is None
    return ask(
        request,
        case,
        DispatchForm(request.POST or None, initial=given),
        act,
        title="Record the posting",
        submit="Record the posting",
        verdict=answer_policies.may_dispatch(
            known, request.user, today=london_day(now)
        ),
        note=(
            "It was released to whoever acts and goes to the person now: look at the "
            "address on the envelope."
            if moved
            else ""
        ),
    )


@staff_page(Permission.CASE_REVOKE)
def revoke(request: StaffRequest, reference: str, package: str) -> HttpResponse:
    """Stop a package that went to the wrong person, and open the breach case."""
    case = case_or_404(request, reference)
    known = package_or_404(case, package)

    def act(said: dict[str, Any]) -> str:
        breach = answer.revoke(
            known,
            **said,
            by=request.user,
            at=timezone.now(),
        )
        return f"The package is revoked. The breach case is {breach.reference}."

    return ask(
        request,
        case,
        RevokeForm(request.POST or None, on_paper=known.is_on_paper),
        act,
        title="Withdraw this answer: revoke the package",
        submit="Revoke now",
        verdict=answer_policies.may_revoke(known, request.user),
        danger=True,
    )


@staff_page(Permission.CASE_WORK)
@require_POST
def build_again(request: StaffRequest, reference: str, package: str) -> HttpResponse:
    """Start a build again that failed, or tells what may not be told any more."""
    case = case_or_404(request, reference)
    known = package_or_404(case, package)
    try:
        answer.build_again(known, by=request.user, at=timezone.now())
    except Refused as refusal:
        return show_case(request, case, refusal=str(refusal), status=422)
    messages.success(request, "The package is being built again.")
    return redirect("staff-case", case.reference)
