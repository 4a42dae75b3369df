"""Ledger events of the data map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lumina_privacy.lib.ledger import LedgerEvent

EVENTS: Final[Mapping[str, LedgerEvent]] = {
    "datamap.revision.proposed": LedgerEvent(
        "A revision of the register was proposed", "sha256"
    ),
    "datamap.revision.approved": LedgerEvent(
        "A revision of the register was approved", "sha256"
    ),
    "datamap.holiday.added": LedgerEvent("A holiday was added"),
    "datamap.holiday.removed": LedgerEvent("A holiday was removed"),
    "datamap.finding.raised": LedgerEvent(
        "The register and a system were found to differ", "system", "dataset", "code"
    ),
    "datamap.finding.settled": LedgerEvent(
        "A finding about a system was settled", "system", "dataset", "code"
    ),
    "datamap.recipient.named": LedgerEvent("A company that received data was named"),
    "datamap.disclosed": LedgerEvent(
        "A disclosure to others was recorded", "basis", "purpose", "people"
    ),
    "datamap.telling.decided": LedgerEvent(
        "It was decided whether a disclosure is told", "tell", "review_on"
    ),
}
