"""What became of a printed answer that may go to nobody any more (C36, C40)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import staff_page
from requests_app.actions import recall
from requests_app.forms.staff_clock import DispatchForm, TakenBackForm, instant_of
from requests_app.policies import recall as policies
from requests_app.states import PackageState
from requests_app.views.staff_answer import package_or_404
from requests_app.views.staff_case import ask, case_or_404


@staff_page(Permission.CASE_WORK)
def take_back(request: StaffRequest, reference: str, package: str) -> HttpResponse:
    """Record that the printed answer never left us."""
    case = case_or_404(request, reference)
    known, now = package_or_404(case, package), timezone.now()

    def act(said: dict[str, Any]) -> str:
        recall.take_back(known, words=said["words"], by=request.user, at=now)
        return "It is recorded: nobody has this answer."

    return ask(
        request,
        case,
        TakenBackForm(request.POST or None),
        act,
        title="Taken back before it was posted",
        submit="Record it",
        verdict=policies.may_open(known, request.user, today=london_day(now)),
        note=(
            "Only if it lies before you, or whoever has it told you so: the paper or "
            "the medium, and every copy of it."
        ),
    )


@staff_page(Permission.CASE_WORK)
def posted(request: StaffRequest, reference: str, package: str) -> HttpResponse:
    """Record that the printed answer was posted all the same."""
    case = case_or_404(request, reference)
    known, now = package_or_404(case, package), timezone.now()

    def act(said: dict[str, Any]) -> str:
        recall.record_posted(
            known,
            method=said["method"],
            to=said["to"],
            tracking=said["tracking"],
            posted_at=instant_of(said["posted_on"], at=now),
            by=request.user,
            at=now,
        )
        known.refresh_from_db()
        if known.state == PackageState.REVOKED:
            return "It is recorded. It went out though it might not: see the breach."
        return "It is recorded. It was posted in time: it is the answer."

    agent = known.released_for
    given = {
        "to": case.submission.postal if agent is None else agent.agent_reach,
        "posted_on": london_day(now),
    }
    return ask(
        request,
        case,
        DispatchForm(request.POST or None, initial=given),
        act,
        title="It was posted",
        submit="Record it",
        verdict=policies.may_open(known, request.user, today=london_day(now)),
        note=(
            "What was posted before it might not go any more is the answer. What was "
            "posted on that day or later went to somebody who may not have it: the "
            "answer is revoked and a breach case opens with its 72 hours."
        ),
    )
