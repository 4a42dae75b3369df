"""Whose row is it? The rules of decision D1 as pure functions. No Django, no database.

Only identifiers of persons lead on. What is reached in another way, or through a value
that two people carry, is *possible* and never chosen by default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from datamap.known import (
    CONTACTS,
    STRONGEST,
    IdentifierStatus,
    KnownIdentifier,
    Pair,
    Route,
    Step,
    holder,
    how_shared,
)
from datamap.registry.systems import Dataset, Identifies
from lumina_privacy.lib.wording import called

# Nobody can have looked at more: of a value with more, it is never said for good that
# there is one person behind it.
_MOST_HOLDERS: Final = 2_000


class RowStanding(StrEnum):
    """How sure it is that a row is about the person."""

    SURE = "sure"
    POSSIBLE = "possible"
    PROCESSOR = "processor"


# Rows are named tuples: made by the million, frozen dataclasses take far longer.
class RawRow(NamedTuple):
    """One row as a connector found it.

    ``identifiers`` are the canonical values the row carries, by kind; ``held_for``
    names the customer of a row that is held as processor; ``secrets`` are (field,
    since) of the secrets that are present, never the secrets. ``among`` are values that
    stand in a cell with something else: enough to be found by, too little to be sure.
    """

    key: str
    values: dict[str, object]
    identifiers: Mapping[str, frozenset[str]]
    held_for: str = ""
    secrets: tuple[tuple[str, str], ...] = ()
    among: Mapping[str, frozenset[str]] = MappingProxyType({})

    def named(self, kind: str) -> frozenset[str]:
        """Return the values of ``kind`` that stand in the row, alone or with others."""
        carried = self.identifiers.get(kind, frozenset())
        return carried | self.among.get(kind, frozenset())

    def with_all_named(self) -> RawRow:
        """Return it as if what shares a cell with something else stood there alone."""
        named = {one: self.named(one) for one in {*self.identifiers, *self.among}}
        return self._replace(identifiers=named) if self.among else self


class FoundRow(NamedTuple):
    """A row that was judged. ``reason`` says why it is not sure."""

    dataset: str
    key: str
    values: dict[str, object]
    route: Route
    standing: RowStanding
    reason: str = ""
    customer: str = ""


@dataclass(slots=True)
class Knowledge:
    """What is known of the person at one moment of one system's search."""

    known: dict[Pair, KnownIdentifier]
    contested: set[Pair]
    # Values of companies and households met on sure rows: never followed, only shown.
    others: dict[Pair, Route] = field(default_factory=dict)
    # How people call a dataset, by the ids of system and dataset.
    places: Mapping[Pair, str] = field(default_factory=dict)

    def sure(self, kind: str) -> frozenset[str]:
        """Return the values of ``kind`` that are of this person alone."""
        return frozenset(
            value
            for k, value in self.known
            if k == kind and (k, value) not in self.contested
        )

    def followed(self, kind: str) -> frozenset[str]:
        """Return those of which it is more than a row that says so."""
        return frozenset(
            value
            for value in self.sure(kind)
            if not self.known[kind, value].awaits_a_person
        )

    def place(self, step: Step) -> str:
        """Return how people call the dataset of ``step``."""
        where = (step.system, step.dataset)
        return self.places.get(where, ", ".join(where))

    def are_one(self, pair: Pair, holders: Iterable[str]) -> bool:
        """Whether a person has said that these, who carry the value, are one."""
        known = self.known.get(pair)
        return known is not None and known.covers(holders)

    @property
    def proved_kinds(self) -> frozenset[str]:
        """The kinds of which the person has proved a value."""
        return frozenset(one.kind for one in self.known.values() if one.is_proved)

    @property
    def pairs(self) -> set[Pair]:
        """Everything a row may be reached by, surely or not."""
        return {*self.known, *self.contested, *self.others}


def judging(
    system: str, dataset: Dataset, knowledge: Knowledge
) -> Callable[[RawRow], FoundRow]:
    """Return ``judge`` for many rows: those that carry the same are judged once.

    The verdict hangs on what a row can be found by and for whom it is held, on nothing
    else of it. ``knowledge`` must not change meanwhile.
    """
    kinds = tuple(dataset.find_by)
    nothing: frozenset[str] = frozenset()

    @lru_cache(maxsize=1024)
    def judged(
        carried: tuple[frozenset[str], ...],
        held_for: str,
        among: tuple[tuple[str, frozenset[str]], ...],
    ) -> FoundRow:
        identifiers = dict(zip(kinds, carried, strict=True))
        row = RawRow("", {}, identifiers, held_for, among=dict(among))
        return judge(system, dataset, row, knowledge)

    def of(row: RawRow) -> FoundRow:
        carried = tuple([row.identifiers.get(kind, nothing) for kind in kinds])
        among = tuple(row.among.items()) if row.among else ()
        _, _, _, way, standing, reason, customer = judged(carried, row.held_for, among)
        values = {} if customer else row.values
        return FoundRow(dataset.id, row.key, values, way, standing, reason, customer)

    return of


