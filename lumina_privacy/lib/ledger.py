"""What an app declares of the events that it writes into the ledger."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, init=False, slots=True)
class LedgerEvent:
    """How colleagues read an event, and the details that it may carry."""

    words: str
    details: frozenset[str]

    def __init__(self, words: str, *details: str) -> None:
        """Take the names of the details one by one."""
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "details", frozenset(details))
