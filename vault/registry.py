"""Events of the vault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lumina_privacy.lib.ledger import LedgerEvent

EVENTS: Final[Mapping[str, LedgerEvent]] = {
    "vault.file.stored": LedgerEvent(
        "A file was stored, encrypted", "purpose", "about", "bytes"
    ),
    "vault.file.scanned": LedgerEvent(
        "A file was scanned for viruses", "purpose", "about", "state"
    ),
    "vault.file.destroyed": LedgerEvent(
        "A file was destroyed", "purpose", "about", "reason"
    ),
    "vault.key.rewrapped": LedgerEvent(
        "The key of a file was put under the newest master key"
    ),
    "vault.columns.resealed": LedgerEvent(
        "Encrypted columns were put under the newest master key", "rows", "lost"
    ),
}
