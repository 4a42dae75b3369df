"""Staff of the demonstration. Refused wherever LUMINA_DEMO is not set."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django_otp.oath import TOTP

from accounts.models import TOTP_DIGITS, TotpDevice, User
from accounts.roles import Role, UserKind
from audit import actions as audit
from lumina_privacy.lib import crypto
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.subject_ref import canonical_email
from lumina_privacy.lib.verdict import Refused

BY: Final = system("demo")
PEOPLE: Final = (
    ("dco", "Priya Anand", Role.DCO),
    ("caseworker", "Tom Okafor", Role.CASEWORKER),
    ("reviewer", "Helen Marsh", Role.REVIEWER),
    ("auditor", "Rhys Pugh", Role.AUDITOR),
    ("operations", "Sana Iqbal", Role.OPERATIONS),
)
DOMAIN: Final = "luminatech.example"
NO_DEMO: Final = "This is no demonstration: LUMINA_DEMO is not set."


@dataclass(frozen=True, slots=True)
class DemoStaff:
    """Who may sign in, and with which password."""

    name: str
    role: Role
    address: str
    password: str


@transaction.atomic
def make_demo_staff(*, at: datetime) -> tuple[DemoStaff, ...]:
    """Make what is missing and return everybody; a second call changes nothing.

    The passwords are derived from the master key, so each demonstration has its own and
    prints the same ones after every start. Raises Refused outside a demonstration.
    """
    if not settings.LUMINA_DEMO:
        raise Refused(NO_DEMO)
    return tuple(_made(local, name, role, at) for local, name, role in PEOPLE)


def _made(local: str, name: str, role: Role, at: datetime) -> DemoStaff:
    address = f"{local}@{DOMAIN}"
    password = _password(address)
    user, made = User.objects.get_or_create(
        kind=UserKind.STAFF,
        email=address,
        defaults={"name": name, "role": role, "created_at": at, "password": "!"},
    )
    if made:
        user.set_password(password)
        user.save(update_fields=["password"])
        secret = secrets.token_bytes(20).hex()
        TotpDevice.objects.create(user=user, name="Demonstration app", secret=secret)
        audit.record(
            "account.staff.added",
            about=str(user.actor),
            by=BY,
            at=at,
            details={"role": role},
        )
    return DemoStaff(name, role, address, password)


def _password(address: str) -> str:
    """Return four groups of four letters and digits."""
    _, key = crypto.master_keys().newest
    digest = crypto.keyed_hash(key, "demo-password", address)
    return "-".join(digest[start : start + 4] for start in range(0, 16, 4))


def token_code(address: str, *, at: datetime) -> str:
    """Return the code that the demonstration app of a colleague would show.

    ``address``: the whole of it, or what stands before the @, such as ``dco``.
    When the code of this half minute was used, the next one, which is accepted already.
    Raises Refused outside a demonstration and for somebody without an app.
    """
    if not settings.LUMINA_DEMO:
        raise Refused(NO_DEMO)
    if "@" not in address:
        address = f"{address}@{DOMAIN}"
    device = TotpDevice.objects.filter(
        user__kind=UserKind.STAFF, user__email=canonical_email(address), confirmed=True
    ).first()
    if device is None:
        raise Refused(
            "Nobody of the staff has an authenticator app under this address. Those of "
            f"the demonstration are {', '.join(local for local, _, _ in PEOPLE)}."
        )
    totp = TOTP(bytes.fromhex(device.secret), digits=TOTP_DIGITS)
    totp.time = at.timestamp()
    if totp.t() <= device.last_step:
        totp.drift = 1
    return f"{totp.token():0{TOTP_DIGITS}d}"
