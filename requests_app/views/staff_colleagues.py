"""The DCO makes links for colleagues without an account, and ends them (C35)."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.middleware import StaffRequest
from accounts.roles import Permission
from lumina_privacy.lib.http import no_store, post_or_back, staff_page
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import colleagues as acts
from requests_app.forms.colleagues import TeamForm
from requests_app.queries import colleagues as queries

manages_links = staff_page(Permission.LINKS_MANAGE)


@manages_links
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: StaffRequest) -> HttpResponse:
    """Show every link; make one, and show its address this once."""
    form = TeamForm(request.POST or None, initial={"form": uuid4()})
    if request.method == "POST" and form.is_valid():
        team = form.cleaned_data["team"]
        try:
            address = acts.make(
                team=team,
                by=request.user,
                at=timezone.now(),
                form=form.cleaned_data["form"],
            )
        except Refused as refusal:
            form.add_error("team", str(refusal))
        else:
            page = "requests_app/staff/colleague_link.html"
            link = queries.link_of(address.rstrip("/").rpartition("/")[2])
            context = {"team": team, "address": address, "link": link}
            return no_store(TemplateResponse(request, page, context))
    return _page(request, form, status=422 if request.method == "POST" else 200)


@manages_links
@post_or_back("colleague-links")
def revoke(request: StaffRequest, pk: int) -> HttpResponse:
    """End a link at once."""
    link = queries.link(pk)
    if link is None:
        raise Http404
    try:
        acts.revoke(link, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(
            request,
            TeamForm(initial={"form": uuid4()}),
            refusal=str(refusal),
            status=422,
        )
    messages.success(request, f"The link of {link.team} is ended.")
    return redirect("colleague-links")


def _page(
    request: StaffRequest, form: TeamForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    page = "requests_app/staff/colleague_links.html"
    context = {"links": queries.links(), "form": form, "refusal": refusal}
    return no_store(TemplateResponse(request, page, context, status=status))
