"""Questions to the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef

from audit.models import Event, Heartbeat, Seal, Unsealed
from audit.rules import GENESIS, Sealable, in_words, link
from lumina_privacy.lib import ports
from lumina_privacy.lib.wording import humane, lines


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One row of the ledger, for other apps and for pages."""

    id: int
    at: datetime
    event: str
    actor: str
    about: str
    details: dict[str, object]

    @property
    def words(self) -> str:
        """What happened, as colleagues read it."""
        return words_of(self.event)

    @property
    def about_words(self) -> str:
        """What it is about: a kind and a number."""
        return humane(self.about).replace(":", " ")

    @property
    def said(self) -> list[str]:
        """The details that say something, each in a line."""
        return lines(self.details).splitlines()


@dataclass(frozen=True, slots=True)
class Beat:
    """When the sweep ``name`` last came to its end."""

    name: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Running:
    """What runs by itself; ``late`` says so in words when it is overdue."""

    name: str
    does: str
    last_at: datetime | None
    late: str
    sweep: bool
    often: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the ledger is not what was sealed."""

    seq: int
    problem: str


def event_words() -> Mapping[str, str]:
    """Return what can happen, as colleagues read it, by the ledger's code."""
    return {name: event.words for name, event in ports.wired().events.items()}


def words_of(event: str) -> str:
    """Return what happened in words; of an event of old that nobody declares, humane.

    >>> words_of("case.long.gone")
    'Case: long: gone'
    """
    return event_words().get(event) or humane(event)


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


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row of the ledger about one thing, with its place in the chain when sealed."""

    id: int
    at: datetime
    event: str
    actor: str
    seq: int | None
    hash: str

    @property
    def words(self) -> str:
        """What happened, as colleagues read it."""
        return words_of(self.event)


def rows_about(about: str) -> list[LedgerRow]:
    """Return every row about one thing, oldest first, with its seal. 2 queries."""
    rows = list(Event.objects.filter(about=about).order_by("pk"))
    sealed = Seal.objects.filter(event_id__in=[row.pk for row in rows])
    seals = {seal.event_id: seal for seal in sealed}
    return [
        LedgerRow(
            row.pk,
            row.at,
            row.event,
            row.actor,
            seal.seq if (seal := seals.get(row.pk)) else None,
            seal.hash if seal else "",
        )
        for row in rows
    ]


def details_about(about: str, *, event: str) -> list[Mapping[str, object]]:
    """Return what each such event about one thing carries, in order. Costs 1 query."""
    rows = Event.objects.filter(about=about, event=event).order_by("pk")
    return list(rows.values_list("details", flat=True))


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


def runs(*, at: datetime) -> tuple[Running, ...]:
    """Return what runs by itself, and what of it is overdue. Costs 1 query."""
    beats = {beat.name: beat.last_at for beat in heartbeats()}
    return tuple(_running(run, beats.get(run.name), at) for run in ports.wired().runs)


def _running(run: ports.Run, last_at: datetime | None, at: datetime) -> Running:
    late = ""
    if last_at is None:
        late = "It has not come to its end yet."
    elif at - last_at > run.late_after:
        late = (
            f"Late: it came to its end {in_words(at - last_at)} ago, and should at "
            f"least every {in_words(run.late_after)}."
        )
    return Running(run.name, run.does, last_at, late, run.sweep, run.often)


def sealed_count() -> int:
    """Return the number of links in the chain. Costs 1 query."""
    last = Seal.objects.order_by("-seq").first()
    return last.seq if last else 0


def verify() -> Break | None:
    """Return the first bad place of the ledger, or None when there is none.

    Walks the whole chain at constant memory. Finds a row that was changed, deleted
    (also the last one, by the published head; also before its seal), put in or swapped.
    What waits for its seal is not judged otherwise. Costs 1 streamed query, 1 for
    2,000 rows and 2.
    """
    heads, problem = _published_heads()
    if problem:
        return Break(0, problem)
    seq, found = _walk(heads)
    return found or _gone_unsealed(seq) or _strangers(seq)


def _walk(heads: dict[int, str]) -> tuple[int, Break | None]:
    """Return the number of sound links, and the first that is not."""
    previous, seq = GENESIS, 0
    for seal, event in _pairs():
        problem = _problem(seal, event, seq + 1, previous)
        if not problem and heads.get(seal.seq, seal.hash) != seal.hash:
            problem = "the seal differs from the head published outside"
        if problem:
            return seq, Break(seq + 1, problem)
        seq, previous = seal.seq, seal.hash
    if heads and max(heads) > seq:
        problem = f"seals after {seq} are missing: {max(heads)} was published"
        return seq, Break(seq + 1, problem)
    return seq, None


def _problem(seal: Seal, event: Event | None, seq: int, previous: str) -> str:
    """Return what is wrong with a link that should be the ``seq``-th, or nothing."""
    if seal.seq != seq:
        return "a seal is missing"
    if event is None:
        return f"event {seal.event_id} is missing"
    if seal.previous_hash != previous:
        return "the seal does not follow the one before it"
    if link(seq, previous, sealable(event)) != seal.hash:
        return f"event {event.pk} is not what was sealed"
    return ""


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


def event_exists() -> Exists:
    """Return the condition that a queued id still has its event."""
    return Exists(Event.objects.filter(pk=OuterRef("event_id")))


def _gone_unsealed(seq: int) -> Break | None:
    """Return the first event that was deleted while it waited for its seal."""
    gone = Unsealed.objects.filter(~event_exists()).order_by("event_id").first()
    if gone is None:
        return None
    return Break(seq + 1, f"event {gone.event_id} was deleted before it was sealed")


def _strangers(seq: int) -> Break | None:
    """Return the first event that has neither a seal nor a place in the queue."""
    pk = OuterRef("pk")
    stranger = (
        Event.objects.filter(
            ~Exists(Seal.objects.filter(event_id=pk)),
            ~Exists(Unsealed.objects.filter(event_id=pk)),
        )
        .order_by("pk")
        .first()
    )
    if stranger is None:
        return None
    return Break(seq + 1, f"event {stranger.pk} was put in past the queue")


def heads_path() -> Path:
    """Return the journal of published heads: a JSON line for each day."""
    return Path(settings.JOURNAL_DIR) / "audit-heads.jsonl"


def _published_heads() -> tuple[dict[int, str], str]:
    """Return the published hash of each sequence, and what is wrong with the file."""
    path = heads_path()
    heads: dict[int, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            head = json.loads(line)
            seq, published = int(head["seq"]), str(head["hash"])
        except (ValueError, KeyError, TypeError):
            return {}, f"line {number} of {path.name} cannot be read"
        if heads.setdefault(seq, published) != published:
            return {}, f"line {number} of {path.name} contradicts an earlier one"
    return heads, ""


def _facts(event: Event) -> EventFacts:
    return EventFacts(
        event.pk, event.at, event.event, event.actor, event.about, dict(event.details)
    )
