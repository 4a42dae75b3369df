"""The ledger's one door: record, seal, publish."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from audit.models import Event, Heartbeat, Pseudonym, Seal, Unsealed
from audit.queries import event_exists, heads_path, sealable
from audit.rules import ABOUT, ACTOR, GENESIS, is_coded, is_opaque, link
from lumina_privacy.lib import ports
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.subject_ref import SubjectRef

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
    ledger would be seen by nobody, so it stops the act instead. Raises ValueError for
    a value that could name somebody (decisions C21, E4); it never repeats the value.
    """
    declared = ports.wired().events.get(event)
    if declared is None:
        raise LookupError(f"no app declares the ledger event {event!r}")
    if unknown := sorted(set(details) - declared.details):
        raise LookupError(f"{event!r} may not carry {', '.join(unknown)}")
    _require_opaque(event, about, by, details)
    Event.objects.create(
        at=at,
        event=event,
        actor=str(by),
        about=about,
        subject=_pseudonym(subject) if subject else None,
        details=dict(details),
    )


def _require_opaque(
    event: str, about: str, by: Actor, details: Mapping[str, str | int | bool]
) -> None:
    named = [name for name, value in details.items() if not is_coded(value)]
    if not is_opaque(ABOUT, about):
        named.append("about")
    if not is_opaque(ACTOR, str(by)):
        named.append("by")
    if named:
        raise ValueError(
            f"{event!r} may carry numbers, days and words of ours only: see "
            f"{', '.join(sorted(named))}"
        )


def _pseudonym(ref: SubjectRef) -> UUID:
    known, _ = Pseudonym.objects.get_or_create(ref=ref, defaults={"token": uuid4()})
    return known.token


@transaction.atomic
def unlink(*, before: datetime, keep: Collection[str], by: Actor, at: datetime) -> int:
    """Destroy the pseudonyms of whom the ledger last spoke before that (C21).

    Their rows stay, sealed as they are, and lead to nobody any more. ``keep`` are the
    references of people whose data is held. Costs 1 query, and 1 when one went.
    """
    theirs = Event.objects.filter(subject=OuterRef("token"))
    over = Pseudonym.objects.filter(
        Exists(theirs), ~Exists(theirs.filter(at__gte=before))
    )
    count, _ = over.exclude(ref__in=keep).delete()
    if count:
        record(
            "audit.unlinked", about="ledger", by=by, at=at, details={"people": count}
        )
    return count


def seal() -> int:
    """Append a link for each event that is safely committed; return how many.

    A batch a transaction, until what was left would not fill one: whoever writes while
    this runs is sealed at the next sweep, so that it always comes to an end. Harmless
    when run twice at once: the second finds the advisory lock taken and goes home.
    Costs 6 queries a batch.
    """
    sealed = 0
    while (count := _seal_batch()) == _BATCH:
        sealed += count
    return sealed + count


@transaction.atomic
def _seal_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER])
        if not cursor.fetchone()[0]:
            return 0
    last = Seal.objects.order_by("-seq").first()
    seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
    waiting = Unsealed.objects.order_by("event_id").values("event_id")
    # A queued id whose event is gone stays in the queue: ``verify`` names it.
    events = list(
        Event.objects.filter(pk__in=waiting.filter(event_exists())[:_BATCH]).order_by(
            "pk"
        )
    )
    links = []
    for event in events:
        seq += 1
        hashed = link(seq, previous, sealable(event))
        links.append(
            Seal(seq=seq, event_id=event.pk, previous_hash=previous, hash=hashed)
        )
        previous = hashed
    Seal.objects.bulk_create(links)
    Unsealed.objects.filter(pk__in=[event.pk for event in events]).delete()
    return len(links)


def publish_head(*, at: datetime) -> None:
    """Append the chain's head to a journal outside the database (decision E11).

    With it a ledger whose last rows were cut off, seals and all, is found out.
    """
    last = Seal.objects.order_by("-seq").first()
    if last is None:
        return
    line = json.dumps({"at": at.isoformat(), "seq": last.seq, "hash": last.hash})
    path = heads_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a", encoding="utf-8") as journal:
        journal.write(line + "\n")
        journal.flush()
        os.fsync(journal.fileno())


def beat(name: str, *, at: datetime) -> None:
    """Note that a sweep came to its end. Costs 1 query."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, last_at=at)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["last_at"],
    )
