"""What every connector does; others may add one under the entry-point group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from datamap.registry.systems import Dataset, System
from datamap.rules import RawRow

BATCH: Final = 2_000


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
        self,
        system: System,
        dataset: Dataset,
        wanted: Wanted,
        *,
        identifiers_only: bool,
    ) -> Iterator[list[RawRow]]:
        """Yield each row that carries a wanted value, once, in batches.

        In the order of the key, at constant memory; a row that the system's own
        comparison found but that carries none of the values by ours is left out. With
        ``identifiers_only`` the values may be left out. Raises SystemUnavailable and
        SystemChanged.
        """
        ...
