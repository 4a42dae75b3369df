"""Ledger events of retention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lumina_privacy.lib.ledger import LedgerEvent

EVENTS: Final[Mapping[str, LedgerEvent]] = {
    "retention.hold.placed": LedgerEvent(
        "A hold was placed", "kind", "placed_for", "provisional"
    ),
    "retention.hold.confirmed": LedgerEvent(
        "A provisional hold was confirmed", "placed_for"
    ),
    "retention.hold.covers": LedgerEvent(
        "A hold covers other identifiers than before", "placed_for", "added", "left_out"
    ),
    "retention.hold.released": LedgerEvent("A hold was released", "placed_for"),
    "retention.line.proposed": LedgerEvent(
        "A line of the schedule was proposed", "code", "version"
    ),
    "retention.line.approved": LedgerEvent(
        "A line of the schedule was approved", "code", "version"
    ),
}
