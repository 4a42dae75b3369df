"""What became of letters: read from the outbox, noted on their cases."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from audit import actions as audit
from requests_app.tasks.jobs import each


@shared_task(name="requests_app.sweep_letters")
def sweep_letters() -> None:
    """Note of each letter by mail whether it left or came back (decision C17)."""
    from requests_app.actions import letters

    now = timezone.now()
    each(letters.news(), lambda told: letters.note(told, at=now))
    audit.beat("letter-sweep", at=now)
