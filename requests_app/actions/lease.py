"""A lease on long work: kept while its holder lives, over when it dies (decision E13).

A lease is an UPDATE with a fence, the attempt. Whoever comes back too late, or was
taken for dead, meets the fence at the end and changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Final, Self

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, models

_log: Final = logging.getLogger(__name__)
# How far the work is, is written this often.
_SHOWN_EVERY: Final = timedelta(seconds=2)
# A holder that gives no sign of life for so long hangs. Longer than the longest
# statement that a connector lets run, and than the copy of the largest upload.
_PATIENCE_SECONDS: Final = 900.0


class LeaseLost(Exception):
    """Somebody else holds the work now, or it has ended; this holder stops."""


def length() -> timedelta:
    """Return how long a lease holds when it is not renewed."""
    return timedelta(seconds=settings.LUMINA_LEASE_SECONDS)


class Holding:
    """Renews the lease of ``rows`` until the context ends.

    ``rows`` is the row itself with its fence. A thread renews, because one statement of
    a slow system or the copy of one large file may take longer than the lease; it dies
    with the process. A database that restarts meanwhile costs no work: the fence at
    the end is what counts.
    """

    def __init__(
        self, rows: models.QuerySet[models.Model], now: Callable[[], datetime]
    ) -> None:
        self._rows, self._now = rows, now
        self._shown_at = now()
        self._alive_at = monotonic()
        self._ended, self._lost = Event(), Event()
        self._thread = Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Self:
        """Begin to renew."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop renewing; the work is over, one way or another."""
        self._ended.set()
        self._thread.join()

    def alive(self, **columns: int) -> None:
        """Give a sign of life and show how far the work is. Raises LeaseLost."""
        self._alive_at = monotonic()
        at = self._now()
        if at - self._shown_at >= _SHOWN_EVERY:
            self._shown_at = at
            self._renew(at, columns)
        if self._lost.is_set():
            raise LeaseLost

    def _renew(self, at: datetime, columns: dict[str, int]) -> None:
        try:
            renewed = self._rows.update(claimed_until=at + length(), **columns)
        except (DatabaseError, InterfaceError):
            if connection.in_atomic_block:
                raise
            _log.warning("a lease could not be renewed; trying again")
            connection.close()
        else:
            if not renewed:
                self._lost.set()

    def _keep(self) -> None:
        every = length().total_seconds() / 3
        try:
            while not self._ended.wait(every) and not self._lost.is_set():
                if monotonic() - self._alive_at > _PATIENCE_SECONDS:
                    _log.error("no sign of life for %s s", int(_PATIENCE_SECONDS))
                    return
                self._renew(self._now(), {})
        finally:
            connection.close()
