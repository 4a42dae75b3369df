"""Wake-ups of the ledger."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone


@shared_task(name="audit.seal")
def seal() -> None:
    """Append the links that are due."""
    from audit import actions

    actions.seal()
    actions.beat("audit-seal", at=timezone.now())


@shared_task(name="audit.publish_head")
def publish_head() -> None:
    """Publish the head of the chain outside the database."""
    from audit import actions

    now = timezone.now()
    actions.publish_head(at=now)
    actions.beat("audit-publish-head", at=now)
