"""What a register may say. Frozen, strict, and without Django.

A register is a folder of YAML files: the controller's promises, the notice, and one
file per system that holds personal data. ``docs/datamap.md`` explains each word.
"""

from __future__ import annotations

from datamap.registry.portal_tables import PortalRegister
from datamap.registry.promises import Basis, Category, Notice, Promises, Purpose, Source
from datamap.registry.strict import Strict
from datamap.registry.systems import System


class Register(Strict):
    """The whole declaration, as one revision."""

    promises: Promises
    bases: tuple[Basis, ...] = ()
    categories: tuple[Category, ...]
    purposes: tuple[Purpose, ...]
    sources: tuple[Source, ...]
    notices: tuple[Notice, ...]
    systems: tuple[System, ...]
    portal: PortalRegister

    def system(self, code: str) -> System:
        """Return the system ``code``. Raises LookupError."""
        for system in self.systems:
            if system.id == code:
                return system
        raise LookupError(f"no system {code!r} is declared")

    @property
    def places(self) -> dict[tuple[str, str], str]:
        """How people call each dataset, by the ids of its system and of itself."""
        return {
            (system.id, dataset.id): f"{system.name}, {dataset.name or dataset.id}"
            for system in self.systems
            for dataset in system.datasets.values()
        }

    def category(self, code: str) -> Category:
        """Return the category ``code``. Raises LookupError."""
        for category in self.categories:
            if category.code == code:
                return category
        raise LookupError(f"no category {code!r} is declared")

    def purpose(self, code: str) -> Purpose:
        """Return the purpose ``code``. Raises LookupError."""
        for purpose in self.purposes:
            if purpose.code == code:
                return purpose
        raise LookupError(f"no purpose {code!r} is declared")
