"""Data subjects: address, code, in. One way for known and unknown alike (E9)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import actions, queries
from accounts.forms import AddressForm, CodeForm
from accounts.states import CodePurpose
from accounts.views.doors import NEXT, safe_next, subject_home
from lumina_privacy.lib.http import client_key, no_store, open_page, post_or_back
from lumina_privacy.lib.verdict import Refused


@open_page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an address and send a code to it, whoever it belongs to."""
    form = AddressForm(request.POST or None)
    context = {"form": form, "next": safe_next(request)}
    if request.method == "GET":
        return _page(request, "sign_in", context)
    if form.is_valid():
        try:
            _send(request, form.cleaned_data["address"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[NEXT] = context["next"]
            return redirect("subject-code")
    return _page(request, "sign_in", context, status=422)


@open_page
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Take the code. The address waits in the session, never in the URL (C12)."""
    address = queries.pending_address(request)
    if address is None:
        return redirect("subject-sign-in")
    form = CodeForm(request.POST or None)
    context = {"form": form, "address": address}
    if request.method == "GET":
        return _page(request, "code", context)
    if form.is_valid():
        at = timezone.now()
        verdict = actions.prove_code(
            address=address,
            code=form.cleaned_data["code"],
            purpose=CodePurpose.SIGN_IN,
            about=queries.pending_about(request),
            client=client_key(request),
            at=at,
        )
        if verdict:
            target = str(request.session.pop(NEXT, "")) or subject_home()
            actions.sign_in_subject(request, address, at=at)
            return redirect(target)
        form.add_error("code", verdict.reason)
    return _page(request, "code", context, status=422)


@open_page
@post_or_back("subject-code")
def send_again(request: HttpRequest) -> HttpResponse:
    """Send a fresh code to the same address; the one before stops working."""
    address = queries.pending_address(request)
    if address is None:
        return redirect("subject-sign-in")
    try:
        _send(request, address)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "We have sent a new code. Only the newest one works.")
    return redirect("subject-code")


@open_page
@post_or_back("/")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, whoever's it is."""
    actions.sign_out(request)
    messages.success(request, "You are signed out.")
    return redirect("/")


def _send(request: HttpRequest, address: str) -> None:
    about = actions.expect_code(request, address)
    actions.send_code(
        address=address,
        purpose=CodePurpose.SIGN_IN,
        about=about,
        client=client_key(request),
        at=timezone.now(),
    )


def _page(
    request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    template = f"accounts/public/{name}.html"
    return no_store(TemplateResponse(request, template, context, status=status))