def judge(system: str, dataset: Dataset, row: RawRow, knowledge: Knowledge) -> FoundRow:
    """Say whose row it is, with the route; or why that cannot be said."""
    way = sure_way(system, dataset, row, knowledge)
    held_for = (
        row.held_for if row.held_for or dataset.role == "controller" else "unnamed"
    )
    if held_for and way is not None:
        # Only that it is there and for whom: not ours to read or give (decision D13).
        return FoundRow(
            dataset.id,
            row.key,
            {},
            way,
            RowStanding.PROCESSOR,
            "held for a customer",
            held_for,
        )
    if way is not None:
        return FoundRow(dataset.id, row.key, row.values, way, RowStanding.SURE)
    reason, way = _why_not_sure(system, dataset, row, knowledge)
    if held_for:
        reason = f"Held for a customer. {reason}"
    values = {} if held_for else row.values
    return FoundRow(
        dataset.id, row.key, values, way, RowStanding.POSSIBLE, reason, held_for
    )


def sure_way(
    system: str, dataset: Dataset, row: RawRow, knowledge: Knowledge
) -> Route | None:
    """Return the shortest route by which the row is surely the person's, or None.

    Of equally short ones the first in the alphabet: the same search, the same answer.
    Contacts that rows taught never make it so, however many of them it carries: two
    colleagues may share a number and a mailbox. Nor does what an agent named.
    """
    routes = []
    doubtful = _lacks(dataset, row, knowledge, knowledge.followed)
    for kind, value in _carried(dataset, row):
        known = knowledge.known.get((kind, value))
        if known is None or known.pair in knowledge.contested:
            continue
        if known.awaits_a_person:
            continue
        if doubtful and _may_change_hands(known, _others_in(dataset, row, knowledge)):
            continue
        routes.append((*known.route, Step(system, dataset.id, kind)))
    return min(routes, key=lambda route: (len(route), route), default=None)


def names_another(dataset: Dataset, row: RawRow, knowledge: Knowledge) -> bool:
    """Whether the row names another's address of a proved kind, and not theirs."""
    return _lacks(dataset, row.with_all_named(), knowledge, knowledge.sure)


def _lacks(
    dataset: Dataset,
    row: RawRow,
    knowledge: Knowledge,
    theirs: Callable[[str], frozenset[str]],
) -> bool:
    """Whether the row has addresses of a proved kind, and none is ``theirs``."""
    for kind in knowledge.proved_kinds & CONTACTS:
        column = dataset.find_by.get(kind)
        if column is None or column.identifies is not Identifies.PERSON:
            continue
        carried = row.identifiers.get(kind, frozenset())
        if carried and not carried & theirs(kind):
            return True
    return False


class Holders:
    """Who carries the values that are in doubt, as one system's search meets them."""

    def __init__(self, system: str) -> None:
        self._system = system
        self._of: dict[Pair, set[str]] = {}

    def of(self, pair: Pair) -> frozenset[str]:
        """Return who was met that carries the value."""
        return frozenset(self._of.get(pair, ()))

    def rows(self, dataset: Dataset, row: RawRow) -> set[str]:
        """Return the row as a holder."""
        return {holder(self._system, dataset.id, row.key)}

    def note(
        self, dataset: Dataset, rows: Iterable[RawRow], knowledge: Knowledge
    ) -> None:
        """Note of rows that carry what is in doubt whom they name, and which they are.

        Where people have many rows, it is only whom they name.
        """
        doubted_kinds = {kind for kind, _ in knowledge.contested}
        if not doubted_kinds & set(dataset.find_by):
            return
        for row in rows:
            pairs = set(_carried(dataset, row.with_all_named()))
            for pair in () if row.held_for else pairs & knowledge.contested:
                named = {holder(*one) for one in pairs if one[0] in CONTACTS}
                itself = self.rows(dataset, row) if dataset.one_per_person else set()
                self._add(pair, named | itself)

    def of_no_person(
        self, dataset: Dataset, kind: str, row: RawRow, values: frozenset[str]
    ) -> list[Pair]:
        """Note and return what a row carries of ``values`` as a company's."""
        match = dataset.find_by[kind].matching(kind).value
        pairs = [(match, value) for value in row.named(kind) & values]
        for pair in pairs:
            self._add(pair, self.rows(dataset, row))
        return pairs

    def _add(self, pair: Pair, holders: set[str]) -> None:
        held = self._of.setdefault(pair, set())
        if len(held) < _MOST_HOLDERS:
            held |= holders


