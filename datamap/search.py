"""The search of one system for one person: a fix-point over identifiers (decision D1).

Only identifiers of persons are followed. What is reached in another way, or through a
value that belongs to two people, is set apart as *possible* and never chosen by
default. Nothing is cut off in silence: a bound that is met says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import Final, Protocol

from datamap.connectors.base import (
    Connector,
    RawRow,
    SystemChanged,
    SystemUnavailable,
    Wanted,
    connector_for,
    is_placeholder,
)
from datamap.registry.schema import Dataset, Identifies, Match, Register, System

__all__ = [
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

# Ways to write to somebody change hands; keys that a system gave out do not.
CONTACTS: Final = frozenset({"email", "phone", "postal"})


class IdentifierStatus(StrEnum):
    """Whether a value is known to be of this person alone."""

    SURE = "sure"
    CONTESTED = "contested"


class RowStanding(StrEnum):
    """How sure it is that a row is about the person."""

    SURE = "sure"
    POSSIBLE = "possible"
    PROCESSOR = "processor"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a route: what was found in which dataset by which identifier."""

    system: str
    dataset: str
    kind: str


@dataclass(frozen=True, slots=True)
class KnownIdentifier:
    """A canonical value, and the way by which it was learned; proved ones have none."""

    kind: str
    value: str
    status: IdentifierStatus = IdentifierStatus.SURE
    route: tuple[Step, ...] = ()

    @property
    def pair(self) -> tuple[str, str]:
        """Kind and value: what makes it the same identifier."""
        return (self.kind, self.value)


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row that was found. ``reason`` says why it is not sure."""

    dataset: str
    key: str
    values: dict[str, object]
    route: tuple[Step, ...]
    standing: RowStanding
    reason: str = ""
    customer: str = ""


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


@dataclass(slots=True)
class _Knowledge:
    """What is known of the person at one moment of one system's search."""

    known: dict[tuple[str, str], KnownIdentifier]
    contested: set[tuple[str, str]]
    # Values of companies and households met on sure rows: never followed, only shown.
    others: dict[tuple[str, str], tuple[Step, ...]] = field(default_factory=dict)

    def sure(self, kind: str) -> frozenset[str]:
        return frozenset(
            value
            for k, value in self.known
            if k == kind and (k, value) not in self.contested
        )


