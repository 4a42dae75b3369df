"""Wake-ups for searches. A task decides nothing: the rows say what is owed."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from audit import actions as audit
from lumina_privacy.lib.nudge import wake


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
    from requests_app.actions import announcing

    now = timezone.now()
    for task_id in announcing.announce(at=now):
        wake(search_system, task_id=task_id)
    audit.beat("search-sweep", at=now)
