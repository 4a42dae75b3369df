"""Events of the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lumina_privacy.lib.ledger import LedgerEvent

_DELIVERY: Final = ("purpose", "about", "statutory", "problem")

EVENTS: Final[Mapping[str, LedgerEvent]] = {
    "outbox.message.sent": LedgerEvent("Mail was sent", *_DELIVERY),
    "outbox.message.bounced": LedgerEvent("Mail came back", *_DELIVERY),
    "outbox.message.failed": LedgerEvent("Mail could not be sent", *_DELIVERY),
    "outbox.message.dropped": LedgerEvent(
        "Mail was not sent: it may not be, or no longer", *_DELIVERY
    ),
    "outbox.alarm.seen": LedgerEvent(
        "Somebody saw the alarm about mail", "purpose", "about", "statutory"
    ),
}
