"""What a case knows the person by, as staff see it, and what waits for their word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from datamap.registry.schema import Register
from datamap.search import IdentifierStatus
from lumina_privacy.lib.subject_ref import written
from requests_app.models import Case, CaseIdentifier
from requests_app.queries import words
from requests_app.rules import question_of

_SAID: Final = {
    IdentifierStatus.VOUCHED: "theirs alone",
    IdentifierStatus.SETTLED: "two records of one person",
}


@dataclass(frozen=True, slots=True)
class ApartFacts:
    """Rows of a dataset that are set apart, and where they are looked at."""

    name: str
    system: str
    dataset: str
    rows: int


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """An identifier of the person, as staff see it.

    ``places`` hold the rows set apart because it waits; ``alike`` says that others of
    its kind, learned in the same place, are counted with it. ``said`` is what staff
    said.
    """

    kind: str
    value: str
    how: str
    pk: int = 0
    places: tuple[ApartFacts, ...] = ()
    alike: bool = False
    said: str = ""

    @property
    def rows(self) -> int:
        """How many rows are set apart by it."""
        return sum(place.rows for place in self.places)


@dataclass(frozen=True, slots=True)
class Unsure:
    """What is not followed until a person has said whose it is (decision D1).

    And what they said: ``not_alone`` is set apart for it, ``vouched`` is followed. Both
    can be taken back.
    """

    contested: tuple[KnownFacts, ...]
    waiting: tuple[KnownFacts, ...]
    not_alone: tuple[KnownFacts, ...]
    vouched: tuple[KnownFacts, ...]

    def __bool__(self) -> bool:
        """Whether there is anything to say or to take back."""
        return bool(self.contested or self.waiting or self.not_alone or self.vouched)


def unsure_in(case: Case, pk: int) -> CaseIdentifier | None:
    """Return a value of which a person may say whose it is, or None. Costs 1 query."""
    known = case.identifiers.select_related("case").filter(pk=pk).first()
    return known if known is not None and question_of(known.known) else None


def apart_in(one: CaseIdentifier, register: Register) -> tuple[ApartFacts, ...]:
    """Return the rows of its case that are set apart by a value. Costs 1 query."""
    found = one.case.found.order_by("system", "dataset").values_list("routes")
    return apart_by(one, register, [way for (ways,) in found for way in ways])


def unsure_of(
    case: Case, register: Register, routes: Collection[Mapping[str, Any]]
) -> Unsure:
    """Return what is found with two people, and what waits for a word; and where.

    Also what staff said of either. ``routes`` are the ways by which the case's rows
    were found. Costs 1 query.
    """
    known = list(case.identifiers.order_by("pk"))
    waiting = [one for one in known if one.known.awaits_a_person]
    alike = Counter(_way(one) for one in waiting)

    def with_status(*statuses: IdentifierStatus) -> tuple[KnownFacts, ...]:
        return tuple(_facts(one, register) for one in known if one.status in statuses)

    return Unsure(
        contested=with_status(IdentifierStatus.CONTESTED),
        waiting=tuple(
            _facts(
                one,
                register,
                places=apart_by(one, register, routes),
                alike=alike[_way(one)] > 1,
            )
            for one in waiting
        ),
        not_alone=with_status(IdentifierStatus.NOT_ALONE),
        vouched=with_status(IdentifierStatus.VOUCHED, IdentifierStatus.SETTLED),
    )


def route_words(route: list[list[str]], register: Register) -> str:
    """Return the way something was found, as staff read it.

    An empty route is what the person proved.
    """
    if not route:
        return "by what the person proved"
    steps = []
    for system_id, dataset_id, kind in route:
        if not system_id:
            named = "who acts for them named" if dataset_id else "staff wrote down"
            steps.append(f"by the {words.identifier(kind).lower()} {named}")
            continue
        place = register.places[system_id, dataset_id]
        steps.append(f"{place}, by {words.identifier(kind).lower()}")
    return " → ".join(steps)


def _way(one: CaseIdentifier) -> tuple[str, str]:
    return one.kind, str(one.route)


def apart_by(
    one: CaseIdentifier, register: Register, routes: Collection[Mapping[str, Any]]
) -> tuple[ApartFacts, ...]:
    """Return the rows that are set apart as found by it and nothing better."""
    rows: Counter[tuple[str, str]] = Counter()
    for way in routes:
        *before, (system, dataset, kind) = way["route"]
        if before == one.route and kind == one.kind:
            rows[system, dataset] += way["rows"] - way["sure"]
    return tuple(
        ApartFacts(f"{register.system(system).name}: {name}", system, dataset, count)
        for (system, dataset), count in rows.items()
        if count
        for name in [register.system(system).datasets[dataset].name or dataset]
    )


def _facts(
    one: CaseIdentifier,
    register: Register,
    *,
    places: tuple[ApartFacts, ...] = (),
    alike: bool = False,
) -> KnownFacts:
    return KnownFacts(
        words.identifier(one.kind),
        written(one.kind, one.value),
        route_words(one.route, register),
        one.pk,
        places,
        alike,
        _SAID.get(one.known.status, ""),
    )
