"""Remembers for a while that a server did not answer: one page waits, not each."""

from __future__ import annotations

import time
from typing import Final

_SECONDS: Final = 10


class Away:
    """Whether a server was found away a moment ago, by this process."""

    def __init__(self) -> None:
        self._until = 0.0

    def __bool__(self) -> bool:
        return time.monotonic() < self._until

    def note(self) -> None:
        """Ask the server no more for ten seconds."""
        self._until = time.monotonic() + _SECONDS

    def forget(self) -> None:
        """Ask it again."""
        self._until = 0.0
