"""Two requests of one person become one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import staff_page
from requests_app.actions import merging
from requests_app.forms.staff_ends import MergeForm
from requests_app.policies import merging as policies
from requests_app.queries import same_person
from requests_app.views.staff_case import ask, case_or_404


@staff_page(Permission.CASE_WORK)
def merge(request: StaffRequest, reference: str, other: str) -> HttpResponse:
    """Say that both are of one person: the request received first goes on (C33)."""
    case, second = case_or_404(request, reference), case_or_404(request, other)
    later, into = (second, case) if case.came_before(second) else (case, second)

    def act(said: dict[str, Any]) -> str:
        merging.merge(later, into=into, **said, by=request.user, at=timezone.now())
        told = (
            "The person is told by mail."
            if later.submission.address
            else "They have no e-mail address: tell them by letter today."
        )
        return f"{into.reference} goes on for both. {told}"

    return ask(
        request,
        case,
        MergeForm(request.POST or None),
        act,
        title=f"Merge {later.reference} into {into.reference}",
        submit="Merge them",
        verdict=policies.may_merge(later, into, request.user, reason="to come"),
        template="requests_app/staff/merge.html",
        compared=same_person.compared(later, into),
        note=(
            f"{into.reference} was received first: it goes on, by its own day, and is "
            f"the answer to both. {later.reference} is closed. What either was proved "
            "by is searched for; then search again. This cannot be taken back."
        ),
    )
