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
