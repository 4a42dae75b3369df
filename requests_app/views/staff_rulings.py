"""Deciding a request thing by thing, restricting a use, recording what was done."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import staff_page
from requests_app.actions import casework, restriction, ruling
from requests_app.forms import ruling as forms
from requests_app.policies import ruling as policies
from requests_app.queries import case as case_queries
from requests_app.queries import rulings as queries
from requests_app.rulings import RULINGS, Judged, Ruled, choice_of
from requests_app.views.staff_case import ask, case_or_404
from requests_app.views.staff_clock import ask_twice


@staff_page(Permission.CASE_READ)
@require_GET
def overview(request: StaffRequest, reference: str) -> HttpResponse:
    """Show each thing that the case is about, and what was ruled on it."""
    case = case_or_404(request, reference)
    if case.right not in RULINGS:
        raise Http404
    casework.note_reading(case, page="rulings", by=request.user, at=timezone.now())
    judged = queries.judged_of(case)
    return TemplateResponse(
        request,
        "requests_app/staff/rulings.html",
        {
            "case": case,
            "page": case_queries.page_of(case),
            "rows": queries.rows_of(case, judged),
            "waiting": sum(not one.is_complete for one in judged),
            "not_meant": choice_of(case.right, Ruled.NOT_MEANT),
            "may_rule_rest": policies.may_rule_rest(case, request.user, judged),
            "verdict": policies.may_rule_somehow(case, request.user),
            "may_decide": policies.may_decide(case, request.user, judged),
        },
    )


@staff_page(Permission.CASE_WORK)
def rule(
    request: StaffRequest, reference: str, system: str, dataset: str
) -> HttpResponse:
    """Rule on one thing; on a use (in the dataset's place) beside its assessment."""
    case = case_or_404(request, reference)
    judged = queries.judged_in(case, system, dataset)
    if judged is None:
        raise Http404
    thing = judged.thing

    def act(said: dict[str, Any]) -> str:
        known = {"category": "", "until": None, **said}
        ruling.rule(
            case,
            system=system,
            name=dataset,
            **known,
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
        )
        return _said_of(queries.judged_in(case, system, dataset) or judged)

    return ask(
        request,
        case,
        forms.RulingForm(request.POST or None, right=case.right, thing=thing),
        act,
        template="requests_app/staff/rule.html",
        then="case-rulings",
        title=thing.name,
        submit="Rule so",
        verdict=policies.may_rule_somehow(case, request.user),
        assessment=(
            queries.assessment_of(case, thing.purpose) if thing.purpose else None
        ),
        situation=queries.situation_of(case),
        seen=thing.mark,
        rows=queries.rows_of(case, (judged,)),
    )


def _said_of(judged: Judged) -> str:
    """Return what stands of a thing once something of it is ruled."""
    left = "; ".join(name for _, name in judged.left)
    if left:
        return f"A part of it is ruled on. Still to rule on: {left}."
    return f"{judged.thing.name}: all of it is ruled on."


@staff_page(Permission.CASE_WORK)
def rule_rest(request: StaffRequest, reference: str) -> HttpResponse:
    """Say of all that is left, named on the page, that the request is not about it."""
    case = case_or_404(request, reference)
    if case.right not in RULINGS:
        raise Http404
    judged = queries.judged_of(case)

    def act(said: dict[str, Any]) -> str:
        made = ruling.rule_rest(
            case,
            **said,
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
        )
        return f"Said of {len(made)}: the request is not about it."

    return ask(
        request,
        case,
        forms.RestForm(request.POST or None),
        act,
        template="requests_app/staff/rule_rest.html",
        then="case-rulings",
        title="The request is not about the rest",
        submit="Say so of all of these",
        verdict=policies.may_rule_rest(case, request.user, judged),
        rows=[row for row in queries.rows_of(case, judged) if row.judged.left],
        seen=queries.mark_of(judged),
    )


@staff_page(Permission.CASE_DECIDE)
def decide(request: StaffRequest, reference: str) -> HttpResponse:
    """Decide as was ruled; the letter is shown first."""
    case = case_or_404(request, reference)
    judged = queries.judged_of(case)
    form = forms.DecideRulingsForm(
        request.POST if request.method == "POST" else None,
        alone=policies.goes_alone(case, request.user, judged),
    )

    def act(said: dict[str, Any]) -> str:
        seen = request.POST.get("seen", "")
        ruling.decide(case, **said, seen=seen, by=request.user, at=timezone.now())
        return "It is decided. The letter goes out now."

    return ask_twice(
        request,
        case,
        form,
        act,
        title="Decide as was ruled",
        submit="Decide and send the letter",
        verdict=policies.may_decide(case, request.user, judged),
        seen=queries.mark_of(judged),
    )


@staff_page(Permission.CASE_WORK)
def carry_out(request: StaffRequest, reference: str) -> HttpResponse:
    """Record that what was decided is done, and tell the person."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        ruling.carry_out(case, **said, by=request.user, at=timezone.now())
        return "It is recorded, and the person is told."

    return ask_twice(
        request,
        case,
        forms.CarriedOutForm(request.POST or None),
        act,
        title="Record that it is done",
        submit="Record it and send the letter",
        verdict=policies.may_carry_out(
            case,
            request.user,
            queries.newest_decision(case),
            today=london_day(timezone.now()),
        ),
        note="The portal has changed nothing in your systems by itself.",
    )


@staff_page(Permission.CASE_DECIDE)
def confirm(request: StaffRequest, reference: str) -> HttpResponse:
    """Confirm to the person what stopped at once."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        ruling.confirm(case, **said, by=request.user, at=timezone.now())
        return "It is confirmed. The letter goes out now."

    return ask_twice(
        request,
        case,
        forms.ConfirmForm(request.POST if request.method == "POST" else None),
        act,
        title="Confirm it to the person",
        submit="Confirm it",
        verdict=policies.may_confirm(
            case, request.user, today=london_day(timezone.now())
        ),
        note="It cannot be refused, and nobody has to show who they are.",
    )


@staff_page(Permission.CASE_WORK)
def restrict(request: StaffRequest, reference: str) -> HttpResponse:
    """Restrict a use that the person objects to (decision D7)."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        restriction.restrict(case, **said, by=request.user, at=timezone.now())
        return "The use is restricted. Nothing else is."

    return ask(
        request,
        case,
        forms.RestrictForm(
            request.POST if request.method == "POST" else None,
            uses=queries.uses_of(case),
        ),
        act,
        title="Restrict a use objected to",
        submit="Restrict it now",
        verdict=policies.may_open_restriction(case, request.user),
        note=(
            "Only this use, until the objection is decided and the person is told. "
            "What a contract or the law wants goes on."
        ),
    )
