"""What is held about people, by category, read from the register. No Django."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datamap.registry.promises import Category, Purpose, Source
from datamap.registry.schema import Register
from datamap.registry.systems import Dataset, System


@dataclass(frozen=True, slots=True)
class Holding:
    """A category of the notice as the declared systems hold it.

    Everything is in the register's order; a category that no system holds has no
    purposes, sources or lines. ``lines`` are codes of the schedule.
    """

    category: Category
    purposes: tuple[Purpose, ...]
    sources: tuple[Source, ...]
    lines: tuple[str, ...]
    said_by_record: bool  # some records name their own source


def holdings(register: Register) -> tuple[Holding, ...]:
    """Return what the declared systems hold, a category of the notice each."""
    return tuple(_holding(register, category) for category in register.categories)


def _holding(register: Register, category: Category) -> Holding:
    datasets, purposes = [], set()
    for _, dataset in _datasets(register):
        used = _used_for(dataset, category.code)
        if used:
            datasets.append(dataset)
            purposes |= used
    sources = {dataset.source for dataset in datasets}
    lines = [d.retention.line for d in datasets if d.retention is not None]
    return Holding(
        category,
        tuple(purpose for purpose in register.purposes if purpose.code in purposes),
        tuple(source for source in register.sources if source.code in sources),
        tuple(dict.fromkeys(lines)),
        any(dataset.source_column for dataset in datasets),
    )


def _datasets(register: Register) -> Iterator[tuple[System, Dataset]]:
    for system in register.systems:
        for dataset in system.datasets.values():
            yield system, dataset


def _used_for(dataset: Dataset, category: str) -> set[str]:
    """Return the purposes for which the dataset holds the category."""
    fields = list(dataset.declared.values()) or [dataset.default_field]
    held = [field for field in fields if field.category == category]
    return {purpose for field in held for purpose in field.purposes}
