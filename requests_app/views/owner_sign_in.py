"""Owners of systems sign in with a code to the address that was asked (decision E9)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import actions as accounts
from accounts.states import CodePurpose
from accounts.views.by_code import CodeDoor
from lumina_privacy.lib.http import open_page, post_or_back
from requests_app.forms.owner import AddressForm


def _enter(request: HttpRequest, address: str, at: datetime) -> None:
    accounts.sign_in_owner(request, address, at=at)


def _home(request: HttpRequest) -> str:
    messages.success(request, "You are signed in.")
    return reverse("owner-tasks")


_DOOR: Final = CodeDoor(
    purpose=CodePurpose.OWNER,
    address_form=AddressForm,
    pages="requests_app/owner",
    ask_page="owner-sign-in",
    code_page="owner-code",
    enter=_enter,
    home=_home,
    below="/owner/",
)


@open_page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address and send a code to it, whoever it belongs to."""
    return _DOOR.ask(request)


@open_page
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Take the code, and go on to the task."""
    return _DOOR.prove(request)


@open_page
@post_or_back("owner-code")
def send_again(request: HttpRequest) -> HttpResponse:
    """Send a fresh code to the same address."""
    return _DOOR.send_again(request)
