"""Who may hold a session: staff by password and token, subjects by an address."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.models import User
from accounts.roles import UserKind


class _KindBackend(BaseBackend):
    """Finds active users of one kind."""

    kind: UserKind

    def get_user(self, user_id: int) -> User | None:
        """Return the active user of this kind with the id."""
        return User.objects.filter(pk=user_id, kind=self.kind, is_active=True).first()


class StaffBackend(_KindBackend):
    """Checks a password; the token is checked after it, and both are needed."""

    kind = UserKind.STAFF

    def authenticate(
        self,
        request: HttpRequest | None,
        email: str | None = None,
        password: str | None = None,
        **kwargs: object,
    ) -> User | None:
        """Return the user, or None after the same work for a stranger."""
        if email is None or password is None:
            return None
        user = User.objects.filter(kind=self.kind, email=email, is_active=True).first()
        if user is None:
            make_password(password)
            return None
        return user if user.check_password(password) else None


class SubjectBackend(_KindBackend):
    """Knows subjects by their session; a code, not a password, opens it."""

    kind = UserKind.SUBJECT

    def authenticate(self, request: HttpRequest | None, **kwargs: object) -> None:
        """Return nobody: ``actions.sign_in_subject`` is the door."""
