"""Small systems to search in, and a sink that remembers."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import sqlalchemy as sa
import yaml

from datamap.registry.load import load_register
from datamap.registry.schema import Register
from datamap.registry.systems import System
from datamap.search import (
    FoundRow,
    IdentifierStatus,
    KnownIdentifier,
    RowStanding,
    SystemResult,
    search_system,
)

ROOT = Path(__file__).resolve().parents[2]
LUMINA = load_register(ROOT / "lumina_privacy" / "register")


class Remembered:
    """A sink factory that keeps rows by dataset."""

    def __init__(self) -> None:
        self.rows: dict[str, list[FoundRow]] = defaultdict(list)

    def sink(self, dataset: str):
        rows = self.rows[dataset]

        class Sink:
            def add(self, found):
                rows.extend(found)

        return Sink()

    def keys(self, dataset: str, standing: RowStanding = RowStanding.SURE) -> list[str]:
        return sorted(r.key for r in self.rows[dataset] if r.standing is standing)


def register_with(*systems: System) -> Register:
    """Return Lumina's register with other systems."""
    return LUMINA.model_copy(update={"systems": systems})


def search(register: Register, system: str, *proved: str | KnownIdentifier, **limits):
    """Search for proved addresses; return the result and what the sink remembers."""
    known = [
        KnownIdentifier("email", one) if isinstance(one, str) else one for one in proved
    ]
    found = Remembered()
    result: SystemResult = search_system(register, system, known, found, **limits)
    return result, found


def chinook() -> System:
    """Return the documented example."""
    path = ROOT / "docs" / "examples" / "chinook" / "chinook.yaml"
    return System.model_validate(yaml.safe_load(path.read_text("utf-8")))


def make_database(path: Path, *statements: str) -> str:
    """Make a SQLite database and return its URL."""
    url = f"sqlite:///{path}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
    return url


def search_everywhere(register: Register, *emails: str) -> dict[str, Remembered]:
    """Search every system until nobody learns anything more, as a case does."""
    found, _ = search_on(register, *(KnownIdentifier("email", one) for one in emails))
    return found


def search_on(
    register: Register, *given: KnownIdentifier
) -> tuple[dict[str, Remembered], list[KnownIdentifier]]:
    """Search everywhere with what is given; return also what is known by then."""
    known = {one.pair: one for one in given}
    said = {one.pair for one in given}
    found: dict[str, Remembered] = {}
    for _ in range(20):
        before = dict(known)
        for system in register.systems:
            found[system.id] = Remembered()
            result = search_system(
                register, system.id, list(known.values()), found[system.id]
            )
            for one in result.learned:
                known.setdefault(one.pair, one)
            doubted = [
                one
                for one in result.contested
                if one.pair in known and known[one.pair].status is not one.status
            ]
            for one in result.contested:
                former = known.get(one.pair, one)
                known[one.pair] = former.in_doubt(former.holders | one.holders)
            if doubted:
                # What was learned through it is void: learned again without it.
                known = {
                    pair: one
                    for pair, one in known.items()
                    if pair in said or one.status is IdentifierStatus.CONTESTED
                }
        if known == before:
            return found, list(known.values())
    raise AssertionError("the search does not come to its end")
