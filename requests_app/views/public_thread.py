"""What the person writes in their case, with files."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from lumina_privacy.lib.http import post_or_back, subject_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import thread
from requests_app.actions.incoming import Attached
from requests_app.forms.thread import WriteForm
from requests_app.queries import subject as queries
from requests_app.states import MessageFrom
from requests_app.views.public_case import SubjectRequest, show_case


@subject_page
@post_or_back("case", "reference")
def write(request: SubjectRequest, reference: str) -> HttpResponse:
    """Take a message with its files; what was typed stays when it is refused."""
    found = get_object_or_404(queries.cases_for(request.user), reference=reference)
    form = WriteForm(request.POST)
    if form.is_valid():
        try:
            thread.write_to_us(
                found,
                body=form.cleaned_data["body"],
                files=[
                    Attached(file.name or "file", file.chunks())
                    for file in request.FILES.getlist("files")
                ],
                token=form.cleaned_data["token"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("body", str(refusal))
        else:
            messages.success(request, "We have your message.")
            return redirect("case", reference)
    else:
        # A token that is none comes from no page of ours; the next one is a fresh one.
        form = WriteForm({**request.POST.dict(), "token": str(uuid4())})
        form.is_valid()
    return show_case(request, found, form=form, status=422)


@subject_page
@post_or_back("case", "reference")
def seen(request: SubjectRequest, reference: str) -> HttpResponse:
    """Note that the person has read what we wrote."""
    found = get_object_or_404(queries.cases_for(request.user), reference=reference)
    thread.see(found, written_by=MessageFrom.STAFF, by=request.user, at=timezone.now())
    return redirect("case", reference)
