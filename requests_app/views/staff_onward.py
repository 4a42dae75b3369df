"""Data to take away, sent straight to another company (UK GDPR Article 20(2))."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import staff_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import onward
from requests_app.forms.staff_onward import OnwardForm, SentOnwardForm
from requests_app.policies import onward as policies
from requests_app.queries import case as case_queries
from requests_app.states import Right
from requests_app.views.staff_case import ask, case_or_404, show_case


@staff_page(Permission.CASE_WORK)
def answer(request: StaffRequest, reference: str) -> HttpResponse:
    """Say whether it can be sent to the company that the person named."""
    case = case_or_404(request, reference)
    if case.right != Right.PORTABILITY:
        raise Http404

    def act(said: dict[str, Any]) -> str:
        onward.answer(case, **said, by=request.user, at=timezone.now())
        return "It is recorded. The letter of the answer tells it."

    said = policies.answer_of(case)
    initial = {}
    if said is not None:
        feasible = "yes" if said.facts["feasible"] else "no"
        initial = {"feasible": feasible, "words": said.text.body}
    return ask(
        request,
        case,
        OnwardForm(request.POST if request.method == "POST" else None, initial=initial),
        act,
        template="requests_app/staff/onward.html",
        title="Send it straight to another company",
        submit="Record it",
        verdict=policies.may_answer(case, request.user),
        transmission_to=policies.direct_transmission_to(case),
    )


@staff_page(Permission.CASE_WORK)
def sent(request: StaffRequest, reference: str, package: str) -> HttpResponse:
    """Record that it was sent to the other company, and tell the person."""
    case = case_or_404(request, reference)
    known = case_queries.package_in(case, package)
    if known is None:
        raise Http404

    def act(said: dict[str, Any]) -> str:
        onward.record_sent(known, **said, by=request.user, at=timezone.now())
        return "It is recorded, and the person is told."

    return ask(
        request,
        case,
        SentOnwardForm(request.POST or None),
        act,
        title="Record that it was sent to them",
        submit="Record it and send the letter",
        verdict=policies.may_send_onward(known, request.user),
        note="The portal has sent nothing to any company by itself.",
    )


@staff_page(Permission.CASE_WORK)
@require_POST
def fetch(
    request: StaffRequest, reference: str, package: str
) -> HttpResponse | StreamingHttpResponse:
    """Give staff what was released, to be sent to the other company."""
    case = case_or_404(request, reference)
    known = case_queries.package_in(case, package)
    if known is None:
        raise Http404
    try:
        kept, chunks = onward.fetch(known, by=request.user, at=timezone.now())
    except Refused as refusal:
        return show_case(request, case, refusal=str(refusal), status=422)
    response = StreamingHttpResponse(chunks, content_type="application/zip")
    response["Content-Length"] = str(kept.size_bytes)
    response["Content-Disposition"] = f'attachment; filename="{reference}.zip"'
    response["Cache-Control"] = "no-store, private"
    return response
