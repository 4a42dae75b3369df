"""Ledger events of permissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lumina_privacy.lib.ledger import LedgerEvent

EVENTS: Final[Mapping[str, LedgerEvent]] = {
    "consent.recorded": LedgerEvent(
        "A permission or a stop was recorded", "act", "purpose", "channel"
    ),
}
