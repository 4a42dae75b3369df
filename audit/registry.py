"""Events of the ledger itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lumina_privacy.lib.ledger import LedgerEvent

EVENTS: Final[Mapping[str, LedgerEvent]] = {
    "audit.verified": LedgerEvent("The whole ledger was verified", "rows", "first_bad"),
    "audit.unlinked": LedgerEvent(
        "The ledger let go of people, at the end of its line", "people"
    ),
}
