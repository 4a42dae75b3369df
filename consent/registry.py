"""Ledger events of permissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AUDIT_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "consent.recorded": frozenset({"act", "purpose", "channel"}),
}

# The same events as colleagues read them on the page of the ledger.
EVENT_WORDS: Final[Mapping[str, str]] = {
    "consent.recorded": "A permission or a stop was recorded",
}
