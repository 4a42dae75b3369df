"""May an alarm be taken off, and what does a returned mail say? No Django."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from typing import Final
from uuid import UUID

from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse
from outbox.states import ALARMS

# The left part of a Message-ID of ours is random and told to its reader alone.
_OURS: Final = re.compile(
    r"\s*<([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})@[^<>\s]+>\s*", re.ASCII
)
_STATUS: Final = re.compile(r"\s*([45]\.\d{1,3}\.\d{1,3})\b", re.ASCII)
_UNKNOWN: Final = "5.0.0"  # RFC 3463: it failed, and nobody said why


def may_see_to(state: str, seen_at: datetime | None) -> Verdict:
    """Whether somebody may note that they have seen to a mail that did not arrive."""
    if seen_at is not None:
        return refuse("Somebody has seen to this mail already.")
    if state not in ALARMS:
        return refuse("Only a mail that was refused or given up is seen to.")
    return ALLOWED


def may_say(reason: str) -> Verdict:
    """Whether what was written says anything."""
    if not reason.strip():
        return refuse("Write what you did about it, or why nothing is to be done.")
    return ALLOWED


@dataclass(frozen=True, slots=True)
class Report:
    """That a mail of ours did not arrive: which one, and the enhanced code of why."""

    public_id: UUID
    status: str


def report_in(raw: bytes) -> Report | None:
    """Return what a returned mail says (RFC 3464), or None when it says nothing to us.

    Of it only two things are believed: the Message-ID of the mail that came back, which
    we made at random and told nobody but its reader, and the code. Anybody can write
    the rest. A delay is no answer: the server tries on, and reports when it gives up.
    """
    mail = email.message_from_bytes(raw)
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return None
    status = ""
    public_id: UUID | None = None
    for part in _parts(mail):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status = status or _failure_in(part)
        elif kind == "message/rfc822":
            public_id = public_id or _id_of(next(iter(_parts(part)), None))
        elif kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            headers = email.message_from_bytes(text if isinstance(text, bytes) else b"")
            public_id = public_id or _id_of(headers)
    return Report(public_id, status) if public_id and status else None


def _parts(mail: Message) -> list[Message]:
    """Return the parts right below: what lies deeper may be anybody's attachment."""
    payload = mail.get_payload()
    return [p for p in payload if isinstance(p, Message)] if mail.is_multipart() else []


def _failure_in(part: Message) -> str:
    """Return the code of the first recipient whose delivery was given up, or ""."""
    for block in _parts(part):
        if str(block.get("Action", "")).strip().lower() == "failed":
            found = _STATUS.match(str(block.get("Status", "")))
            return found[1] if found else _UNKNOWN
    return ""


def _id_of(mail: Message | None) -> UUID | None:
    found = _OURS.fullmatch(str(mail.get("Message-ID", "")) if mail else "")
    return UUID(found[1]) if found else None