def _others_in(dataset: Dataset, row: RawRow, knowledge: Knowledge) -> set[str]:
    """Return whom a row names by a kind that the person has proved, but for them."""
    kinds = knowledge.proved_kinds & CONTACTS
    return {
        holder(*pair)
        for pair in _carried(dataset, row.with_all_named())
        if pair[0] in kinds
        and not ((known := knowledge.known.get(pair)) and known.is_proved)
    }


def doubted(
    system: str,
    dataset: Dataset,
    rows: Iterable[RawRow],
    wanted: Mapping[str, frozenset[str]],
    knowledge: Knowledge,
) -> set[Pair]:
    """Return the wanted values that these rows show to be of two people.

    Such a value stands on two rows of a dataset with one row a person, or on one whose
    own address is somebody else's; also beside others. Rows held for customers do not
    count: a person may well be our contact and a customer's. Nor does who was shown to
    the person that said of them that they are one.
    """
    holders: dict[Pair, set[str]] = {}
    found: set[Pair] = set()
    for row in rows:
        if row.held_for:
            continue
        doubtful = names_another(dataset, row, knowledge)
        for kind, value in _carried(dataset, row.with_all_named()):
            if value not in wanted.get(kind, frozenset()):
                continue
            holders.setdefault((kind, value), set()).add(
                holder(system, dataset.id, row.key)
            )
            known = knowledge.known.get((kind, value))
            others = _others_in(dataset, row, knowledge) if doubtful else set()
            if doubtful and known is not None and _may_change_hands(known, others):
                found.add((kind, value))
    return found | {
        pair
        for pair, rows_of in holders.items()
        if len(rows_of) > 1 and not knowledge.are_one(pair, rows_of)
    }


def _may_change_hands(known: KnownIdentifier, others: set[str]) -> bool:
    """Whether it may be of the ``others`` by now whom a row names beside it."""
    if known.covers(others):
        return False
    return known.kind in CONTACTS and not (known.is_proved and known.kind == STRONGEST)


def _carried(dataset: Dataset, row: RawRow) -> Iterator[Pair]:
    """Yield the values by which the row can be found as a person's."""
    for kind, column in dataset.find_by.items():
        if column.identifies is Identifies.PERSON:
            for value in sorted(row.identifiers.get(kind, frozenset())):
                yield kind, value


def _why_not_sure(
    system: str, dataset: Dataset, row: RawRow, knowledge: Knowledge
) -> tuple[str, Route]:
    """Say it of the strongest link: a doubted value, a learned one, a company's."""
    reasons: list[tuple[int, str, Route]] = []
    is_anothers = names_another(dataset, row, knowledge)
    for kind, column in dataset.find_by.items():
        step = Step(system, dataset.id, kind)
        for value in sorted(row.identifiers.get(kind, frozenset())):
            pair = (kind, value)
            known = knowledge.known.get(pair)
            route = known.route if known else knowledge.others.get(pair, ())
            if pair in knowledge.contested:
                reasons.append((0, _why_contested(kind, known), (*route, step)))
            elif known and column.identifies is Identifies.PERSON:
                rank, text = _why_doubtful(known, knowledge, is_anothers=is_anothers)
                reasons.append((rank, text, (*route, step)))
            elif known or pair in knowledge.others:
                text = f"Found only through the {called(kind)}, {how_shared(known)}."
                reasons.append((5, text, (*route, step)))
        for value in sorted(row.among.get(kind, frozenset())):
            pair = (kind, value)
            known = knowledge.known.get(pair)
            if known or pair in knowledge.pairs:
                route = known.route if known else knowledge.others.get(pair, ())
                text = f"The {called(kind)} stands in one field with something else."
                reasons.append((4, text, (*route, step)))
    _, text, route = min(reasons, default=(6, "How it was found cannot be told.", ()))
    return text, route


def _why_contested(kind: str, known: KnownIdentifier | None) -> str:
    if known and known.status is IdentifierStatus.NOT_ALONE:
        return f"Staff said that others too use the {called(kind)} it was found by."
    return f"The {called(kind)} it was found by belongs to two people."


def _why_doubtful(
    known: KnownIdentifier, knowledge: Knowledge, *, is_anothers: bool
) -> tuple[int, str]:
    """Say why a row is not sure by what is known as the person's; its rank before."""
    found = f"Found by the {called(known.kind)}"
    if is_anothers:
        return 1, f"{found}, but it names another address."
    if known.is_named_by_agent and known.awaits_a_person:
        return 2, (
            f"{found} that who acts for them named. Nobody has said yet that it is "
            "theirs alone."
        )
    if known.awaits_a_person:
        return 2, (
            f"{found} in {knowledge.place(known.route[-1])}. Nobody has said yet that "
            "it is theirs alone."
        )
    return 3, f"{found}, but nobody has said that the address it names is theirs."
