"""Questions about people who sign in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.http import HttpRequest

from accounts.models import RecoveryCode, TotpDevice, User
from accounts.roles import UserKind

# Session keys.
OWNER: Final = "owner_address"
ENROLLING: Final = "staff_enrolling"
STEP_UP: Final = "step_up"
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
    """Return the canonical addresses the subject has proved. Costs 1 query."""
    rows = EmailAddress.objects.filter(user=subject, verified=True)
    return frozenset(rows.values_list("email", flat=True))


def owner_address(request: HttpRequest) -> str | None:
    """Return the address under which a system owner signed in, if one did."""
    address = request.session.get(OWNER)
    return str(address) if address else None


def stepped_up(request: HttpRequest, about: str, *, at: datetime) -> bool:
    """Whether a fresh code was given for ``about`` in the last ten minutes."""
    given = request.session.get(STEP_UP, {}).get(about)
    if given is None:
        return False
    return at - datetime.fromisoformat(given) <= STEP_UP_FOR


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
