"""What else the person is known by, and who shares a value with them."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import staff_page
from requests_app.actions import identifiers
from requests_app.forms.staff import AloneForm, IdentifierForm, RulingForm
from requests_app.policies import casework as policies
from requests_app.queries import words
from requests_app.queries.known import unsure_in
from requests_app.views.staff_case import ask, case_or_404

_LEARNED: Final = (
    "{} stands in a record of the person. It may be a team’s mailbox or a switchboard, "
    "so rows found by it alone are set apart. Look at them before you answer: what you "
    "call theirs alone is followed, and those rows are released as the person’s."
)
_SHARED: Final = (
    "{} was found with two people, so nothing is followed or released by it alone. "
    "Look at the rows set apart before you answer."
)


@staff_page(Permission.CASE_WORK)
def add(request: StaffRequest, reference: str) -> HttpResponse:
    """Write down an identifier as data: a leaver's old mailbox, an earlier number."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        identifiers.add(case, **said, by=request.user, at=timezone.now())
        return "It is written down. Search again to use it."

    return ask(
        request,
        case,
        IdentifierForm(request.POST or None),
        act,
        title="Add what else they were known by",
        submit="Write it down",
        verdict=policies.may_name_identifiers(case, request.user, reason="to come"),
        note=(
            "For example the old mailbox of somebody who has left. It counts as data: "
            "we search for it, and nobody can sign in or receive with it."
        ),
    )


@staff_page(Permission.CASE_WORK)
def rule(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Say whether there is one person behind a value that is not followed."""
    case = case_or_404(request, reference)
    unsure = unsure_in(case, pk)
    if unsure is None:
        raise Http404

    def act(said: dict[str, Any]) -> str:
        identifiers.rule(unsure, **said, by=request.user, at=timezone.now())
        return "It is recorded. Search again to go by it."

    kind = words.identifier(unsure.kind).lower()
    learned = unsure.known.awaits_a_person
    form = AloneForm if learned else RulingForm
    return ask(
        request,
        case,
        form(request.POST or None),
        act,
        title=f"Is this {kind} theirs alone?"
        if learned
        else f"Who shares this {kind}?",
        submit="Record",
        verdict=policies.may_name_identifiers(case, request.user, reason="to come"),
        note=_LEARNED.format(unsure.value) if learned else _SHARED.format(unsure.value),
    )
