"""Wake-ups of the outbox."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from audit import actions as audit
from lumina_privacy.lib.nudge import wake


@shared_task(name="outbox.send_due")
def send_due() -> None:
    """Send every mail that is due."""
    from outbox import actions

    actions.send_due(now=timezone.now)
    audit.beat("outbox-send", at=timezone.now())


def nudge() -> None:
    """Wake a sender; when the broker is away the sweep will find the row."""
    wake(send_due)
