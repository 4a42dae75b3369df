"""The pages of who acts for somebody else: what an agent may see, and send (D9)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from datamap import queries as datamap_queries
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.http import no_store, post_or_back, subject_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import authority, thread
from requests_app.actions.incoming import Attached
from requests_app.forms.thread import WriteForm
from requests_app.queries import agents as queries
from requests_app.queries import rights
from requests_app.queries.subject import asked_together
from requests_app.states import MessageFrom
from requests_app.views.public_case import SubjectRequest
from requests_app.views.public_closed import closed_to_agent
from requests_app.views.public_download import fetch


def _acting(request: SubjectRequest, reference: str) -> Any:
    """Return the authority by which this browser's agent acts; else it is a 404."""
    return get_object_or_404(
        queries.acting_for(request.user), case__reference=reference
    )


@subject_page
@require_http_methods(["GET", "HEAD"])
def case(request: SubjectRequest, reference: str) -> HttpResponse:
    """Show the case as far as its agent may see it."""
    try:
        return _page(request, _acting(request, reference))
    except Http404:
        return closed_to_agent(request, request.user, reference)


def _page(
    request: SubjectRequest,
    acting: Any,
    *,
    form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    facts = queries.page_for_agent(acting, request.user, at=timezone.now())
    context = {
        "acting": acting,
        "case": acting.case,
        "words": rights.words_of(acting.case),
        "facts": facts,
        "unread": any(one.sender == "staff" and one.is_unread for one in facts.thread),
        "form": form or WriteForm(initial={"token": uuid4()}),
        "today": london_day(timezone.now()),
        "together": len(queries.sent_together(acting, request.user)) > 1,
        "controller": datamap_queries.controller(),
    }
    template = "requests_app/public/acting_case.html"
    return no_store(TemplateResponse(request, template, context, status=status))


@subject_page
@require_http_methods(["GET", "HEAD"])
def receipt(request: SubjectRequest, reference: str) -> HttpResponse:
    """Say that the request is in, and take what shows that they may act."""
    return _receipt(request, _acting(request, reference))


def _receipt(
    request: SubjectRequest,
    acting: Any,
    *,
    form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "acting": acting,
        "submission": acting.case.submission,
        "asked": asked_together(acting.case.submission),
        "acts_in": {one.case_id for one in queries.sent_together(acting, request.user)},
        "form": form or WriteForm(initial={"token": uuid4()}),
        "controller": datamap_queries.controller(),
    }
    template = "requests_app/public/acting_receipt.html"
    return no_store(TemplateResponse(request, template, context, status=status))


@subject_page
@post_or_back("acting-case", "reference")
def write(request: SubjectRequest, reference: str) -> HttpResponse:
    """Take a message of the agent with its files: in this case, or in all together."""
    acting = _acting(request, reference)
    together = "together" in request.POST
    form = WriteForm(request.POST)
    if not form.is_valid():
        form = WriteForm({**request.POST.dict(), "token": str(uuid4())})
        form.is_valid()
        return _again(request, acting, form, together=together)
    to = queries.sent_together(acting, request.user) if together else [acting]
    try:
        for one in to:
            _write(request, one, form.cleaned_data, first=one.pk == acting.pk)
    except Refused as refusal:
        form.add_error("body", str(refusal))
        return _again(request, acting, form, together=together)
    messages.success(request, "We have it.")
    return redirect("acting-case", reference)


def _write(
    request: SubjectRequest, acting: Any, said: dict[str, Any], *, first: bool
) -> None:
    token: UUID = said["token"]
    thread.write_to_us(
        acting.case,
        body=said["body"],
        files=[
            Attached(file.name or "file", file.chunks())
            for file in request.FILES.getlist("files")
        ],
        # Each case has a message of its own, and the same form is the same ones.
        token=token if first else uuid5(token, str(acting.pk)),
        by=request.user,
        at=timezone.now(),
        acting=acting,
    )


def _again(
    request: SubjectRequest, acting: Any, form: Form, *, together: bool
) -> HttpResponse:
    show = _receipt if together else _page
    return show(request, acting, form=form, status=422)


@subject_page
@post_or_back("acting-case", "reference")
def seen(request: SubjectRequest, reference: str) -> HttpResponse:
    """Note that the agent has read what we wrote to them."""
    acting = _acting(request, reference)
    thread.see(
        acting.case,
        written_by=MessageFrom.STAFF,
        by=request.user,
        at=timezone.now(),
        acting=acting,
    )
    return redirect("acting-case", reference)


@subject_page
@post_or_back("acting-case", "reference")
def lay_down(request: SubjectRequest, reference: str) -> HttpResponse:
    """Take the word that they no longer act: here, or in all that was sent together."""
    acting, now = _acting(request, reference), timezone.now()
    together = "together" in request.POST
    to = queries.sent_together(acting, request.user) if together else [acting]
    try:
        authority.lay_down_all(to, by=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("acting-case", reference)
    messages.success(
        request, f"You no longer act for {acting.acts_for} here. Nothing goes to you."
    )
    return redirect("case-list")


@subject_page
@require_http_methods(["GET", "HEAD", "POST"])
def download(request: SubjectRequest, reference: str, package: str) -> HttpResponseBase:
    """Let the agent fetch an answer that a decider sent to them, after a fresh code."""
    acting = _acting(request, reference)
    return fetch(request, acting.case, package, acting=acting)
