"""Devices of staff: keys, authenticator apps, recovery codes, enrolment links (C27)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django_otp.models import Device
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.models import WebAuthnCredential
from django_otp_webauthn.utils import rewrite_exceptions
from webauthn.helpers.exceptions import WebAuthnException

from accounts import emails, policies, queries
from accounts.actions import staff
from accounts.models import EnrolmentLink, RecoveryCode, TotpDevice, User
from accounts.queries import device_kind
from accounts.roles import Role, UserKind
from accounts.states import SessionKey
from audit import actions as audit
from lumina_privacy.lib import crypto
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.throttle import Limit, hit
from lumina_privacy.lib.verdict import ALLOWED, Refused, Verdict, refuse, require

LINK_LASTS: Final = timedelta(days=3)
RECOVERY_CODES: Final = 10
_RECOVERY_TRIES: Final = Limit("staff-recovery", "10 per hour")
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CHALLENGE: Final = "accounts.challenge"

KEY_REFUSED: Final = (
    "That key did not answer as expected. Try again, or use another one."
)
LINK_DEAD: Final = (
    "This link was used or is too old. Ask a Data Compliance Officer for a new one."
)
RECOVERY_WRONG: Final = "That is not one of your unused recovery codes."


def begin_key(request: HttpRequest, user: User, *, new: bool) -> dict[str, Any]:
    """Return what the browser asks a key: to be enrolled (``new``) or to answer.

    The challenge waits in the session, for one answer.
    """
    helper = WebAuthnCredential.get_webauthn_helper(request=request)
    if new:
        options, state = helper.register_begin(user=user)
    else:
        options, state = helper.authenticate_begin(
            user=user, require_user_verification=False
        )
    request.session[_CHALLENGE] = {"new": new, "state": state}
    return dict(options)


def use_key(
    request: HttpRequest, user: User, answer: Mapping[str, Any], *, at: datetime
) -> Verdict:
    """Judge a key's answer to the challenge; when right, the session is verified."""
    helper, state = _challenge(request, new=False)
    if state is None:
        return refuse(KEY_REFUSED)
    try:
        with rewrite_exceptions(logger=None):
            device = helper.authenticate_complete(user=user, state=state, data=answer)
    except (OTPWebAuthnApiError, WebAuthnException, ValueError, KeyError, TypeError):
        staff.refuse_key(request, at=at)
        return refuse(KEY_REFUSED)
    if not device.confirmed:
        return refuse(KEY_REFUSED)
    staff.accept_device(request, device, at=at)
    return ALLOWED


def enrol_key(
    request: HttpRequest,
    user: User,
    answer: Mapping[str, Any],
    *,
    name: str,
    at: datetime,
) -> Verdict:
    """Add the key that answered; the session counts as verified by it."""
    helper, state = _challenge(request, new=True)
    if state is None:
        return refuse(KEY_REFUSED)
    try:
        with transaction.atomic(), rewrite_exceptions(logger=None):
            device = helper.register_complete(user=user, state=state, data=answer)
            device.name = name or "Security key"
            device.save(update_fields=["name"])
            _added(request, device, at)
    except (OTPWebAuthnApiError, WebAuthnException, ValueError, KeyError, TypeError):
        return refuse(KEY_REFUSED)
    if not policies.may_open_as_staff(request.user):
        staff.accept_device(request, device, at=at)
    return ALLOWED


def _challenge(request: HttpRequest, *, new: bool) -> tuple[Any, dict[str, Any] | None]:
    """Take the challenge out of the session: no answer is judged twice."""
    waiting = request.session.pop(_CHALLENGE, None)
    request.session.save()
    helper = WebAuthnCredential.get_webauthn_helper(request=request)
    if not waiting or waiting["new"] is not new:
        return helper, None
    return helper, waiting["state"]


@transaction.atomic
def begin_totp(user: User) -> TotpDevice:
    """Make a secret that counts for nothing until a code of it is given."""
    TotpDevice.objects.filter(user=user, confirmed=False).delete()
    return TotpDevice.objects.create(
        user=user,
        name="Authenticator app",
        confirmed=False,
        secret=secrets.token_bytes(20).hex(),
    )


def enrol_totp(
    request: HttpRequest, user: User, *, token: str, at: datetime
) -> Verdict:
    """Add the authenticator app whose code this is; an older one stops working."""
    if not settings.LUMINA_STAFF_TOTP:
        return refuse("Authenticator apps are switched off here. Use a security key.")
    with transaction.atomic():
        device = (
            TotpDevice.objects.select_for_update()
            .filter(user=user, confirmed=False)
            .first()
        )
        step = device.step_of("".join(token.split()), at) if device else None
        if device is None or step is None:
            return refuse(staff.WRONG_CODE)
        TotpDevice.objects.filter(user=user, confirmed=True).delete()
        device.confirmed, device.last_step = True, step
        device.save(update_fields=["confirmed", "last_step"])
        _added(request, device, at)
    if not policies.may_open_as_staff(request.user):
        staff.accept_device(request, device, at=at)
    return ALLOWED


def _added(request: HttpRequest, device: Device, at: datetime) -> None:
    """Record a new device; a grant of this session is spent by it."""
    granted = request.session.pop(SessionKey.ENROLLING, None) is not None
    audit.record(
        "account.device.added",
        about=str(device.user.actor),
        by=device.user.actor,
        at=at,
        details={"device": device_kind(device), "by_grant": granted},
    )


