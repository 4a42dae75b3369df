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
