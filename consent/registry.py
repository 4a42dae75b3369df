"""Ledger events of permissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AUDIT_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "consent.recorded": frozenset({"act", "purpose", "channel"}),
}
