"""Wake-ups for searches. A task decides nothing: the rows say what is owed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from audit import actions as audit
from lumina_privacy.lib.nudge import wake
from requests_app.models import SystemTask

_SWEEP: Final = 200


@shared_task(name="requests_app.search_system")
def search_system(*, task_id: int) -> None:
    """Search one system for one case, unless another worker has it or it is done."""
    from requests_app.actions import searching

    task = searching.claim(task_id, at=timezone.now())
    if task is not None:
        searching.search(task, now=timezone.now)


@shared_task(name="requests_app.sweep_searches")
def sweep_searches() -> None:
    """Wake a worker for each search that is due, or whose worker died."""
    now = timezone.now()
    for task_id in _announce(now=now):
        wake(search_system, task_id=task_id)
    audit.beat("search-sweep", at=now)


@transaction.atomic
def _announce(*, now: datetime) -> list[int]:
    """Return tasks to wake, each to one sweep only; no queue is filled twice.

    What nobody took, or what a worker took and died with, is told again when as much
    time as a lease has passed.
    """
    from requests_app.actions import lease, searching

    waiting = (
        SystemTask.objects.filter(searching.due(now))
        .exclude(announced_until__gt=now)
        .order_by("pk")
        .select_for_update(skip_locked=True)
    )
    due = [task.pk for task in waiting[:_SWEEP]]
    SystemTask.objects.filter(pk__in=due).update(announced_until=now + lease.length())
    return due
