"""Ask the virus scanner about files from outside, and destroy what is harmful."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from audit import actions as audit
from lumina_privacy.lib import clamd
from lumina_privacy.lib.actor import Actor
from vault import actions as vault
from vault.models import StoredFile
from vault.states import DESTROYED_FOR, ScanState

_PIECE: Final = 1 << 18
_log: Final = logging.getLogger(__name__)


def scan(file_id: UUID, *, by: Actor, at: datetime) -> ScanState:
    """Ask the scanner about a file that waits for it; return how it stands then.

    It goes on waiting while the scanner is away. What is harmful, or larger than the
    scanner takes, is destroyed at once.
    """
    stored = StoredFile.objects.get(pk=file_id)
    if stored.scan != ScanState.WAITING or stored.destroyed_at is not None:
        return ScanState(stored.scan)
    try:
        with vault.decrypting(file_id) as plain:
            pieces = iter(partial(plain.read, _PIECE), b"")
            found = clamd.scan(pieces, url=settings.LUMINA_CLAMD_URL)
    except clamd.Away as away:
        _log.warning("file %s waits: %s", file_id, away)
        return ScanState.WAITING
    except clamd.TooLarge:
        return _scanned(file_id, ScanState.TOO_LARGE, by=by, at=at)
    state = ScanState.FOUND if found else ScanState.CLEAN
    return _scanned(file_id, state, by=by, at=at)


@transaction.atomic
def _scanned(file_id: UUID, state: ScanState, *, by: Actor, at: datetime) -> ScanState:
    stored = StoredFile.objects.select_for_update().get(pk=file_id)
    if stored.scan != ScanState.WAITING:
        return ScanState(stored.scan)
    stored.scan = state
    stored.save(update_fields=["scan"])
    audit.record(
        "vault.file.scanned",
        about=f"file:{file_id}",
        by=by,
        at=at,
        details={"purpose": stored.purpose, "about": stored.about, "state": state},
    )
    if reason := DESTROYED_FOR.get(state):
        vault.destroy(file_id, reason=reason, by=by, at=at)
    return state


def scan_waiting(*, by: Actor, at: datetime) -> int:
    """Ask the scanner about every file that waits for it; return how many it judged.

    Where no scanner is set up any more nothing waits.
    """
    waiting = StoredFile.objects.filter(
        scan=ScanState.WAITING, destroyed_at__isnull=True
    )
    judged = 0
    for file_id in list(waiting.order_by("created_at").values_list("pk", flat=True)):
        try:
            if not settings.LUMINA_CLAMD_URL:
                state = _scanned(file_id, ScanState.NONE, by=by, at=at)
            else:
                state = scan(file_id, by=by, at=at)
        except vault.Unreadable:
            _log.exception("file %s cannot be scanned", file_id)
            continue
        if state is ScanState.WAITING:
            break  # away: the next sweep tries again
        judged += 1
    return judged
