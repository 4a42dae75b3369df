"""Questions about people who sign in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.http import HttpRequest

from accounts.models import RecoveryCode, TotpDevice, User
from accounts.roles import UserKind
from accounts.states import SessionKey
from lumina_privacy.lib import crypto

SESSION_USE: Final = "accounts.session.address"
STEP_UP_FOR: Final = timedelta(minutes=10)


def user(pk: int) -> User:
    """Return the user. Raises User.DoesNotExist. Costs 1 query."""
    return User.objects.get(pk=pk)


def staff_users() -> list[User]:
    """Return every member of staff by name. Costs 1 query."""
    return list(User.objects.filter(kind=UserKind.STAFF).order_by("name", "pk"))


def staff_name(actor: str) -> str:
    """Return how staff pages call the actor ``staff:7``, or the actor itself."""
    kind, _, ref = actor.partition(":")
    if kind != UserKind.STAFF or not ref.isdigit():
        return actor
    known = User.objects.filter(pk=int(ref)).first()
    return known.name or known.email if known else actor


def proved_addresses(subject: User) -> frozenset[str]:
    """Return the canonical addresses the subject has proved. Costs 1 query.

    Nothing for a member of staff: their mailbox proves nothing here.
    """
    if subject.kind != UserKind.SUBJECT:
        return frozenset()
    rows = EmailAddress.objects.filter(user=subject, verified=True)
    return frozenset(rows.values_list("email", flat=True))


def owner_address(request: HttpRequest) -> str | None:
    """Return the canonical address under which a system owner signed in, if one did."""
    return _sealed_address(request, SessionKey.OWNER)


def pending_address(request: HttpRequest) -> str | None:
    """Return the address that this browser's sign-in code was sent to, if one was."""
    return _sealed_address(request, SessionKey.PENDING)


def pending_about(request: HttpRequest) -> str:
    """Return what binds a sign-in code to this browser, or nothing."""
    return str((request.session.get(SessionKey.PENDING) or {}).get("about", ""))


def stepped_up(request: HttpRequest, about: str, *, at: datetime) -> bool:
    """Whether this session gave a fresh code for ``about`` in the last ten minutes."""
    given = (request.session.get(SessionKey.STEPPED_UP) or {}).get(about)
    if given is None:
        return False
    return timedelta(0) <= at - datetime.fromisoformat(given) <= STEP_UP_FOR


def may_still_enrol(request: HttpRequest, *, at: datetime) -> bool:
    """Whether a link or a recovery code of this session still lets one device in."""
    until = (request.session.get(SessionKey.ENROLLING) or {}).get("until")
    return until is not None and at <= datetime.fromisoformat(until)


def _sealed_address(request: HttpRequest, key: SessionKey) -> str | None:
    sealed = (request.session.get(key) or {}).get("address")
    if sealed is None:
        return None
    try:
        return crypto.unseal(sealed, use=SESSION_USE)
    except crypto.Undecryptable:
        # The master key was replaced for good: the session has nothing more to say.
        return None


def has_device(staff: User) -> bool:
    """Whether the member of staff has a second factor enrolled. Costs up to 2 queries."""
    from django_otp_webauthn.models import WebAuthnCredential

    return (
        WebAuthnCredential.objects.filter(user=staff, confirmed=True).exists()
        or TotpDevice.objects.filter(user=staff, confirmed=True).exists()
    )


def recovery_codes_left(staff: User) -> int:
    """Return how many recovery codes are unused. Costs 1 query."""
    return RecoveryCode.objects.filter(user=staff, used_at__isnull=True).count()
