"""Saying what a request asks for that nobody had read when it was taken in (C38)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import staff_page
from requests_app.actions import reading
from requests_app.forms.intake import ReadForm
from requests_app.policies import intake as policies
from requests_app.states import Right
from requests_app.views.staff_case import ask, case_or_404


@staff_page(Permission.CASE_WORK)
def read(request: StaffRequest, reference: str) -> HttpResponse:
    """Say what the request asks for: each thing becomes a case of its own."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        opened = reading.say_what_is_asked(
            case,
            rights=[Right(one) for one in said["rights"]],
            reason=said["reason"],
            by=request.user,
            at=timezone.now(),
        )
        named = ", ".join(one.reference for one in opened)
        return f"It is read: {named}. Write to the person what you understood."

    return ask(
        request,
        case,
        ReadForm(request.POST or None),
        act,
        title="Say what they ask for",
        submit="Say so",
        verdict=policies.may_open_reading(case, request.user),
        note=(
            "Each thing becomes a case with an answer of its own. The month has run "
            "from the day the request came, and goes on."
        ),
    )
