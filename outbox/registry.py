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

# The same events as colleagues read them on the page of the ledger.
EVENT_WORDS: Final[Mapping[str, str]] = {
    "outbox.message.sent": "Mail was sent",
    "outbox.message.bounced": "Mail came back",
    "outbox.message.failed": "Mail could not be sent",
    "outbox.message.dropped": "Mail was not sent: it may not be, or no longer",
    "outbox.alarm.seen": "Somebody saw the alarm about mail",
}
