"""What the libraries for signing in may do here, and in which words."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django_otp_webauthn.helpers import WebAuthnHelper
from webauthn.helpers.structs import ResidentKeyRequirement

from accounts.models import User


class SubjectAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Refuses staff at the subjects' door, and every sign-up but ours (decision E9)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come into being by proving an address, on our own pages."""
        return False

    def pre_login(
        self, request: HttpRequest, user: User, **kwargs: Any
    ) -> HttpResponse | None:
        """Refuse a member of staff: they have a door of their own, with a token."""
        if user.is_staff_member:
            raise PermissionDenied("staff sign in with password and token")
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """Open the session with the backend that can load data subjects only."""
        login(request, user, backend="accounts.backends.SubjectBackend")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing in allauth's words: our pages have their own."""


class KeyHelper(WebAuthnHelper):  # type: ignore[misc]  # the library has no types
    """Security keys as a second factor only (decision C27)."""

    def get_credential_name(self, user: User) -> str:
        """Return the address: what the browser shows beside the key."""
        return user.email

    def get_credential_display_name(self, user: User) -> str:
        """Return the name of the member of staff, where one is known."""
        return user.name or user.email

    def get_discoverable_credentials_preference(self) -> ResidentKeyRequirement:
        """Leave nothing on the key: the password has already said who it is."""
        return ResidentKeyRequirement.DISCOURAGED