@transaction.atomic
def remove_device(user: User, *, persistent_id: str, at: datetime) -> None:
    """Remove one of the person's own devices. Raises Refused for the last one."""
    User.objects.select_for_update().get(pk=user.pk)
    devices = {device.persistent_id: device for device in queries.devices_of(user)}
    device = devices.pop(persistent_id, None)
    if device is None:
        raise Refused("This device was removed already.")
    require(policies.may_remove_device(devices_left=len(devices)))
    device.delete()
    audit.record(
        "account.device.removed",
        about=str(user.actor),
        by=user.actor,
        at=at,
        details={"device": device_kind(device)},
    )


@transaction.atomic
def make_recovery_codes(user: User, *, at: datetime) -> tuple[str, ...]:
    """Return ten new codes, to be shown once; unused older ones stop working."""
    RecoveryCode.objects.filter(user=user, used_at__isnull=True).delete()
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    key_id, key = crypto.ref_keys().newest
    for code in codes:
        salt = secrets.token_hex(16)
        hashed = _recovery_hash(key, user.pk, salt, code)
        RecoveryCode.objects.create(
            user=user, salt=salt, code_hash=f"{key_id}:{hashed}", created_at=at
        )
    audit.record(
        "account.recovery.made",
        about=str(user.actor),
        by=user.actor,
        at=at,
        details={"count": len(codes)},
    )
    return codes


def use_recovery_code(
    request: HttpRequest, user: User, *, code: str, at: datetime
) -> Verdict:
    """Spend a recovery code: it lets one new device in, and the DCOs are told (C27)."""
    if not hit(_RECOVERY_TRIES, str(user.pk)):
        return refuse(staff.THROTTLED)
    if not _spend_recovery_code(user, code, at):
        return refuse(RECOVERY_WRONG)
    staff.grant_enrolment(request, by="recovery", at=at)
    return ALLOWED


@transaction.atomic
def _spend_recovery_code(user: User, code: str, at: datetime) -> bool:
    given = "".join(c for c in code.upper() if c.isalnum()).translate(_MISREAD)
    unused = RecoveryCode.objects.filter(user=user, used_at__isnull=True)
    matching = next(
        (row for row in unused if _is_code_of(row, given)),
        None,
    )
    # Of two at once with one code, one UPDATE finds it unused.
    if matching is None or not unused.filter(pk=matching.pk).update(used_at=at):
        return False
    audit.record("account.recovery.used", about=str(user.actor), by=user.actor, at=at)
    officers = User.objects.filter(kind=UserKind.STAFF, role=Role.DCO, is_active=True)
    for officer in officers:
        key = f"recovery:{matching.pk}:{officer.pk}"
        emails.recovery_used(user, to=officer.email, at=at, key=key)
    return True


def _recovery_code() -> str:
    """Return 80 random bits as XXXX-XXXX-XXXX-XXXX."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def _is_code_of(row: RecoveryCode, given: str) -> bool:
    """Compare under every reference key: they stay for good, as a code on paper does.

    A hash without the id of its key was made before, under a master key. It opens while
    that key is in the ring; its owner is asked for new codes (``queries``).
    """
    key_id, _, hashed = row.code_hash.rpartition(":")
    ring = crypto.ref_keys() if key_id else crypto.master_keys()
    return any(
        hmac.compare_digest(hashed, _recovery_hash(key, row.user_id, row.salt, given))
        for _, key in ring
    )


def _recovery_hash(key: bytes, user_id: int, salt: str, code: str) -> str:
    """Hash a code without its hyphens. 80 random bits need no slow hash, only a key."""
    return crypto.keyed_hash(
        key, "recovery-code", str(user_id), salt, code.replace("-", "")
    )


@transaction.atomic
def offer_enrolment(user: User, *, by: Actor, at: datetime) -> str:
    """Return the address of a one-time page to set a password and enrol a device.

    Earlier links of the account stop working. The token is shown once and kept hashed.
    """
    require(
        ALLOWED
        if user.is_active
        else refuse("This account is closed. Reopen it first.")
    )
    EnrolmentLink.objects.filter(user=user, used_at__isnull=True).update(expires_at=at)
    token = secrets.token_urlsafe(32)
    EnrolmentLink.objects.create(
        user=user,
        token_hash=queries.link_hash(token),
        created_at=at,
        expires_at=at + LINK_LASTS,
        made_by=str(by),
    )
    audit.record("account.enrolment.offered", about=str(user.actor), by=by, at=at)
    return f"{settings.LUMINA_ORIGIN}{queries.link_path(token)}"


def take_enrolment(
    request: HttpRequest, *, token: str, password: str, at: datetime
) -> None:
    """Use the link: the password is set, earlier devices are gone, one may be enrolled.

    Raises Refused for a link that was used, is too old or belongs to a closed account.
    """
    user = _take_link(token, password, at)
    staff.open_session(request, user)
    staff.grant_enrolment(request, by="link", at=at)


@transaction.atomic
def _take_link(token: str, password: str, at: datetime) -> User:
    link = queries.open_link(token, at=at)
    if link is None:
        raise Refused(LINK_DEAD)
    # Of two who press the button at once, one UPDATE finds it unused.
    if not EnrolmentLink.objects.filter(pk=link.pk, used_at__isnull=True).update(
        used_at=at
    ):
        raise Refused(LINK_DEAD)
    user = User.objects.select_for_update().get(pk=link.user_id)
    # A new link means that the old devices are lost, or in the wrong hands.
    for device in queries.devices_of(user):
        device.delete()
    RecoveryCode.objects.filter(user=user, used_at__isnull=True).delete()
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("account.enrolment.used", about=str(user.actor), by=user.actor, at=at)
    return user
