"""The staged file that an encrypted one is written to, and what its disk said of it."""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NoRoom(OSError):
    """The storage is full; nothing of the file that was being written is kept."""


@contextmanager
def full_is_no_room() -> Iterator[None]:
    """Raise NoRoom for a disk that is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise NoRoom(error.errno, "the storage is full") from error


class Staged(io.RawIOBase):
    """The staged file. Tink closes what it writes to, and only quotes its errors."""

    def __init__(self, target: Any) -> None:
        self._target = target
        self._error: OSError | None = None

    def writable(self) -> bool:
        """Whether it can be written to."""
        return True

    def write(self, data: Any, /) -> int:
        """Write, and remember what went wrong."""
        try:
            return int(self._target.write(data))
        except OSError as error:
            self._error = error
            raise

    def reason(self, error: Exception) -> Exception:
        """Return what the file system said, NoRoom for a full one, or ``error``."""
        if self._error is None:
            return error
        if self._error.errno in _FULL:
            return NoRoom(self._error.errno, "the storage is full")
        return self._error
