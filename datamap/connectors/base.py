"""What every connector does; others may add one under the entry-point group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Final, Protocol

from datamap.registry.schema import PLACEHOLDERS, Dataset, Match, Register, System
from lumina_privacy.lib.subject_ref import canonical_email, canonical_phone, canonical_text

ENTRY_POINTS: Final = "lumina_privacy.connectors"
BATCH: Final = 2_000
_FEWEST_DIGITS: Final = 6


class SystemUnavailable(Exception):
    """The system cannot be reached now; it may be tried again. Names no person."""


class SystemChanged(Exception):
    """The system is not what the register says; a person must look. Names the place."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A difference between the register and the live system."""

    system: str
    dataset: str
    code: str
    text: str
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as a connector found it.

    ``identifiers`` are the canonical values the row carries, by kind; ``held_for`` names
    the customer of a row that is held as processor; ``secrets`` are (field, since) of
    the secrets that are present, never the secrets.
    """

    key: str
    values: Mapping[str, object]
    identifiers: Mapping[str, frozenset[str]]
    held_for: str = ""
    secrets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Canonical values to look for, by kind."""

    values: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(self.values.values())


class Connector(Protocol):
    """Reads a system. A connector decides nothing: ``datamap.search`` does."""

    def check(self, system: System) -> list[Problem]:
        """Return what differs between the register and the live system."""
        ...

    def find(
        self, system: System, dataset: Dataset, wanted: Wanted, *, identifiers_only: bool
    ) -> Iterator[list[RawRow]]:
        """Yield each row that carries a wanted value, once, in batches.

        Constant memory. With ``identifiers_only`` the values may be left out. Raises
        SystemUnavailable and SystemChanged.
        """
        ...


def connector_for(system: System) -> Connector:
    """Return the connector the register names. Raises SystemChanged for an unknown one."""
    for entry in entry_points(group=ENTRY_POINTS, name=system.connector):
        made: Connector = entry.load()()
        return made
    from datamap.connectors.django import DjangoConnector
    from datamap.connectors.sql import SqlConnector

    known: dict[str, type[Connector]] = {"sql": SqlConnector, "django": DjangoConnector}
    if system.connector not in known:
        raise SystemChanged(f"{system.id}: no connector is called {system.connector!r}")
    return known[system.connector]()


def canonical_value(match: Match, value: object) -> str:
    """Return the one spelling under which ``value`` is compared; "" for none.

    A value that is not of its kind keeps a spelling of its own: it can equal itself.
    """
    if value is None:
        return ""
    text = str(value).strip()
    try:
        if match is Match.EMAIL:
            return canonical_email(text)
        if match is Match.PHONE:
            return canonical_phone(text)
    except ValueError:
        return canonical_text(text)
    return canonical_text(text) if match is Match.TEXT else text


def is_placeholder(register: Register, match: Match, value: str) -> bool:
    """Whether ``value`` is no value: it never matches and is never learned (D1)."""
    text = canonical_text(value)
    if text in PLACEHOLDERS or text in register.promises.placeholders:
        return True
    if match is Match.PHONE:
        digits = [character for character in text if character.isdigit()]
        return len(digits) < _FEWEST_DIGITS or len(set(digits[2:])) == 1
    if match is Match.EMAIL:
        return "@" not in text or text.startswith(("noreply@", "no-reply@"))
    return False
