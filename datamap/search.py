"""The search of one system for one person: a fix-point over identifiers (decision D1).

Only identifiers of persons are followed. What is reached in another way, or through a
value that belongs to two people, is set apart as *possible* and never chosen by
default. Nothing is cut off in silence: a bound that is met says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from datamap.connectors.base import (
    Connector,
    SystemChanged,
    SystemUnavailable,
    Wanted,
)
from datamap.connectors.named import PORTAL, connector_for
from datamap.connectors.values import is_placeholder
from datamap.known import (
    DOUBTED,
    IdentifierStatus,
    KnownIdentifier,
    Pair,
    Route,
    Step,
    is_role_address,
)
from datamap.registry.schema import Register
from datamap.registry.systems import Dataset, Identifies, Match, System
from datamap.rules import (
    FoundRow,
    Holders,
    Knowledge,
    RawRow,
    RowStanding,
    doubted,
    judging,
    names_another,
    sure_way,
)

__all__ = [
    "DOUBTED",
    "FoundRow",
    "IdentifierStatus",
    "KnownIdentifier",
    "Limits",
    "Progress",
    "RowStanding",
    "Step",
    "SystemChanged",
    "SystemResult",
    "SystemUnavailable",
    "search_system",
]


@dataclass(frozen=True, slots=True)
class SecretHeld:
    """That a secret is held, and since when; never the secret (decision D3)."""

    field: str
    since: str
    rows: int


@dataclass(frozen=True, slots=True)
class DatasetResult:
    """What one dataset gave."""

    dataset: str
    sure: int
    possible: int
    processor: int
    secrets: tuple[SecretHeld, ...]


@dataclass(frozen=True, slots=True)
class SystemResult:
    """What one system gave.

    ``learned`` are new sure identifiers. When ``contested`` holds one that was not so
    before, what was learned through it elsewhere is void: forget what was learned and
    search every system again.
    """

    learned: tuple[KnownIdentifier, ...]
    contested: tuple[KnownIdentifier, ...]
    datasets: tuple[DatasetResult, ...]
    complete: bool = True
    stop_reason: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a search stops, aloud."""

    rows: int = 5_000_000
    identifiers: int = 50_000
    depth: int = 8
    seconds: int = 3_600


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is."""

    datasets_done: int
    datasets_planned: int
    rows_done: int


class DatasetSink(Protocol):
    """Takes the rows of one dataset."""

    def add(self, rows: Sequence[FoundRow], /) -> object:
        """Keep the rows."""
        ...


class SinkFactory(Protocol):
    """Gives each dataset its sink."""

    def sink(self, dataset: str, /) -> DatasetSink:
        """Return where the rows of ``dataset`` go."""
        ...


class _Stopped(Exception):
    """A bound was met; its text says which."""


def search_system(
    register: Register,
    system_id: str,
    known: Sequence[KnownIdentifier],
    sink: SinkFactory,
    *,
    limits: Limits = Limits(),
    progress: Callable[[Progress], None] = lambda _: None,
) -> SystemResult:
    """Search one system for the person whose identifiers are ``known``.

    Rows go to ``sink`` dataset by dataset, in batches, at constant memory. ``progress``
    is told after each batch and may raise to stop. Raises SystemUnavailable and
    SystemChanged; a bound that is met comes back as an incomplete result.
    """
    search = _Search(register, register.system(system_id), limits, progress)
    try:
        knowledge = search.resolve(known)
        datasets = search.collect(knowledge, sink)
    except _Stopped as stopped:
        return SystemResult((), (), (), complete=False, stop_reason=str(stopped))
    before = {identifier.pair for identifier in known}
    return SystemResult(
        learned=tuple(
            identifier
            for pair, identifier in knowledge.known.items()
            if pair not in before and pair not in knowledge.contested
        ),
        contested=tuple(
            knowledge.known.get(pair, KnownIdentifier(*pair)).in_doubt(
                search.holders.of(pair)
            )
            for pair in sorted(knowledge.contested)
        ),
        datasets=datasets,
    )


class _Search:
    def __init__(
        self,
        register: Register,
        system: System,
        limits: Limits,
        progress: Callable[[Progress], None],
    ) -> None:
        self._register, self._system, self._limits = register, system, limits
        self._connector: Connector = connector_for(system)
        # How a kind is compared here says what a value of it may look like.
        self._matches = {"email": Match.EMAIL, "phone": Match.PHONE}
        for dataset in system.datasets.values():
            for kind, column in [*dataset.find_by.items(), *dataset.yields.items()]:
                self._matches[kind] = column.matching(kind)
        self._progress = progress
        self._until = monotonic() + limits.seconds
        self._rows = self._done = 0
        self.holders = Holders(system.id)

    def resolve(self, known: Sequence[KnownIdentifier]) -> Knowledge:
        """Return every identifier of the person that this system knows.

        When a value turns out to belong to two people, all that was learned is
        forgotten and learned again without it: the answer does not depend on the order.
        """
        usable = [
            item for item in known if not self._is_placeholder(item.kind, item.value)
        ]
        contested = {item.pair for item in usable if item.is_doubted}
        while True:
            knowledge = Knowledge(
                {item.pair: item for item in usable},
                set(contested),
                places=self._register.places,
            )
            self._follow(knowledge)
            doubted = knowledge.contested | self._shared(knowledge)
            if doubted == contested:
                return knowledge
            contested = doubted

    def _shared(self, knowledge: Knowledge) -> set[Pair]:
        """Return the known addresses that are no single person's (decision D1).

        Role mailboxes by their name; others because a column of this system knows the
        very value as a company's or a household's, whatever it calls the kind.
        """
        known = knowledge.known.values()
        shared = {
            item.pair
            for item in known
            if item.kind == Match.EMAIL
            and item.status is not IdentifierStatus.SETTLED
            and is_role_address(item.value)
        }
        for dataset in self._system.datasets.values():
            for kind, column in dataset.find_by.items():
                if column.identifies is Identifies.PERSON:
                    continue
                match = column.matching(kind).value
                values = frozenset(item.value for item in known if item.kind == match)
                shared |= self._of_others(dataset, kind, values, knowledge)
        return shared

    def _of_others(
        self, dataset: Dataset, kind: str, values: frozenset[str], knowledge: Knowledge
    ) -> set[Pair]:
        """Return which values the dataset knows as a company's or a household's.

        The portal knows a value only as somebody gave it. That does not say whose it
        is, unless the row is that of another address. Nor does a row that was shown to
        who said that there is one person behind the value.
        """
        if not values:
            return set()
        wanted = Wanted({kind: values})
        return {
            pair
            for batch in self._find(dataset, wanted, identifiers_only=True)
            for row in batch
            if self._system.connector != PORTAL
            or names_another(dataset, row, knowledge)
            for pair in self.holders.of_no_person(dataset, kind, row, values)
            if not knowledge.are_one(pair, self.holders.rows(dataset, row))
        }

    def _follow(self, knowledge: Knowledge) -> None:
        fresh = set(knowledge.known) - knowledge.contested
        for _ in range(self._limits.depth):
            if not fresh:
                return
            before = set(knowledge.known)
            for dataset in self._system.datasets.values():
                self._follow_in(dataset, knowledge, fresh)
            fresh = set(knowledge.known) - before - knowledge.contested
        if fresh:
            raise _Stopped(
                f"identifiers led to more identifiers {self._limits.depth} times over"
            )

    def _follow_in(
        self, dataset: Dataset, knowledge: Knowledge, fresh: set[Pair]
    ) -> None:
        """Learn from one dataset what the rows of fresh identifiers yield."""
        wanted = self._wanted(dataset, fresh, only_persons=True)
        if not wanted or not (dataset.yields or dataset.one_per_person):
            return
        rows: list[RawRow] = []
        for batch in self._find(dataset, wanted, identifiers_only=True):
            rows += batch
            if len(rows) > self._limits.identifiers:
                raise _Stopped(
                    f"more than {self._limits.identifiers} rows yield identifiers"
                )
        if dataset.one_per_person:
            knowledge.contested |= doubted(
                self._system.id, dataset, rows, wanted.values, knowledge
            )
        for row in rows:
            way = sure_way(self._system.id, dataset, row, knowledge)
            if way is not None and not row.held_for:
                self._learn(dataset, row, way, knowledge)
        if len(knowledge.known) > self._limits.identifiers:
            raise _Stopped(f"more than {self._limits.identifiers} identifiers")

    def _learn(
        self,
        dataset: Dataset,
        row: RawRow,
        way: Route,
        knowledge: Knowledge,
    ) -> None:
        for kind, column in dataset.yields.items():
            for value in row.identifiers.get(kind, frozenset()):
                if self._is_placeholder(kind, value):
                    continue
                if column.identifies is Identifies.PERSON:
                    knowledge.known.setdefault(
                        (kind, value), KnownIdentifier(kind, value, route=way)
                    )
                else:
                    knowledge.others.setdefault((kind, value), way)

    def collect(
        self, knowledge: Knowledge, sink: SinkFactory
    ) -> tuple[DatasetResult, ...]:
        """Read each dataset once with all that is known, and judge every row."""
        results = []
        for dataset in self._system.datasets.values():
            results.append(self._collect_from(dataset, knowledge, sink))
            self._done += 1
            self._tell()
        return tuple(results)

    def _collect_from(
        self, dataset: Dataset, knowledge: Knowledge, sink: SinkFactory
    ) -> DatasetResult:
        counts = dict.fromkeys(RowStanding, 0)
        secrets: dict[str, SecretHeld] = {}
        judge = judging(self._system.id, dataset, knowledge)
        wanted = self._wanted(dataset, knowledge.pairs, only_persons=False)
        target = sink.sink(dataset.id)
        for batch in (
            self._find(dataset, wanted, identifiers_only=False) if wanted else ()
        ):
            judged = [judge(row) for row in batch]
            self.holders.note(dataset, batch, knowledge)
            standings = [found.standing for found in judged]
            for standing in counts:
                counts[standing] += standings.count(standing)
            for row, found in zip(batch, judged, strict=True):
                if row.secrets and found.standing is RowStanding.SURE:
                    _note_secrets(secrets, row)
            target.add(judged)
            self._rows += len(batch)
            if self._rows > self._limits.rows:
                raise _Stopped(f"more than {self._limits.rows} rows")
            self._tell()
        return DatasetResult(
            dataset.id,
            counts[RowStanding.SURE],
            counts[RowStanding.POSSIBLE],
            counts[RowStanding.PROCESSOR],
            tuple(secrets[name] for name in sorted(secrets)),
        )

    def _wanted(
        self, dataset: Dataset, pairs: Iterable[Pair], *, only_persons: bool
    ) -> Wanted:
        kinds = {
            kind
            for kind, column in dataset.find_by.items()
            if not only_persons or column.identifies is Identifies.PERSON
        }
        values: dict[str, set[str]] = {}
        for kind, value in pairs:
            if kind in kinds:
                values.setdefault(kind, set()).add(value)
        return Wanted({kind: frozenset(found) for kind, found in values.items()})

    def _find(
        self, dataset: Dataset, wanted: Wanted, *, identifiers_only: bool
    ) -> Iterable[list[RawRow]]:
        for batch in self._connector.find(
            self._system, dataset, wanted, identifiers_only=identifiers_only
        ):
            if monotonic() > self._until:
                raise _Stopped(f"it took longer than {self._limits.seconds} seconds")
            yield batch

    def _is_placeholder(self, kind: str, value: str) -> bool:
        return is_placeholder(
            self._register, self._matches.get(kind, Match.EXACT), value
        )

    def _tell(self) -> None:
        self._progress(Progress(self._done, len(self._system.datasets), self._rows))


def _note_secrets(held: dict[str, SecretHeld], row: RawRow) -> None:
    """Count the secrets that a row has, and since when the oldest is there."""
    for name, since in row.secrets:
        former = held.get(name, SecretHeld(name, "", 0))
        oldest = min(filter(None, (former.since, since)), default="")
        held[name] = SecretHeld(name, oldest, former.rows + 1)
