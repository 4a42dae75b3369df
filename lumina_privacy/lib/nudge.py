"""Wakes a worker for work that a row already owes."""

from __future__ import annotations

import logging
from typing import Final

from celery import Task
from kombu.exceptions import OperationalError

from lumina_privacy.lib.away import Away

_log: Final = logging.getLogger(__name__)
_STALE_SECONDS: Final = 60
AWAY: Final = Away()


def wake(task: Task[..., None], **ids: int) -> bool:
    """Tell a worker now; return whether the broker took the message.

    Called after the commit: a broker that is away must not turn an act that is done
    into an error page. The row is there, and the sweep finds it. A message nobody took
    for a minute is dropped, so that a night without workers fills no queue.
    """
    if AWAY:
        return False
    try:
        task.apply_async(kwargs=ids, expires=_STALE_SECONDS)
    except OperationalError:
        AWAY.note()
        _log.warning("no broker for %s; the sweep will find the work", task.name)
        return False
    return True
