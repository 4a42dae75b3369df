"""Owners of systems sign in with a code to the address that was asked (decision E9)."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts import actions as accounts
from accounts import queries as accounts_queries
from accounts.states import CodePurpose
from lumina_privacy.lib.http import client_key, no_store, open_page
from lumina_privacy.lib.verdict import Refused
from requests_app.forms.owner import AddressForm, CodeForm

# The task page asked for before signing in, kept in the session meanwhile.
_NEXT: Final = "requests_app.owner_next"


@open_page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address and send a code to it, whoever it belongs to."""
    form = AddressForm(request.POST or None)
    if request.method == "GET":
        request.session[_NEXT] = _task_page(request)
        return _page(request, "sign_in", {"form": form})
    if form.is_valid():
        address = form.cleaned_data["address"]
        try:
            accounts.send_code(
                address=address,
                purpose=CodePurpose.OWNER,
                about=accounts.expect_code(request, address),
                client=client_key(request),
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("owner-code")
    return _page(request, "sign_in", {"form": form}, status=422)


@open_page
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Take the code, and go on to the task. The address waits in the session (C12)."""
    address = accounts_queries.pending_address(request)
    if address is None:
        return redirect("owner-sign-in")
    form = CodeForm(request.POST or None)
    context = {"form": form, "address": address}
    if request.method == "GET":
        return _page(request, "code", context)
    if form.is_valid():
        at = timezone.now()
        verdict = accounts.prove_code(
            address=address,
            code=form.cleaned_data["code"],
            purpose=CodePurpose.OWNER,
            about=accounts_queries.pending_about(request),
            client=client_key(request),
            at=at,
        )
        if verdict:
            target = str(request.session.get(_NEXT) or "")
            accounts.sign_in_owner(request, address, at=at)
            if target:
                return redirect(target)
            messages.success(request, "You are signed in. Open the link in our mail.")
            return redirect("home")
        form.add_error("code", verdict.reason)
    return _page(request, "code", context, status=422)


def _task_page(request: HttpRequest) -> str:
    """Return the owner's page that was asked for, when it is one of ours."""
    asked = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if ours and asked.startswith("/owner/") else ""


def _page(
    request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    template = f"requests_app/owner/{name}.html"
    return no_store(TemplateResponse(request, template, context, status=status))
