"""Which searches a worker is to be woken for: due, and not told of lately.

A queue that is told again each minute of what nobody took would only grow.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from requests_app.actions import lease
from requests_app.models import SystemTask
from requests_app.states import TaskState

_SWEEP: Final = 200


def due(at: datetime) -> Q:
    """Return the condition that a task waits for a worker at ``at``."""
    return (
        Q(state=TaskState.PENDING)
        | Q(state=TaskState.WAITING, next_try_at__lte=at)
        | Q(state=TaskState.RUNNING, claimed_until__lt=at)
    )


@transaction.atomic
def announce(*, at: datetime) -> list[int]:
    """Return tasks to wake, each to one sweep only; no queue is filled twice.

    What nobody took, or what a worker took and died with, is told again when as much
    time as a lease has passed. At most 200; costs 2 queries.
    """
    waiting = (
        SystemTask.objects.filter(due(at))
        .exclude(announced_until__gt=at)
        .order_by("pk")
        .select_for_update(skip_locked=True)
    )
    found = [task.pk for task in waiting[:_SWEEP]]
    SystemTask.objects.filter(pk__in=found).update(announced_until=at + lease.length())
    return found
