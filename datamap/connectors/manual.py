"""Systems that only people can search: a task for the owner, never a query."""

from __future__ import annotations

from collections.abc import Iterator

from datamap.connectors.base import Problem, Wanted
from datamap.registry.systems import Dataset, System
from datamap.rules import RawRow


class ManualConnector:
    """Finds nothing by itself: ``requests_app`` asks the owner and keeps the answer."""

    def check(self, system: System) -> list[Problem]:
        """Return nothing: there is no live schema to compare with."""
        return []

    def find(
        self,
        system: System,
        dataset: Dataset,
        wanted: Wanted,
        *,
        identifiers_only: bool,
    ) -> Iterator[list[RawRow]]:
        """Yield nothing."""
        return iter(())
