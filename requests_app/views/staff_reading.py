"""Saying what a request asks for that nobody had read when it was taken in (C38)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import staff_page
from requests_app.actions import reading
from requests_app.forms.intake import NOTHING, ReadForm
from requests_app.policies import intake as policies
from requests_app.queries.asked import asked_of
from requests_app.states import Right
from requests_app.views.staff_case import ask, case_or_404


@staff_page(Permission.CASE_WORK)
def read(request: StaffRequest, reference: str) -> HttpResponse:
    """Say what the request asks for: each thing becomes a case of its own."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        if NOTHING in said["rights"]:
            is_told = reading.say_it_asks_nothing(
                case, reason=said["why_nothing"], by=request.user, at=timezone.now()
            )
            told = "" if is_told else " Nobody can be told: it came without an address."
            return f"{case.reference} is closed: it asks for nothing.{told}"
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
        template="requests_app/staff/read.html",
        asked=asked_of(case, for_staff=True),
        note=(
            "Each thing becomes a case with an answer of its own. The month has run "
            "from the day the request came, and goes on."
        ),
    )
