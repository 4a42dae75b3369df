"""Events of the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_DELIVERY: Final = frozenset({"purpose", "about", "statutory", "problem"})

AUDIT_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "outbox.message.sent": _DELIVERY,
    "outbox.message.bounced": _DELIVERY,
    "outbox.message.failed": _DELIVERY,
    "outbox.message.dropped": _DELIVERY,
    "outbox.alarm.seen": frozenset({"purpose", "about", "statutory"}),
}
