"""What django-allauth may do here: sessions of data subjects, and nothing else."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

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
