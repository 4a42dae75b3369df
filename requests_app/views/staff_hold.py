"""What is held for a case; releasing it by hand takes two people (decision C41)."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils import timezone

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import staff_page
from requests_app.actions import hold_release
from requests_app.forms.hold_release import ProposeReleaseForm, SettleReleaseForm
from requests_app.policies import hold_release as policies
from requests_app.queries import hold_release as queries
from requests_app.views.staff_case import ask, case_or_404

_PAGE: Final = "requests_app/staff/hold.html"
_DONE: Final = {
    True: "The hold is released.",
    False: "The hold stays. Who proposed it sees your reason.",
}


@staff_page(Permission.CASE_DECIDE)
def hold(request: StaffRequest, reference: str) -> HttpResponse:
    """Show what is held, and propose to release it."""
    case = case_or_404(request, reference)

    def act(said: dict[str, Any]) -> str:
        hold_release.propose(case, **said, by=request.user, at=timezone.now())
        return "Proposed. Nothing is released until a second person agrees."

    loses = policies.loses(case)
    return ask(
        request,
        case,
        ProposeReleaseForm(request.POST or None, loses=loses),
        act,
        template=_PAGE,
        then="case-hold",
        title="What is held for this case",
        submit="Propose to release it",
        verdict=policies.may_open_proposing(case, request.user),
        decides=False,
        may_settle=request.user.may(Permission.CASE_RELEASE),
        held=queries.page_of(case),
        loses=loses,
    )


@staff_page(Permission.CASE_RELEASE)
def settle(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Agree that a hold is released, or decline it, as the second person."""
    case = case_or_404(request, reference)
    release = queries.release_in(case, pk)
    if release is None:
        raise Http404

    def act(said: dict[str, Any]) -> str:
        hold_release.settle(release, **said, by=request.user, at=timezone.now())
        return _DONE[said["approved"]]

    loses = policies.loses(case)
    return ask(
        request,
        case,
        SettleReleaseForm(request.POST or None, loses=loses),
        act,
        template=_PAGE,
        title="Is the hold of this case released?",
        submit="Record it",
        verdict=policies.may_open_settling(release, request.user),
        decides=True,
        may_settle=True,
        held=queries.page_of(case),
        loses=loses,
    )
