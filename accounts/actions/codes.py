"""Codes by mail: sent, proved, and used once (decision E9)."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Count, F, Q

from accounts import emails
from accounts.models import MOST_ATTEMPTS, EmailCode
from accounts.states import CodePurpose
from audit import actions as audit
from lumina_privacy.lib import crypto
from lumina_privacy.lib.actor import STRANGER
from lumina_privacy.lib.subject_ref import (
    IdentifierKind,
    SubjectRef,
    all_refs,
    canonical_email,
    subject_ref,
)
from lumina_privacy.lib.throttle import Limit, hit
from lumina_privacy.lib.verdict import ALLOWED, Refused, Verdict, refuse, require

DIGITS: Final = 6
LIFETIME: Final = timedelta(minutes=15)
# As pages and mails say it.
MINUTES: Final = LIFETIME // timedelta(minutes=1)
# Guessing: 18 codes of 5 tries a day, address and purpose are 90 tries at a million
# codes, less than 1 in 10,000 a day, from however many clients. Counted by purpose: a
# stranger who has codes sent for a form uses up none that fetch an answer, which only
# the signed-in person can ask for. What one client may ask for one address is less than
# half of what the address gets: alone it shuts nobody out. docs/adr/0003-sign-in.md.
# What an address gets is counted in the database, among the codes themselves: the bound
# on guessing holds while Redis is away, and after it was emptied.
MOST_PER_ADDRESS: Final = ((timedelta(hours=1), 10), (timedelta(days=1), 18))
SEND_PER_CLIENT: Final = Limit("code-send-client", "30 per hour")
SEND_PER_PAIR: Final = Limit("code-send-pair", "4 per hour")
SEND_PER_PAIR_DAY: Final = Limit("code-send-pair-day", "8 per day")
PROVE_PER_CLIENT: Final = Limit("code-prove-client", "60 per hour")

WRONG: Final = (
    "That is not the code we sent. Check the newest mail from us and try again."
)
EXPIRED: Final = "That code is too old or was used. Ask for a new one."
HAMMERED: Final = "Too many wrong codes. Ask for a new one."
THROTTLED: Final = "Too many tries for now. Wait a little, or write or telephone to us."


def send_code(
    *, address: str, purpose: CodePurpose, about: str, client: str, at: datetime
) -> None:
    """Send a fresh code to ``address``; older ones for the same thing open nothing.

    One for another ``about`` stays as it is: a stranger's sign-in replaces none of
    mine. The same work and answer whether anybody is known under the address. Raises
    Refused when the address or the client asks too often. Costs 18 queries with
    savepoints.
    """
    known = canonical_email(address)
    # In this order: whom an earlier limit stops uses up nothing of a later one.
    if not (
        hit(SEND_PER_CLIENT, client)
        and hit(SEND_PER_PAIR, client, known, purpose)
        and hit(SEND_PER_PAIR_DAY, client, known, purpose)
    ):
        raise Refused(THROTTLED)
    _issue(known, purpose, about, at)


@transaction.atomic
def _issue(address: str, purpose: CodePurpose, about: str, at: datetime) -> None:
    ref = subject_ref(IdentifierKind.EMAIL, address)
    require(_may_issue(address, ref, purpose, at))
    EmailCode.objects.filter(
        address_ref=ref, purpose=purpose, about=about, used_at__isnull=True
    ).update(superseded=True)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    salt = secrets.token_hex(16)
    row = EmailCode.objects.create(
        address_ref=ref,
        purpose=purpose,
        about=about,
        salt=salt,
        code_hash=_hash(code, salt, ref, purpose, about),
        created_at=at,
        expires_at=at + LIFETIME,
    )
    emails.code(row, address=address, code=code, at=at)
    audit.record(
        "account.code.sent",
        about=f"code:{row.pk}",
        by=STRANGER,
        at=at,
        subject=ref,
        details={"purpose": purpose},
    )


def _may_issue(address: str, ref: SubjectRef, purpose: str, at: datetime) -> Verdict:
    """Whether the address has codes left, for whoever asks; one asks at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [ref])
    sent = EmailCode.objects.filter(
        address_ref__in=all_refs(IdentifierKind.EMAIL, address), purpose=purpose
    ).aggregate(
        **{
            f"within_{place}": Count("pk", filter=Q(created_at__gt=at - span))
            for place, (span, _) in enumerate(MOST_PER_ADDRESS)
        }
    )
    for place, (_, most) in enumerate(MOST_PER_ADDRESS):
        if sent[f"within_{place}"] >= most:
            return refuse(THROTTLED)
    return ALLOWED


def prove_code(
    *,
    address: str,
    code: str,
    purpose: CodePurpose,
    about: str,
    client: str,
    at: datetime,
) -> Verdict:
    """Whether ``code`` is the newest one sent there for this; it then is used up.

    Each try is counted before it is judged, by one conditional UPDATE, so that a
    hundred at once are a hundred tries. Costs 4 queries.
    """
    if not hit(PROVE_PER_CLIENT, client):
        return refuse(THROTTLED)
    known = canonical_email(address)
    return _judge(known, "".join(code.split()), purpose, about, at)


@transaction.atomic
def _judge(
    address: str, code: str, purpose: CodePurpose, about: str, at: datetime
) -> Verdict:
    ref = subject_ref(IdentifierKind.EMAIL, address)
    row = (
        EmailCode.objects.filter(
            address_ref__in=all_refs(IdentifierKind.EMAIL, address),
            purpose=purpose,
            about=about,
            superseded=False,
        )
        .order_by("-pk")
        .first()
    )
    if row is None or row.used_at is not None or row.expires_at <= at:
        return refuse(EXPIRED)
    counted = EmailCode.objects.filter(pk=row.pk, attempts__lt=MOST_ATTEMPTS).update(
        attempts=F("attempts") + 1
    )
    if not counted:
        return refuse(HAMMERED)
    offered = _hash(code, row.salt, SubjectRef(row.address_ref), purpose, about)
    right = hmac.compare_digest(offered, row.code_hash)
    used = right and EmailCode.objects.filter(
        pk=row.pk, used_at__isnull=True, superseded=False
    ).update(used_at=at)
    audit.record(
        "account.code.proved" if used else "account.code.wrong",
        about=f"code:{row.pk}",
        by=STRANGER,
        at=at,
        subject=ref,
        details={"purpose": purpose},
    )
    if used:
        return ALLOWED
    return refuse(EXPIRED if right else WRONG)


def _hash(code: str, salt: str, ref: SubjectRef, purpose: str, about: str) -> str:
    """Bind the code to what it opens: a hash copied to another row opens nothing."""
    _, key = crypto.ref_keys().newest
    return crypto.keyed_hash(key, "email-code", salt, ref, purpose, about, code)
