"""Planning when somebody looks at a case next; it moves no day of the law."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import staff_page
from requests_app.actions import casework
from requests_app.forms.staff_planning import PlanForm
from requests_app.policies import casework as policies
from requests_app.views.staff_case import ask, case_or_404


@staff_page(Permission.CASE_WORK)
def plan(request: StaffRequest, reference: str) -> HttpResponse:
    """Say on which day the case is looked at next, and for what."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        casework.plan(case, **said, by=request.user, at=timezone.now())
        if not said["on"]:
            return "No day is planned any more."
        if case.due_on is not None and said["on"] > case.due_on:
            return "It is planned, for later than the day by the law."
        return "It is planned."

    return ask(
        request,
        case,
        PlanForm(
            request.POST or None,
            initial={"on": case.next_action_on},
            planned=case.next_action_on,
            due_on=case.due_on,
        ),
        act,
        title="Plan what is done next",
        submit="Plan it",
        verdict=policies.may_open_planning(case, request.user),
        note="For colleagues alone: the queue shows the day. The day by which the law "
        "wants the answer stays what it is.",
    )
