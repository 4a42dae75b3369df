"""What is done once a night. Each job asks what is due and not yet done.

One failing job stops none of the others; each has its own heartbeat, so that staff see
which one has not come to its end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from celery import shared_task
from django.utils import timezone

from audit import actions as audit
from lumina_privacy.lib.actor import Actor, system
from requests_app.models import Case, OwnerTask, Submission
from requests_app.states import CaseStatus, TaskState

NIGHT: Final[Actor] = system("nightly")
_log: Final = logging.getLogger(__name__)


def chase_owners(at: datetime) -> None:
    """Remind every owner whose day is past."""
    from requests_app.actions import owner

    waiting = OwnerTask.objects.filter(
        answered_at__isnull=True, task__state=TaskState.WITH_OWNER
    )
    for asked in waiting.order_by("pk").iterator():
        owner.chase(asked, by=NIGHT, at=at)


def forget_withdrawn(at: datetime) -> None:
    """Destroy what was gathered for cases that ended without an answer (C41)."""
    from requests_app.actions import disposal

    ended = Case.objects.filter(status__in=[CaseStatus.WITHDRAWN, CaseStatus.LAPSED])
    for case in disposal.still_holding(ended).order_by("pk").iterator():
        disposal.forget_found(case, by=NIGHT, at=at)


def remind_unproved(at: datetime) -> None:
    """Remind the senders of submissions nobody proved, on days 1 and 3 (D11)."""
    from requests_app.actions import tray

    waiting = Submission.objects.filter(
        proved_at__isnull=True,
        reminders__lt=len(tray.REMIND_AFTER),
        cases__status=CaseStatus.UNPROVED,
    ).distinct()
    for submission in waiting.order_by("pk").iterator():
        tray.remind(submission, by=NIGHT, at=at)


# The jobs of a night, by the name of their heartbeat.
JOBS: Final[dict[str, Callable[[datetime], None]]] = {
    "chase-owners": chase_owners,
    "remind-unproved": remind_unproved,
    "forget-withdrawn": forget_withdrawn,
}


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
