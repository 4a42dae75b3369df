"""The two factors of a staff session, and the grant that lets one device in.

A password alone opens nothing but the page that asks for the second factor.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from django.contrib.auth import authenticate, login
from django.db import transaction
from django.http import HttpRequest
from django_otp import login as verify_session
from django_otp.models import Device

from accounts.models import TotpDevice, User
from accounts.queries import device_kind
from accounts.roles import UserKind
from accounts.states import SessionKey
from audit import actions as audit
from lumina_privacy.lib.actor import STRANGER
from lumina_privacy.lib.subject_ref import canonical_email
from lumina_privacy.lib.throttle import Limit, hit, reset
from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse

BACKEND: Final = "accounts.backends.StaffBackend"
# Per account *and* client first: somebody who guesses elsewhere does not lock the
# colleague out. Per account over all clients comes much later.
_PER_BOTH: Final = Limit("staff-password-account-client", "5 per 15 minutes")
_PER_CLIENT: Final = Limit("staff-password-client", "30 per 15 minutes")
_PER_ACCOUNT: Final = Limit("staff-password-account", "60 per hour")
_TOKEN_PER_CLIENT: Final = Limit("staff-token-client", "30 per 15 minutes")
GRANT_LASTS: Final = timedelta(minutes=30)

REFUSED: Final = "The address or the password is not right. Check both and try again."
THROTTLED: Final = "Too many tries for now. Wait a quarter of an hour and try again."
WRONG_CODE: Final = "That is not the code your app shows now. Wait for the next one."
USED_CODE: Final = "That code was used already. Wait for the next one, then type it."
SLOW_DOWN: Final = "Too many wrong codes. Wait a little before the next try."

Grant = Literal["link", "recovery"]


def give_password(
    request: HttpRequest, *, address: str, password: str, client: str, at: datetime
) -> Verdict:
    """Open a session that has given the first of two factors.

    The same answer, and the same work, for an unknown address, a wrong password and a
    closed account. Whatever else was signed in here is signed out.
    """
    try:
        known = canonical_email(address)
    except ValueError:
        known = address.strip().lower()
    if not (
        hit(_PER_CLIENT, client)
        and hit(_PER_BOTH, known, client)
        and hit(_PER_ACCOUNT, known)
    ):
        return refuse(THROTTLED)
    user = authenticate(request, email=known, password=password)
    if not isinstance(user, User):
        about = User.objects.filter(kind=UserKind.STAFF, email=known).first()
        _record("account.staff.refused", about, "password", at)
        return refuse(REFUSED)
    # Who knows the password does not guess: their own sign-ins lock nobody out.
    reset(_PER_BOTH, known, client)
    open_session(request, user)
    return ALLOWED


def open_session(request: HttpRequest, user: User) -> None:
    """Begin a staff session in which nothing is proved yet but the password."""
    request.session.flush()
    login(request, user, backend=BACKEND)


def accept_device(request: HttpRequest, device: Device, *, at: datetime) -> None:
    """Note that the second factor was given: from here on the session opens pages.

    Call only when the device has just answered. Takes a new session key.
    """
    verify_session(request, device)
    request.session.pop(SessionKey.ENROLLING, None)
    request.session.cycle_key()
    _record("account.staff.signed_in", request.user, device_kind(device), at)


def give_totp(
    request: HttpRequest, *, token: str, client: str, at: datetime
) -> Verdict:
    """Judge a code of the person's authenticator app; each step works once."""
    if not hit(_TOKEN_PER_CLIENT, client):
        return refuse(SLOW_DOWN)
    device, verdict = _judge_totp(request.user, token, at)
    if device is not None and verdict:
        accept_device(request, device, at=at)
    return verdict


@transaction.atomic
def _judge_totp(
    user: object, token: str, at: datetime
) -> tuple[TotpDevice | None, Verdict]:
    """Take the step under a lock: of two at once with one code, one succeeds."""
    device = (
        TotpDevice.objects.select_for_update()
        .filter(user=user, confirmed=True)
        .order_by("pk")
        .first()
    )
    if device is None:
        return None, refuse(WRONG_CODE)
    allowed, _ = device.verify_is_allowed()
    if not allowed:
        return device, refuse(SLOW_DOWN)
    typed = "".join(token.split())
    step = device.step_of(typed, at)
    if step is None:
        device.throttle_increment(commit=False)
        device.save(
            update_fields=["throttling_failure_timestamp", "throttling_failure_count"]
        )
        _record("account.staff.refused", user, "totp", at)
        used = device.was_used(typed, at)
        return device, refuse(USED_CODE if used else WRONG_CODE)
    device.last_step = step
    device.throttle_reset(commit=False)
    device.save(
        update_fields=[
            "last_step",
            "throttling_failure_timestamp",
            "throttling_failure_count",
        ]
    )
    return device, ALLOWED


def refuse_key(request: HttpRequest, *, at: datetime) -> None:
    """Note that a security key's answer was not accepted."""
    _record("account.staff.refused", request.user, "webauthn", at)


def grant_enrolment(request: HttpRequest, *, by: Grant, at: datetime) -> None:
    """Let this session enrol one device, for half an hour, and do nothing else."""
    request.session[SessionKey.ENROLLING] = {
        "by": by,
        "until": (at + GRANT_LASTS).isoformat(),
    }
    request.session.cycle_key()


def _record(event: str, user: object, device: str, at: datetime) -> None:
    by = user.actor if isinstance(user, User) else STRANGER
    audit.record(event, about=str(by), by=by, at=at, details={"device": device})
