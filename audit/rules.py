"""How a link of the chain is computed. Plain functions, no Django."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

GENESIS: Final = "0" * 64


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
