"""What shows who somebody is, once the virus scanner has let it through."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from audit import actions as audit
from lumina_privacy.lib.actor import system
from requests_app.models import IdentityEvidence
from requests_app.tasks.jobs import each


@shared_task(name="requests_app.sweep_shown")
def sweep_shown() -> None:
    """Make pictures of what waited for the scanner."""
    from requests_app.actions import evidence

    now = timezone.now()
    waiting = IdentityEvidence.objects.filter(gone_at__isnull=True, is_ready=False)
    each(
        waiting.select_related("case").order_by("pk"),
        lambda shown: evidence.make_ready(shown, by=system("shown"), at=now),
    )
    audit.beat("shown-sweep", at=now)
