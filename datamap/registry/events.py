"""Ledger events of the data map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AUDIT_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "datamap.revision.proposed": frozenset({"sha256"}),
    "datamap.revision.approved": frozenset({"sha256"}),
    "datamap.holiday.added": frozenset(),
    "datamap.holiday.removed": frozenset(),
    "datamap.finding.raised": frozenset({"system", "dataset", "code"}),
    "datamap.finding.settled": frozenset({"system", "dataset", "code"}),
    "datamap.disclosed": frozenset({"basis", "purpose", "people"}),
    "datamap.telling.decided": frozenset({"tell", "review_on"}),
}

# The same events as colleagues read them on the page of the ledger.
EVENT_WORDS: Final[Mapping[str, str]] = {
    "datamap.revision.proposed": "A revision of the register was proposed",
    "datamap.revision.approved": "A revision of the register was approved",
    "datamap.holiday.added": "A holiday was added",
    "datamap.holiday.removed": "A holiday was removed",
    "datamap.finding.raised": "The register and a system were found to differ",
    "datamap.finding.settled": "A finding about a system was settled",
    "datamap.disclosed": "A disclosure to others was recorded",
    "datamap.telling.decided": "It was decided whether a disclosure is told",
}