def search_system(  # noqa: PLR0913 (the parts of a search)
    register: Register,
    system_id: str,
    known: Sequence[KnownIdentifier],
    sink: SinkFactory,
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
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
            KnownIdentifier(
                *pair,
                IdentifierStatus.CONTESTED,
                knowledge.known[pair].route if pair in knowledge.known else (),
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
        self._progress = progress
        self._until = monotonic() + limits.seconds
        self._rows = 0
        self._done = 0

    def resolve(self, known: Sequence[KnownIdentifier]) -> _Knowledge:
        """Return every identifier of the person that this system knows.

        When a value turns out to belong to two people, all that was learned is
        forgotten and learned again without it: the answer does not depend on the order.
        """
        usable = [item for item in known if not self._is_placeholder(item.kind, item.value)]
        contested = {
            item.pair for item in usable if item.status is IdentifierStatus.CONTESTED
        }
        while True:
            knowledge = _Knowledge({item.pair: item for item in usable}, set(contested))
            self._follow(knowledge)
            if knowledge.contested == contested:
                return knowledge
            contested = knowledge.contested

    def _follow(self, knowledge: _Knowledge) -> None:
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
        self, dataset: Dataset, knowledge: _Knowledge, fresh: set[tuple[str, str]]
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
            knowledge.contested |= _shared(dataset, rows, wanted)
        for row in rows:
            way = self._way(dataset, row, knowledge)
            if way is not None and not row.held_for:
                self._learn(dataset, row, way, knowledge)
        if len(knowledge.known) > self._limits.identifiers:
            raise _Stopped(f"more than {self._limits.identifiers} identifiers")

    def _learn(
        self,
        dataset: Dataset,
        row: RawRow,
        way: tuple[Step, ...],
        knowledge: _Knowledge,
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

    def collect(self, knowledge: _Knowledge, sink: SinkFactory) -> tuple[DatasetResult, ...]:
        """Read each dataset once with all that is known, and judge every row."""
        results = []
        for dataset in self._system.datasets.values():
            results.append(self._collect_from(dataset, knowledge, sink))
            self._done += 1
            self._tell()
        return tuple(results)

    def _collect_from(
        self, dataset: Dataset, knowledge: _Knowledge, sink: SinkFactory
    ) -> DatasetResult:
        counts = dict.fromkeys(RowStanding, 0)
        secrets: dict[str, list[str]] = {}
        pairs = {*knowledge.known, *knowledge.contested, *knowledge.others}
        wanted = self._wanted(dataset, pairs, only_persons=False)
        target = sink.sink(dataset.id)
        for batch in self._find(dataset, wanted, identifiers_only=False) if wanted else ():
            judged = [self._judge(dataset, row, knowledge) for row in batch]
            for row, found in zip(batch, judged, strict=True):
                counts[found.standing] += 1
                if found.standing is RowStanding.SURE:
                    for name, since in row.secrets:
                        secrets.setdefault(name, []).append(since)
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
            tuple(
                SecretHeld(name, min(filter(None, since), default=""), len(since))
                for name, since in sorted(secrets.items())
            ),
        )

    def _judge(self, dataset: Dataset, row: RawRow, knowledge: _Knowledge) -> FoundRow:
        if row.held_for or dataset.role == "processor":
            return FoundRow(
                dataset.id,
                row.key,
                {},
                (),
                RowStanding.PROCESSOR,
                "held for a customer",
                row.held_for,
            )
        way = self._way(dataset, row, knowledge)
        if way is not None:
            return FoundRow(dataset.id, row.key, dict(row.values), way, RowStanding.SURE)
        reason, way = self._why_not_sure(dataset, row, knowledge)
        return FoundRow(
            dataset.id, row.key, dict(row.values), way, RowStanding.POSSIBLE, reason
        )

    def _way(
        self, dataset: Dataset, row: RawRow, knowledge: _Knowledge
    ) -> tuple[Step, ...] | None:
        """Return the shortest route by which the row is surely the person's, or None."""
        best: tuple[Step, ...] | None = None
        for kind, column in dataset.find_by.items():
            if column.identifies is not Identifies.PERSON:
                continue
            for value in row.identifiers.get(kind, frozenset()):
                known = knowledge.known.get((kind, value))
                if known is None or known.pair in knowledge.contested:
                    continue
                if known.route and kind in CONTACTS and _contradicts(dataset, row, knowledge):
                    continue
                route = (*known.route, Step(self._system.id, dataset.id, kind))
                if best is None or len(route) < len(best):
                    best = route
        return best

    def _why_not_sure(
        self, dataset: Dataset, row: RawRow, knowledge: _Knowledge
    ) -> tuple[str, tuple[Step, ...]]:
        for kind in dataset.find_by:
            step = Step(self._system.id, dataset.id, kind)
            for value in sorted(row.identifiers.get(kind, frozenset())):
                pair = (kind, value)
                if pair in knowledge.contested:
                    return f"The {kind} it was found by belongs to two people.", (step,)
                if pair in knowledge.others:
                    return (
                        f"It was reached through a {kind} of the company or household, "
                        "not of the person.",
                        (*knowledge.others[pair], step),
                    )
                if pair in knowledge.known:
                    if dataset.find_by[kind].identifies is not Identifies.PERSON:
                        return f"Here a {kind} stands for a company or household.", (step,)
                    return (
                        f"It was found by a {kind} learned on the way, and names "
                        "another address.",
                        (*knowledge.known[pair].route, step),
                    )
        return "How it was found cannot be told.", ()

    def _wanted(
        self, dataset: Dataset, pairs: Iterable[tuple[str, str]], *, only_persons: bool
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
        match = {"email": Match.EMAIL, "phone": Match.PHONE}.get(kind, Match.EXACT)
        return is_placeholder(self._register, match, value)

    def _tell(self) -> None:
        self._progress(Progress(self._done, len(self._system.datasets), self._rows))


def _shared(
    dataset: Dataset, rows: Iterable[RawRow], wanted: Wanted
) -> set[tuple[str, str]]:
    """Return the values that stand on two rows of a dataset with one row a person."""
    holders: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for kind, column in dataset.find_by.items():
            if column.identifies is not Identifies.PERSON:
                continue
            for value in row.identifiers.get(kind, frozenset()):
                if value in wanted.values.get(kind, frozenset()):
                    holders.setdefault((kind, value), set()).add(row.key)
    return {pair for pair, keys in holders.items() if len(keys) > 1}


def _contradicts(dataset: Dataset, row: RawRow, knowledge: _Knowledge) -> bool:
    """Whether the row names somebody else's address of a kind the person has proved."""
    proved = {kind for (kind, _), known in knowledge.known.items() if not known.route}
    for kind in proved & CONTACTS:
        column = dataset.find_by.get(kind)
        if column is None or column.identifies is not Identifies.PERSON:
            continue
        carried = row.identifiers.get(kind, frozenset())
        if carried and not carried & knowledge.sure(kind):
            return True
    return False
