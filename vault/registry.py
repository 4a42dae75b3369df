"""Events of the vault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AUDIT_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "vault.file.stored": frozenset({"purpose", "about", "bytes"}),
    "vault.file.scanned": frozenset({"purpose", "about", "state"}),
    "vault.file.destroyed": frozenset({"purpose", "about", "reason"}),
}

# The same events as colleagues read them on the page of the ledger.
EVENT_WORDS: Final[Mapping[str, str]] = {
    "vault.file.stored": "A file was stored, encrypted",
    "vault.file.scanned": "A file was scanned for viruses",
    "vault.file.destroyed": "A file was destroyed",
}
