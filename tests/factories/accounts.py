"""People for tests, and clients that are signed in as them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp_webauthn.models import WebAuthnCredential

from accounts.models import EnrolmentLink, User
from accounts.roles import Role, UserKind

_numbers = itertools.count(1)
JOINED_AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def make_staff(role: Role = Role.CASEWORKER, **fields) -> User:
    """Make a member of staff who has a password but no device yet."""
    number = next(_numbers)
    known = {
        "kind": UserKind.STAFF,
        "email": f"staff{number}@luminatech.example",
        "name": f"Colleague {number}",
    }
    user = User(role=role, created_at=JOINED_AT, **{**known, **fields})
    user.set_unusable_password()
    user.save()
    return user


def make_subject(email: str = "", **fields) -> User:
    """Make a data subject with one proved address."""
    email = email or f"person{next(_numbers)}@example.org"
    user = User(kind=UserKind.SUBJECT, email=email, created_at=JOINED_AT, **fields)
    user.set_unusable_password()
    user.save()
    user.emailaddress_set.create(email=email, verified=True, primary=True)
    return user


def subject_of(email: str) -> User:
    """Return the data subject with this address, made when there is none."""
    known = User.objects.filter(kind=UserKind.SUBJECT, email=email).first()
    return known or make_subject(email)


def make_key(user: User, name: str = "Blue key") -> WebAuthnCredential:
    """Give a member of staff a security key (which no browser holds)."""
    credential_id = f"key-{next(_numbers)}".encode()
    return WebAuthnCredential.objects.create(
        user=user,
        name=name,
        credential_id=credential_id,
        public_key=b"no key",
        aaguid="00000000-0000-0000-0000-000000000000",
    )


def enrol(user: User, *, made_by: User, at: datetime) -> User:
    """Have the account come in by a link that ``made_by`` had in hand."""
    EnrolmentLink.objects.create(
        user=user,
        token_hash=f"hash-{next(_numbers)}",
        created_at=at,
        expires_at=at + timedelta(days=3),
        used_at=at,
        made_by=str(made_by.actor),
    )
    return user


def staff_client(
    user: User | Role = Role.CASEWORKER, *, verified: bool = True
) -> Client:
    """Return a client signed in as staff, with password and (unless told) a device."""
    if isinstance(user, Role):
        user = make_staff(user)
    client = Client()
    client.force_login(user, backend="accounts.backends.StaffBackend")
    if verified:
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = make_key(user).persistent_id
        session.save()
    return client


def subject_client(user: User | str = "") -> Client:
    """Return a client signed in as a data subject (made here when only named)."""
    if isinstance(user, str):
        user = make_subject(user)
    client = Client()
    client.force_login(user, backend="accounts.backends.SubjectBackend")
    return client
