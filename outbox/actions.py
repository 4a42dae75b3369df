"""Queue a mail in the transaction of the act; send what is due; note what came back."""

from __future__ import annotations

import logging
import re
import smtplib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import Enum, auto
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from audit import actions as audit
from lumina_privacy.lib import ports
from lumina_privacy.lib.actor import Actor, system
from lumina_privacy.lib.subject_ref import IdentifierKind, subject_ref
from lumina_privacy.lib.verdict import (
    ALLOWED,
    Verdict,
    first_refusal,
    refuse,
    require,
)
from outbox import rules
from outbox.models import Message, MessageQuerySet
from outbox.states import MessageKind, MessageState

SENDER: Final = system("outbox")
SERVER: Final = "mail-server"  # beats while a server takes what is due
# 1, 2, 4 ... minutes, at most 4 hours apart: a day and a half until it is given up.
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=4)
MOST_ATTEMPTS: Final = 16
_PERMANENT: Final = range(500, 600)
_CLOSING: Final = 421  # the server hangs up after saying so
# Said to us, not of the reader: sign in first, more safely, with the right password.
_OURS: Final = frozenset({530, 534, 535, 538})
_TOO_LARGE: Final = 552  # said to MAIL FROM, and yet of this one mail
_ENHANCED: Final = re.compile(r"[45]\.\d{1,3}\.\d{1,3}", re.ASCII)
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is wrong: words for staff, and a code for the ledger. Names nobody."""

    words: str
    code: str = "not-permitted"

    @classmethod
    def of(cls, error: Exception) -> _Said:
        name = type(error).__name__
        return cls(name, name.lower())


_NOTHING: Final = _Said("", "")


class _Unfit(Exception):
    """The mail server takes nothing of ours now, whoever the mail is for."""


@transaction.atomic
def queue(
    *,
    kind: MessageKind,
    purpose: str,
    to: str,
    subject: str,
    text: str,
    about: str,
    dedupe_key: str,
    at: datetime,
    secret: bool = False,
    statutory: bool = False,
) -> int:
    """Write the mail that is owed and return its id. Costs 2 queries and a savepoint.

    The same ``dedupe_key`` twice is one mail. ``secret``: it carries a code, so its
    text is wiped when it is settled, however it ends. ``statutory``: the law wants it
    told, so a bounce is an alarm (C17, C39). A worker is woken after the commit; the
    sweep would find the row anyway.
    """
    message, created = Message.objects.unopened().get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "kind": kind,
            "purpose": purpose,
            "recipient": to,
            "recipient_ref": subject_ref(IdentifierKind.EMAIL, to),
            "subject": subject,
            "text": text,
            "about": about,
            "secret": secret,
            "statutory": statutory,
            "queued_at": at,
            "due_at": at,
        },
    )
    if created:
        transaction.on_commit(_nudge)
    return message.pk


def _nudge() -> None:
    from outbox.tasks import nudge  # noqa: PLC0415 (tasks import actions)

    nudge()


def send_due(*, now: Callable[[], datetime], most: int = 200) -> int:
    """Send what is due, one row a transaction; return how many rows were settled.

    Two senders at once never take the same row (SKIP LOCKED). A sender killed between
    the server's "250" and our commit sends the mail again under the same Message-ID.
    A server that does not answer, or that refuses us and not the reader, costs no mail
    one of its attempts: everything waits, ``mail-server`` no longer beats, and staff
    see that it is late. One that breaks off within a mail costs that mail an attempt,
    which may be what broke it, and does not beat either.
    """
    settled = 0
    try:
        if _due(now()).exists():
            with closing(_opened()) as connection:
                while settled < most and _send_next(connection, now()):
                    settled += 1
    except _Unfit as error:
        _log.error("no mail goes out: the mail server %s", error)
    else:
        audit.beat(SERVER, at=now())
    return settled


def _opened() -> BaseEmailBackend:
    connection = get_connection(fail_silently=False)
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise _Unfit(_refusal(error)) from error
    return connection


def _refusal(error: Exception) -> str:
    """Return what the server did, without its words: they may name somebody."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"refuses us with {error.smtp_code} ({type(error).__name__})"
    return f"does not answer ({type(error).__name__})"


def _due(at: datetime) -> MessageQuerySet:
    return Message.objects.filter(state=MessageState.QUEUED, due_at__lte=at)


class _After(Enum):
    """How it stands with the server once a row was taken, or none was left."""

    NEXT = auto()
    END = auto()
    BROKEN_OFF = auto()


def _send_next(connection: BaseEmailBackend, at: datetime) -> bool:
    """Take one row; return whether there was one and the server still listens.

    Raises _Unfit when the server refuses us, and the row stays as it was; or breaks
    off, and the row has lost an attempt.
    """
    after = _take_next(connection, at)
    if after is _After.BROKEN_OFF:
        raise _Unfit("breaks off within a mail")
    return after is _After.NEXT


