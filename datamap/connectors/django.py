"""The portal's own tables: what it keeps about people is personal data too (E10).

Asks the ports that each app offers; never another app's tables (decision E7).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from datamap.connectors.base import BATCH, Problem, Wanted
from datamap.registry.systems import Dataset, System
from datamap.rules import RawRow
from lumina_privacy.lib import ports


class DjangoConnector:
    """Reads the datasets that the apps offer in ``portal.PORTS``."""

    def check(self, system: System) -> list[Problem]:
        """Return declared datasets nobody offers, and offered ones nobody declares."""
        offered = {dataset.name for dataset in ports.wired().portal_datasets}
        declared = {dataset.table for dataset in system.datasets.values()}
        return [
            Problem(system.id, name, "dataset-missing", "no app offers this dataset")
            for name in sorted(declared - offered)
        ] + [
            Problem(system.id, name, "dataset-undeclared", "an app offers this dataset")
            for name in sorted(offered - declared)
        ]

    def find(
        self,
        system: System,
        dataset: Dataset,
        wanted: Wanted,
        *,
        identifiers_only: bool,
    ) -> Iterator[list[RawRow]]:
        """Yield the rows that the app finds, in batches."""
        for offered in ports.wired().portal_datasets:
            if offered.name != dataset.table:
                continue
            rows = offered.find(wanted.values)
            while batch := list(islice(rows, BATCH)):
                yield [
                    RawRow(
                        row.key,
                        dict(row.values),
                        {
                            **row.also,
                            row.matched_kind: frozenset({row.matched_value})
                            | row.also.get(row.matched_kind, frozenset()),
                            **{k: frozenset({v}) for k, v in row.yields.items()},
                        },
                    )
                    for row in batch
                ]
