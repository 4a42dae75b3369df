"""What has not gone a day before it must: told to the DCO (decision C17)."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from audit import actions as audit
from lumina_privacy.lib.actor import system
from requests_app.queries.alarms import alarms, not_raised
from requests_app.tasks.jobs import each


@shared_task(name="requests_app.sweep_alarms")
def sweep_alarms() -> None:
    """Raise what is an alarm and was not raised yet. Locks no other case."""
    from requests_app.actions import alarms as acts

    now = timezone.now()
    cases = {alarm.case.pk: alarm.case for alarm in not_raised(alarms(at=now))}
    each(
        cases.values(),
        lambda case: acts.raise_in(case, by=system("alarms"), at=now),
    )
    audit.beat("alarm-sweep", at=now)
