"""What is done once a night.

One failing job stops none of the others. A job's heartbeat is noted only when all of it
went well, so that staff see on the page of systems which one has not come to its end.
"""

from __future__ import annotations

import logging
from typing import Final

from celery import shared_task
from django.utils import timezone

from audit import actions as audit
from requests_app.tasks.jobs import JOBS

_log: Final = logging.getLogger(__name__)


@shared_task(name="requests_app.nightly")
def nightly() -> None:
    """Run every job; raise at the end when one failed, so that the worker says so."""
    failed = []
    for name, job in JOBS.items():
        now = timezone.now()
        try:
            job(now)
        except Exception:  # noqa: BLE001 (logged, and raised again at the end)
            # One job's failure must not stop the night; the missing heartbeat is seen.
            _log.exception("the nightly job %s failed", name)
            failed.append(name)
        else:
            audit.beat(name, at=now)
    if failed:
        raise RuntimeError(f"nightly jobs failed: {', '.join(failed)}")
