"""Ledger events of retention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AUDIT_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "retention.hold.placed": frozenset({"kind", "placed_for", "provisional"}),
    "retention.hold.confirmed": frozenset({"placed_for"}),
    "retention.hold.covers": frozenset({"placed_for", "added", "left_out"}),
    "retention.hold.released": frozenset({"placed_for"}),
    "retention.line.proposed": frozenset({"code", "version"}),
    "retention.line.approved": frozenset({"code", "version"}),
}

# The same events as colleagues read them on the page of the ledger.
EVENT_WORDS: Final[Mapping[str, str]] = {
    "retention.hold.placed": "A hold was placed",
    "retention.hold.confirmed": "A provisional hold was confirmed",
    "retention.hold.covers": "A hold covers other identifiers than before",
    "retention.hold.released": "A hold was released",
    "retention.line.proposed": "A line of the schedule was proposed",
    "retention.line.approved": "A line of the schedule was approved",
}
