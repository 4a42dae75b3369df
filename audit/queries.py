"""Questions to the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from audit.models import Event, Heartbeat, Seal
from audit.rules import GENESIS, Sealable, link


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One row of the ledger, for other apps and for pages."""

    id: int
    at: datetime
    event: str
    actor: str
    about: str
    details: dict[str, object]


@dataclass(frozen=True, slots=True)
class Beat:
    """When the sweep ``name`` last came to its end."""

    name: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """The first place where the ledger is not what was sealed."""

    seq: int
    problem: str


def sealable(event: Event) -> Sealable:
    """Return the columns of ``event`` that its seal covers."""
    return Sealable(
        event.pk,
        event.at,
        event.event,
        event.actor,
        event.about,
        event.subject,
        event.details,
    )


def events_about(about: str) -> list[EventFacts]:
    """Return what happened to ``about``, oldest first. Costs 1 query."""
    return [_facts(event) for event in Event.objects.filter(about=about).order_by("pk")]


def page_of_events(
    *, before: int | None = None, event: str = "", about: str = "", size: int = 50
) -> list[EventFacts]:
    """Return the newest events before id ``before``, newest first. Costs 1 query."""
    rows = Event.objects.order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if event:
        rows = rows.filter(event=event)
    if about:
        rows = rows.filter(about=about)
    return [_facts(row) for row in rows[:size]]


def heartbeats() -> list[Beat]:
    """Return every sweep's heartbeat by name. Costs 1 query."""
    return [
        Beat(beat.name, beat.last_at) for beat in Heartbeat.objects.order_by("name")
    ]


def sealed_count() -> int:
    """Return the number of links in the chain. Costs 1 query."""
    last = Seal.objects.order_by("-seq").first()
    return last.seq if last else 0


def verify() -> Finding | None:
    """Return the first bad place of the ledger, or None when there is none.

    Walks the whole chain at constant memory: 2 streamed queries. Finds a row that was
    changed, deleted (also the last one, by the published head), put in or swapped.
    Events that no sealer has taken yet are not judged.
    """
    heads = _published_heads()
    previous, seq = GENESIS, 0
    for seal, event in _pairs():
        seq += 1
        if seal.seq != seq:
            return Finding(seq, "a seal is missing")
        if event is None:
            return Finding(seq, f"event {seal.event_id} is missing")
        if seal.previous_hash != previous:
            return Finding(seq, "the seal does not follow the one before it")
        if link(seq, previous, sealable(event)) != seal.hash:
            return Finding(seq, f"event {event.pk} is not what was sealed")
        if heads.get(seq, seal.hash) != seal.hash:
            return Finding(seq, "the seal differs from the head published outside")
        previous = seal.hash
    if heads and max(heads) > seq:
        return Finding(
            seq + 1, f"seals after {seq} are missing: {max(heads)} was published"
        )
    return _strangers()


def _pairs() -> Iterator[tuple[Seal, Event | None]]:
    """Yield each seal with its event, in the order of the chain."""
    batch: list[Seal] = []
    for seal in Seal.objects.order_by("seq").iterator(chunk_size=2000):
        batch.append(seal)
        if len(batch) == 2000:
            yield from _with_events(batch)
            batch = []
    yield from _with_events(batch)


def _with_events(seals: list[Seal]) -> Iterator[tuple[Seal, Event | None]]:
    events = Event.objects.in_bulk([seal.event_id for seal in seals])
    for seal in seals:
        yield seal, events.get(seal.event_id)


def _strangers() -> Finding | None:
    """Return the first event that has neither a seal nor a place in the queue."""
    row = Event.objects.raw(
        """
        SELECT e.* FROM audit_event e
        WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.event_id = e.id)
          AND NOT EXISTS (SELECT 1 FROM audit_unsealed u WHERE u.event_id = e.id)
        ORDER BY e.id LIMIT 1
        """
    )
    for event in row:
        return Finding(
            sealed_count() + 1, f"event {event.pk} was put in past the queue"
        )
    return None


def _published_heads() -> dict[int, str]:
    path = Path(settings.JOURNAL_DIR) / "audit-heads.jsonl"
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {head["seq"]: head["hash"] for head in map(json.loads, lines)}


def _facts(event: Event) -> EventFacts:
    return EventFacts(
        event.pk, event.at, event.event, event.actor, event.about, dict(event.details)
    )
