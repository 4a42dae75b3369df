"""Sessions of data subjects and of system owners, and the step up to a fresh code.

Every sign-in takes a new session key, so that a key planted beforehand is worth
nothing, and forgets what another person had proved in the same browser.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.queries import SESSION_USE, STEP_UP_FOR
from accounts.roles import UserKind
from accounts.states import SessionKey
from audit import actions as audit
from lumina_privacy.lib import crypto
from lumina_privacy.lib.actor import Actor, ActorKind
from lumina_privacy.lib.subject_ref import IdentifierKind, canonical_email, subject_ref


def expect_code(request: HttpRequest, address: str) -> str:
    """Remember, sealed, which address this browser's code goes to.

    Return what the code is about: a random name of this browser's attempt. A code that
    somebody else asks for can neither supersede it nor be used up by it.
    """
    about = f"browser:{secrets.token_hex(16)}"
    request.session[SessionKey.PENDING] = {
        "address": crypto.seal(canonical_email(address), use=SESSION_USE),
        "about": about,
    }
    return about


def sign_in_subject(request: HttpRequest, address: str, *, at: datetime) -> User:
    """Open the session of whoever has just proved ``address``; return the user.

    An account is a verified address: it comes into being here. Call only after
    ``prove_code``. What a stranger had begun in this browser (a half-filled form) is
    kept; another person's session ends, a staff one too. Raises PermissionDenied when
    the account is closed.
    """
    user = _subject(canonical_email(address), at)
    if request.user.is_authenticated:
        logout(request)
    _forget(request)
    # allauth asks our adapter, finds the address verified and takes a new session key.
    perform_login(request, user, email=user.email)
    return user


@transaction.atomic
def _subject(address: str, at: datetime) -> User:
    user, _ = User.objects.get_or_create(
        kind=UserKind.SUBJECT,
        email=address,
        defaults={"created_at": at, "password": "!"},
    )
    if not user.is_active:
        raise PermissionDenied("This account is closed. Write to us and we will help.")
    EmailAddress.objects.get_or_create(
        user=user, email=address, defaults={"verified": True, "primary": True}
    )
    audit.record(
        "account.subject.signed_in",
        about=str(user.actor),
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
    request.session[SessionKey.OWNER] = {"address": crypto.seal(known, use=SESSION_USE)}
    request.session.cycle_key()
    audit.record("account.owner.signed_in", about="owner", by=owner_actor(known), at=at)


def owner_actor(address: str) -> Actor:
    """Return the owner as the ledger knows them: a short keyed hash of the address."""
    _, key = crypto.ref_keys().newest
    return Actor(ActorKind.OWNER, crypto.keyed_hash(key, "owner", address)[:16])


def step_up(request: HttpRequest, about: str, *, at: datetime) -> None:
    """Note that a fresh code was given for ``about``; notes past their time go.

    Call only after ``prove_code`` said yes for the same ``about``.
    """
    given = request.session.get(SessionKey.STEPPED_UP) or {}
    fresh = {
        known: stamp
        for known, stamp in given.items()
        if at - datetime.fromisoformat(stamp) <= STEP_UP_FOR
    }
    request.session[SessionKey.STEPPED_UP] = {**fresh, about: at.isoformat()}
    request.session.cycle_key()


def sign_out(request: HttpRequest) -> None:
    """End the session, whoever's it is, and forget everything in it."""
    logout(request)


def _forget(request: HttpRequest) -> None:
    for key in SessionKey:
        request.session.pop(key, None)
