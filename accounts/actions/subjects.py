"""Sessions of data subjects and of system owners, and the step up to a fresh code."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth import login, logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.queries import OWNER, STEP_UP
from accounts.roles import UserKind
from audit import actions as audit
from lumina_privacy.lib import crypto
from lumina_privacy.lib.actor import Actor, ActorKind
from lumina_privacy.lib.subject_ref import IdentifierKind, canonical_email, subject_ref

_BACKEND = "accounts.backends.SubjectBackend"


def sign_in_subject(request: HttpRequest, address: str, *, at: datetime) -> User:
    """Open the session of whoever has just proved ``address``; return the user.

    An account is a verified address: it comes into being here. Call only after
    ``prove_code``. Ends any other session in this browser, staff ones too.
    """
    user = _subject(canonical_email(address), at)
    if request.user.is_authenticated and request.user.pk != user.pk:
        logout(request)
    login(request, user, backend=_BACKEND)
    request.session.cycle_key()
    return user


@transaction.atomic
def _subject(address: str, at: datetime) -> User:
    user, _ = User.objects.get_or_create(
        kind=UserKind.SUBJECT, email=address, defaults={"created_at": at, "password": "!"}
    )
    if not user.is_active:
        raise PermissionDenied("This account is closed.")
    EmailAddress.objects.get_or_create(
        user=user, email=address, defaults={"verified": True, "primary": True}
    )
    audit.record(
        "account.subject.signed_in",
        about=f"user:{user.pk}",
        by=user.actor,
        at=at,
        subject=subject_ref(IdentifierKind.EMAIL, address),
    )
    return user


def sign_in_owner(request: HttpRequest, address: str, *, at: datetime) -> None:
    """Open the session of a system's owner, who has just proved ``address``.

    A session of its own kind: it opens owner pages only.
    """
    logout(request)
    known = canonical_email(address)
    request.session[OWNER] = known
    audit.record("account.owner.signed_in", about="owner", by=owner_actor(known), at=at)


def owner_actor(address: str) -> Actor:
    """Return the owner as the ledger knows them: a short keyed hash of the address."""
    _, key = crypto.ref_keys().newest
    return Actor(ActorKind.OWNER, crypto.keyed_hash(key, "owner", address)[:16])


def step_up(request: HttpRequest, about: str, *, at: datetime) -> None:
    """Note that a fresh code was given for ``about``. Call only after ``prove_code``."""
    given = dict(request.session.get(STEP_UP, {}))
    given[about] = at.isoformat()
    request.session[STEP_UP] = given
    request.session.cycle_key()
