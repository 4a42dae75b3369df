"""Signing in with a code by mail: address, code, in. One way for whoever it is (E9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts import actions, queries
from accounts.forms import CodeForm
from accounts.states import CodePurpose
from accounts.views.doors import NEXT, safe_next
from lumina_privacy.lib.http import client_key, no_store
from lumina_privacy.lib.verdict import Refused


@dataclass(frozen=True, slots=True)
class CodeDoor:
    """A door that a code opens: what it says, and where it leads."""

    purpose: CodePurpose
    address_form: type[Form]
    pages: str  # the folder of its two templates, sign_in and code
    ask_page: str
    code_page: str
    # Opens the session of who has proved the address.
    enter: Callable[[HttpRequest, str, datetime], None]
    # Where one goes who asked for no page; called once the session is open.
    home: Callable[[HttpRequest], str]
    # What the page asked for before signing in begins with.
    below: str = "/"

    def ask(self, request: HttpRequest) -> HttpResponse:
        """Ask for an address and send a code to it, whoever it belongs to."""
        form = self.address_form(request.POST or None)
        asked = safe_next(request)
        context = {"form": form, "next": asked if asked.startswith(self.below) else ""}
        if request.method == "GET":
            return self._page(request, "sign_in", context)
        if form.is_valid():
            try:
                self._send(request, form.cleaned_data["address"])
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                request.session[NEXT] = context["next"]
                return redirect(self.code_page)
        return self._page(request, "sign_in", context, status=422)

    def prove(self, request: HttpRequest) -> HttpResponse:
        """Take the code. The address waits in the session, never in the URL (C12)."""
        address = queries.pending_address(request)
        if address is None:
            return redirect(self.ask_page)
        form = CodeForm(request.POST or None)
        context = {"form": form, "address": address}
        if request.method == "GET":
            return self._page(request, "code", context)
        if form.is_valid():
            at = timezone.now()
            verdict = actions.prove_code(
                address=address,
                code=form.cleaned_data["code"],
                purpose=self.purpose,
                about=queries.pending_about(request),
                client=client_key(request),
                at=at,
            )
            if verdict:
                asked = str(request.session.pop(NEXT, ""))
                self.enter(request, address, at)
                return redirect(asked or self.home(request))
            form.add_error("code", verdict.reason)
        return self._page(request, "code", context, status=422)

    def send_again(self, request: HttpRequest) -> HttpResponse:
        """Send a fresh code to the same address; the one before stops working."""
        address = queries.pending_address(request)
        if address is None:
            return redirect(self.ask_page)
        try:
            self._send(request, address)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, "We have sent a new code. Only the newest one works."
            )
        return redirect(self.code_page)

    def _send(self, request: HttpRequest, address: str) -> None:
        about = actions.expect_code(request, address)
        actions.send_code(
            address=address,
            purpose=self.purpose,
            about=about,
            client=client_key(request),
            at=timezone.now(),
        )

    def _page(
        self,
        request: HttpRequest,
        name: str,
        context: dict[str, Any],
        *,
        status: int = 200,
    ) -> HttpResponse:
        context = {**context, "minutes": actions.CODE_MINUTES}
        template = f"{self.pages}/{name}.html"
        return no_store(TemplateResponse(request, template, context, status=status))
