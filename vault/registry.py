"""Events of the vault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AUDIT_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "vault.file.stored": frozenset({"purpose", "about", "bytes"}),
    "vault.file.scanned": frozenset({"purpose", "about", "state"}),
    "vault.file.destroyed": frozenset({"purpose", "about", "reason"}),
}
