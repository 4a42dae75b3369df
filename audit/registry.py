"""Events of the ledger itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AUDIT_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "audit.verified": frozenset({"rows", "first_bad"}),
    "audit.unlinked": frozenset({"people"}),
}

# The same events as colleagues read them on the page of the ledger.
EVENT_WORDS: Final[Mapping[str, str]] = {
    "audit.verified": "The whole ledger was verified",
    "audit.unlinked": "The ledger let go of people, at the end of its line",
}
