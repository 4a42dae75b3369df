"""What may stand in the ledger, and how a link of its chain is computed. No Django."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

GENESIS: Final = "0" * 64
# Opaque names, also CHECK constraints of the table: ``staff:7``, ``case:184``.
ACTOR: Final = r"^[a-z]+:[A-Za-z0-9_.:-]{1,80}$"
ABOUT: Final = r"^[a-z_-]+(:[A-Za-z0-9_.:-]{1,80})?$"
# A detail is a number, a truth value, a day or a word of ours. Most names have capitals
# and blanks, addresses an @ or blanks, telephone numbers a row of digits.
_WORD: Final = re.compile(r"[a-z0-9_.:-]{0,80}")
_DIGITS: Final = re.compile(r"[a-z]+:[0-9]{10,20}|[0-9.:-]{5,20}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def is_opaque(pattern: str, text: str) -> bool:
    """Whether ``text`` names its thing by a number or a word only."""
    return "\n" not in text and re.match(pattern, text) is not None


def is_coded(value: object) -> bool:
    """Whether a detail has the form of a word of ours: a net, not a proof.

    It stops names, addresses and numbers as people write them. A name in one word of
    small letters would pass: the ``registry`` of each app says what a key may carry.

    >>> [is_coded(v) for v in (7, True, "crm.contacts", "2026-11-25", "case:184", "")]
    [True, True, True, True, True, True]
    >>> [is_coded(v) for v in ("Ann Lee", "ann@example.org", "01442500890", None)]
    [False, False, False, False]
    >>> is_coded("tel:01442500890"), is_coded("annlee")
    (False, True)
    """
    if not isinstance(value, str):
        return isinstance(value, int)
    if _DAY.fullmatch(value):
        return True
    return bool(_WORD.fullmatch(value)) and not _DIGITS.fullmatch(value)


def in_words(span: timedelta) -> str:
    """Return a span in its largest unit, cut down to whole ones.

    >>> [in_words(timedelta(minutes=m)) for m in (5, 60, 26 * 60, 72 * 60)]
    ['5 minutes', '60 minutes', '26 hours', '3 days']
    """
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    if minutes < 48 * 60:
        return f"{minutes // 60} hours"
    return f"{minutes // (24 * 60)} days"


@dataclass(frozen=True, slots=True)
class Sealable:
    """Every column of an event, in the order in which it is hashed."""

    id: int
    at: datetime
    event: str
    actor: str
    about: str
    subject: UUID | None
    details: Mapping[str, object]


def link(seq: int, previous_hash: str, event: Sealable) -> str:
    """Return the hash of the ``seq``-th link: SHA-256 of canonical JSON, in hex."""
    canonical = json.dumps(
        [
            seq,
            previous_hash,
            event.id,
            event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            event.event,
            event.actor,
            event.about,
            str(event.subject or ""),
            event.details,
        ],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    )
    return sha256(canonical.encode()).hexdigest()
