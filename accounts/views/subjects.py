"""Data subjects: address, code, in. One way for known and unknown alike (E9)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.forms import AddressForm
from accounts.states import CodePurpose
from accounts.views.by_code import CodeDoor
from accounts.views.doors import subject_home
from lumina_privacy.lib.http import open_page, post_or_back


def _enter(request: HttpRequest, address: str, at: datetime) -> None:
    actions.sign_in_subject(request, address, at=at)


_DOOR: Final = CodeDoor(
    purpose=CodePurpose.SIGN_IN,
    address_form=AddressForm,
    pages="accounts/public",
    ask_page="subject-sign-in",
    code_page="subject-code",
    enter=_enter,
    home=lambda _request: subject_home(),
)


@open_page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an address and send a code to it, whoever it belongs to."""
    return _DOOR.ask(request)


@open_page
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Take the code, and go on to the page asked for."""
    return _DOOR.prove(request)


@open_page
@post_or_back("subject-code")
def send_again(request: HttpRequest) -> HttpResponse:
    """Send a fresh code to the same address."""
    return _DOOR.send_again(request)


@open_page
@post_or_back("/")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, whoever's it is."""
    actions.sign_out(request)
    messages.success(request, "You are signed out.")
    return redirect("/")
