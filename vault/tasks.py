"""Wake-ups of the vault."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from audit import actions as audit
from lumina_privacy.lib.actor import system


@shared_task(name="vault.scan_waiting")
def scan_waiting() -> None:
    """Have every file scanned that waits for the virus scanner."""
    from vault import scanning

    scanning.scan_waiting(by=system("scanner"), at=timezone.now())
    audit.beat("scan-sweep", at=timezone.now())