@transaction.atomic
def _take_next(connection: BaseEmailBackend, at: datetime) -> _After:
    message = (
        _due(at)
        .select_for_update(skip_locked=True)
        .unopened()
        .order_by("due_at", "pk")
        .first()
    )
    if message is None:
        return _After.END
    message.attempts += 1
    try:
        message.refresh_from_db(fields=Message.SEALED)
        verdict = _may_send(message, at)
        if not verdict:
            _settle(message, MessageState.DROPPED, at=at, said=_Said(verdict.reason))
            return _After.NEXT
        _mail(message, connection, at).send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        code = _code_of(error)
        _refused(message, code, at)
        return _After.END if code == _CLOSING else _After.NEXT
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        _postpone(message, _Said.of(error), at)
        return _After.BROKEN_OFF
    except Exception as error:  # noqa: BLE001 (one bad row must not stop the others)
        # A header nobody can write, a text no key opens: tried again, then an alarm.
        _log.exception("mail %s could not be made", message.pk)
        _postpone(message, _Said.of(error), at)
    else:
        _settle(message, MessageState.SENT, at=at)
    return _After.NEXT


def _code_of(error: smtplib.SMTPException) -> int:
    """Return what was said of the reader or the mail; raise _Unfit for what is of us.

    Of us: our sender, our name, our password.
    """
    of_us = False
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, _ = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code = error.smtp_code
        of_us = isinstance(error, smtplib.SMTPHeloError) or (
            isinstance(error, smtplib.SMTPSenderRefused) and code != _TOO_LARGE
        )
    else:
        raise error
    if of_us or code in _OURS:
        raise _Unfit(f"refuses us with {code} ({type(error).__name__})") from error
    return int(code)


def _may_send(message: Message, at: datetime) -> Verdict:
    """Ask the rule of the message's kind now, not when it was queued (LUM-47)."""
    for rule in ports.wired().sending_rules:
        if message.kind in rule.kinds:
            return rule.may_send(
                ports.Leaving(message.pk, message.recipient, message.purpose, at)
            )
    if message.kind == MessageKind.SERVICE:
        return ALLOWED
    return refuse("no rule permits this kind of mail")


def _mail(message: Message, connection: BaseEmailBackend, at: datetime) -> EmailMessage:
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ")
    return EmailMessage(
        message.subject,
        message.text,
        # The envelope's: reports go there, and what people answer does not.
        settings.LUMINA_BOUNCES_TO or settings.DEFAULT_FROM_EMAIL,
        [message.recipient],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": f"<{message.public_id}@{host}>",
            "Date": format_datetime(at),
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )


def _refused(message: Message, code: int, at: datetime) -> None:
    if code in _PERMANENT:
        said = _Said(f"refused with {code}", f"smtp-{code}")
        _settle(message, MessageState.BOUNCED, at=at, said=said)
    else:
        _postpone(message, _Said(f"refused with {code} for now", f"smtp-{code}"), at)


def _postpone(message: Message, said: _Said, at: datetime) -> None:
    if message.attempts >= MOST_ATTEMPTS:
        _settle(message, MessageState.FAILED, at=at, said=said)
        return
    wait = min(_FIRST_WAIT * 2 ** (message.attempts - 1), _LONGEST_WAIT)
    message.due_at, message.problem = at + wait, said.words
    message.save(update_fields=["attempts", "due_at", "problem"])


def _settle(
    message: Message, state: MessageState, *, at: datetime, said: _Said = _NOTHING
) -> None:
    message.state, message.problem = state, said.words
    fields = ["state", "attempts", "problem"]
    if state is MessageState.SENT:
        message.sent_at = at
        fields.append("sent_at")
    if message.secret:
        message.text = ""
        fields.append("text")
    message.save(update_fields=fields)
    audit.record(
        f"outbox.message.{state}",
        about=f"message:{message.pk}",
        by=SENDER,
        at=at,
        details={
            "purpose": message.purpose,
            "about": message.about,
            "statutory": message.statutory,
            "problem": said.code,
        },
    )


@transaction.atomic
def see_to(message_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Note who has seen to a mail that did not arrive, and what they did.

    The mail itself stays as it is; its alarm ends. Raises Refused, and
    Message.DoesNotExist. Costs 3 queries.
    """
    message = Message.objects.unopened().select_for_update().get(pk=message_id)
    require(
        first_refusal(
            rules.may_see_to(message.state, message.seen_at), rules.may_say(reason)
        )
    )
    message.seen_by, message.seen_at = str(by), at
    message.seen_why = reason.strip()
    message.save(update_fields=["seen_by", "seen_at", "seen_why"])
    audit.record(
        "outbox.alarm.seen",
        about=f"message:{message.pk}",
        by=by,
        at=at,
        details={
            "purpose": message.purpose,
            "about": message.about,
            "statutory": message.statutory,
        },
    )


@transaction.atomic
def bounce(public_id: UUID, *, status: str, at: datetime) -> bool:
    """Mark a sent mail as returned; return whether it was one of ours and new.

    ``status`` is the enhanced code of the report (RFC 3463): 5.1.1 is a bounce, 4.4.7
    given up after many tries; both are alarms (C39). The rest of a report names people.
    Raises ValueError for anything else.
    """
    if not _ENHANCED.fullmatch(status):
        raise ValueError("not an enhanced status code")
    message = (
        Message.objects.unopened()
        .select_for_update()
        .filter(public_id=public_id, state=MessageState.SENT)
        .first()
    )
    if message is None:
        return False
    said = _Said(f"came back with {status}", f"dsn-{status}")
    gone = status.startswith("5")
    state = MessageState.BOUNCED if gone else MessageState.FAILED
    _settle(message, state, at=at, said=said)
    return True
