"""The ledger's one door: record, seal, publish."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction

from audit.models import Event, Heartbeat, Pseudonym, Seal, Unsealed
from audit.queries import sealable
from audit.rules import GENESIS, link
from lumina_privacy.lib import ports
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.subject_ref import SubjectRef

HEADS: Final = "audit-heads.jsonl"
# pg_try_advisory_xact_lock: one sealer at a time, whoever comes second goes home.
_SEALER: Final = 7_231_001
_BATCH: Final = 5_000
_NONE: Final[Mapping[str, str | int | bool]] = {}


def record(
    event: str,
    *,
    about: str,
    by: Actor,
    at: datetime,
    subject: SubjectRef | None = None,
    details: Mapping[str, str | int | bool] = _NONE,
) -> None:
    """Write what happened in the caller's transaction. Costs 1 query; with a subject 2.

    Raises LookupError for an event or a detail that no app has declared: a gap in the
    ledger would be seen by nobody, so it stops the act instead.
    """
    allowed = ports.wired().audit_events.get(event)
    if allowed is None:
        raise LookupError(f"no app declares the ledger event {event!r}")
    if unknown := sorted(set(details) - allowed):
        raise LookupError(f"{event!r} may not carry {', '.join(unknown)}")
    Event.objects.create(
        at=at,
        event=event,
        actor=str(by),
        about=about,
        subject=_pseudonym(subject) if subject else None,
        details=dict(details),
    )


def _pseudonym(ref: SubjectRef) -> UUID:
    known, _ = Pseudonym.objects.get_or_create(ref=ref, defaults={"token": uuid4()})
    return known.token


@transaction.atomic
def seal() -> int:
    """Append a link for each event that is safely committed; return how many.

    Repeats itself until nothing waits. Harmless when run twice at once: the second
    finds the advisory lock taken and returns 0. Costs 5 queries a batch.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER])
        if not cursor.fetchone()[0]:
            return 0
    last = Seal.objects.order_by("-seq").first()
    seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
    sealed = 0
    while waiting := list(
        Unsealed.objects.order_by("event_id").values_list("event_id", flat=True)[
            :_BATCH
        ]
    ):
        links = []
        for event in Event.objects.filter(pk__in=waiting).order_by("pk").iterator():
            seq += 1
            hashed = link(seq, previous, sealable(event))
            links.append(
                Seal(seq=seq, event_id=event.pk, previous_hash=previous, hash=hashed)
            )
            previous = hashed
        Seal.objects.bulk_create(links)
        Unsealed.objects.filter(pk__in=waiting).delete()
        sealed += len(links)
    return sealed


def publish_head(*, at: datetime) -> None:
    """Append the chain's head to a journal outside the database (decision E11).

    With it a ledger whose last rows were cut off, seals and all, is found out.
    """
    last = Seal.objects.order_by("-seq").first()
    if last is None:
        return
    line = json.dumps({"at": at.isoformat(), "seq": last.seq, "hash": last.hash})
    path = Path(settings.JOURNAL_DIR) / HEADS
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a", encoding="utf-8") as journal:
        journal.write(line + "\n")
        journal.flush()
        os.fsync(journal.fileno())


def beat(name: str, *, at: datetime) -> None:
    """Note that a sweep came to its end. Costs 1 query."""
    Heartbeat.objects.update_or_create(name=name, defaults={"last_at": at})
