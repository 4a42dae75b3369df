"""Events of the ledger itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AUDIT_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "audit.verified": frozenset({"rows", "first_bad"}),
    "audit.unlinked": frozenset({"people"}),
}
