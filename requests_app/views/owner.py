"""The one page of a system's owner. The mail's link routes here; the code lets in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import queries as accounts
from lumina_privacy.lib.http import owner_page, post_or_back
from lumina_privacy.lib.reference import read_reference
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import owner
from requests_app.forms.owner import NeedUntilForm, NoteForm, SendOnForm
from requests_app.policies import owner as policies
from requests_app.queries import owner as queries


def _task_or_404(request: HttpRequest, reference: str) -> Any:
    """Return the task, if the address that signed in is the one that was asked."""
    address = accounts.owner_address(request)
    known = read_reference(reference)
    asked = queries.owner_task_for(address, known) if address and known else None
    if asked is None:
        raise Http404
    return asked


@owner_page
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """List what the address that signed in is asked."""
    address = accounts.owner_address(request) or ""
    return TemplateResponse(
        request,
        "requests_app/owner/tasks.html",
        {
            "tasks": queries.owner_tasks_of(address),
            "answered": queries.owner_answers_of(address),
        },
    )


@owner_page
@require_GET
def task(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what is asked, what finds the person, and the ways to answer."""
    return _show(request, _task_or_404(request, reference))


def _show(
    request: HttpRequest,
    asked: Any,
    *,
    refusal: str = "",
    status: int = 200,
    **forms: Form,
) -> HttpResponse:
    return TemplateResponse(
        request,
        "requests_app/owner/task.html",
        {
            "page": queries.page_of(asked),
            "verdict": policies.may_answer(asked),
            "may_take_back": policies.may_take_back(asked),
            "may_finish": policies.may_finish(asked),
            "may_hold_nothing": policies.may_hold_nothing(asked),
            "refusal": refusal,
            "note_form": NoteForm(auto_id=False),
            "send_on_form": forms.get("send_on", SendOnForm(prefix="on")),
            "need_until_form": forms.get("need_until", NeedUntilForm(prefix="until")),
        },
        status=status,
    )


def _act(
    request: HttpRequest, asked: Any, act: Callable[[], object], done: str
) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        return _show(request, asked, refusal=str(refusal), status=422)
    messages.success(request, done)
    return redirect("owner-task", asked.reference)


@owner_page
@post_or_back("owner-task", "reference")
def add_files(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep the files that were chosen, each encrypted as it streams in."""
    asked = _task_or_404(request, reference)
    files = request.FILES.getlist("files")
    if not files:
        return _show(request, asked, refusal="Choose a file first.", status=422)

    said = request.POST.get("dataset", "")
    dataset = said if said in dict(queries.datasets_of(asked)) else ""

    def act() -> None:
        for file in files:
            owner.add_file(
                asked,
                name=file.name or "file",
                claimed_type=_printable(file.content_type),
                chunks=file.chunks(),
                at=timezone.now(),
                dataset=dataset,
            )

    return _act(
        request, asked, act, "Your files are here. Send the answer when all are."
    )


@owner_page
@post_or_back("owner-task", "reference")
def replace_file(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Put another file in the place of one that was brought."""
    asked = _task_or_404(request, reference)
    file = queries.brought(asked, pk)
    if file is None:
        raise Http404
    other = request.FILES.get("file")
    if other is None:
        return _show(request, asked, refusal="Choose a file first.", status=422)

    def act() -> None:
        owner.replace_file(
            file,
            name=other.name or "file",
            claimed_type=_printable(other.content_type),
            chunks=other.chunks(),
            at=timezone.now(),
        )

    return _act(request, asked, act, "The other file is in its place.")


def _printable(claimed: str | None) -> str:
    """Return a claimed type for who reviews it: a stranger's header may hold NUL."""
    return "".join(filter(str.isprintable, claimed or ""))


@owner_page
@post_or_back("owner-task", "reference")
def remove_file(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take back a file brought by mistake."""
    asked = _task_or_404(request, reference)
    file = queries.brought(asked, pk)
    if file is None:
        raise Http404
    return _act(
        request,
        asked,
        lambda: owner.remove_file(file, at=timezone.now()),
        "The file is gone.",
    )


@owner_page
@post_or_back("owner-task", "reference")
def finish(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer with the files brought."""
    asked = _task_or_404(request, reference)
    note = _note(request)
    return _act(
        request,
        asked,
        lambda: owner.finish(asked, note=note, at=timezone.now()),
        "Thank you. Your answer is with the privacy team.",
    )


@owner_page
@post_or_back("owner-task", "reference")
def hold_nothing(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer that nothing is held."""
    asked = _task_or_404(request, reference)
    note = _note(request)
    return _act(
        request,
        asked,
        lambda: owner.hold_nothing(asked, note=note, at=timezone.now()),
        "Thank you. Your answer is with the privacy team.",
    )


@owner_page
@post_or_back("owner-task", "reference")
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the answer back, to correct it."""
    asked = _task_or_404(request, reference)
    return _act(
        request,
        asked,
        lambda: owner.take_back(asked, at=timezone.now()),
        "Your answer is taken back. Correct it, and send it again.",
    )


def _note(request: HttpRequest) -> str:
    form = NoteForm(request.POST)
    return str(form.cleaned_data["note"]) if form.is_valid() else ""


@owner_page
@post_or_back("owner-task", "reference")
def send_on(request: HttpRequest, reference: str) -> HttpResponse:
    """Say who should be asked instead."""
    asked = _task_or_404(request, reference)
    form = SendOnForm(request.POST, prefix="on")
    if form.is_valid():
        try:
            owner.send_on(asked, **form.cleaned_data, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return TemplateResponse(request, "requests_app/owner/sent_on.html")
    return _show(request, asked, status=422, send_on=form)


@owner_page
@post_or_back("owner-task", "reference")
def need_until(request: HttpRequest, reference: str) -> HttpResponse:
    """Say until when the answer takes, and why."""
    asked = _task_or_404(request, reference)
    form = NeedUntilForm(request.POST, prefix="until")
    if form.is_valid():
        try:
            owner.need_until(asked, **form.cleaned_data, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Thank you. We have noted the day.")
            return redirect("owner-task", asked.reference)
    return _show(request, asked, status=422, need_until=form)
