"""What a live database and its declaration say of each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.engine.reflection import Inspector

from datamap.connectors.base import Problem
from datamap.registry.systems import Column, Dataset, Match, System

# Decision D3: names under which passwords, hashes, keys and recovery answers are kept.
_SECRET: Final = re.compile(
    r"passw|passphrase|pwd|secret(?!ar)|token|api_?key|private_?key|recovery|memorable"
    r"|security_?(answer|question)|alarm_?code|pin_?(code|number)|^pin$|cvv|hash$"
    r"|^salt$|_salt$|^otp",
    re.IGNORECASE,
)
_PERSONAL: Final = re.compile(
    r"e_?mail|phone|mobile|first_?name|last_?name|surname|birth|postcode|address",
    re.IGNORECASE,
)


def looks_secret(name: str) -> bool:
    """Whether a column of this name is never read unless somebody said what it is.

    >>> looks_secret("PasswordHash"), looks_secret("secretary"), looks_secret("Email")
    (True, False, False)
    """
    return _SECRET.search(name) is not None


def split(table: str) -> tuple[str | None, str]:
    """Return schema and table of ``sales.customer``; no schema for ``customer``."""
    schema, _, name = table.rpartition(".")
    return schema or None, name


def kinds(dataset: Dataset) -> list[tuple[str, Column]]:
    """Return where identifiers stand, those that are looked for first."""
    return [*dataset.find_by.items(), *dataset.yields.items()]


def needed(dataset: Dataset) -> list[str]:
    """Return every column the register names, in its order, once."""
    names = [*dataset.key]
    names += [name for _, column in kinds(dataset) for name in column.column]
    names += list(dataset.declared)
    names += [
        field.held_since for field in dataset.declared.values() if field.held_since
    ]
    names += [name for name in (dataset.held_for, dataset.source_column) if name]
    if dataset.retention is not None:
        names.append(dataset.retention.trigger)
    return list(dict.fromkeys(names))


def problems(connection: Connection, system: System) -> Iterator[Problem]:
    """Yield each difference between the live database and ``system``."""
    inspector = sa.inspect(connection)
    declared = {split(dataset.table) for dataset in system.datasets.values()}
    live: set[tuple[str | None, str]] = set()
    for schema in sorted({None, *(s for s, _ in declared)}, key=lambda s: s or ""):
        live |= {(schema, name) for name in inspector.get_table_names(schema=schema)}
        live |= {(schema, name) for name in inspector.get_view_names(schema=schema)}
    yield from _tables_nobody_declared(
        inspector, system, sorted(live - declared, key=str)
    )
    for dataset in system.datasets.values():
        if split(dataset.table) not in live:
            text = f"no table {dataset.table}"
            yield Problem(system.id, dataset.id, "table-missing", text)
            continue
        schema, name = split(dataset.table)
        columns = {c["name"]: c["type"] for c in inspector.get_columns(name, schema)}
        yield from _columns(system, dataset, list(columns))
        yield from _comparisons(system, dataset, columns)
        if not _is_unique(inspector, dataset):
            text = f"nothing makes {', '.join(dataset.key)} unique in {dataset.table}"
            yield Problem(system.id, dataset.id, "key-not-unique", text, "warning")


def _tables_nobody_declared(
    inspector: Inspector, system: System, tables: Sequence[tuple[str | None, str]]
) -> Iterator[Problem]:
    for schema, name in tables:
        full = f"{schema}.{name}" if schema else name
        if full in system.ignored:
            continue
        columns = [c["name"] for c in inspector.get_columns(name, schema)]
        personal = [column for column in columns if _PERSONAL.search(column)]
        if personal:
            text = f"table {full} looks personal ({', '.join(personal)})"
            yield Problem(system.id, "", "table-undeclared", text)
        else:
            yield Problem(system.id, "", "table-undeclared", f"table {full}", "warning")


def _columns(
    system: System, dataset: Dataset, live: Sequence[str]
) -> Iterator[Problem]:
    for name in needed(dataset):
        if name not in live:
            text = f"no column {name} in {dataset.table}"
            yield Problem(system.id, dataset.id, "column-missing", text)
    named = {*needed(dataset), *dataset.not_personal}
    for name in live:
        field = dataset.declared.get(name)
        settled = name in dataset.not_personal or (field is not None and field.secret)
        if looks_secret(name) and not settled:
            text = f"column {name} looks like a secret and is not declared as one"
            yield Problem(system.id, dataset.id, "secret-undeclared", text)
        elif dataset.fields != "all" and name not in named:
            text = f"column {name} of {dataset.table} is not declared"
            yield Problem(system.id, dataset.id, "column-undeclared", text)


def _comparisons(
    system: System, dataset: Dataset, columns: dict[str, Any]
) -> Iterator[Problem]:
    """Yield identifiers in columns whose type cannot hold their spelling."""
    for kind, spot in kinds(dataset):
        for name in spot.column:
            if spot.matching(kind) is Match.EXACT or name not in columns:
                continue
            if not isinstance(columns[name], sa.String | sa.types.NullType):
                text = f"column {name} is no text and cannot hold a {kind}"
                yield Problem(system.id, dataset.id, "column-type", text)


def _is_unique(inspector: Inspector, dataset: Dataset) -> bool:
    """Whether the database keeps the key unique; a view cannot say, so it may."""
    schema, name = split(dataset.table)
    if name in inspector.get_view_names(schema=schema):
        return True
    key = set(dataset.key)
    return any(
        columns and set(columns) <= key for columns in _unique(inspector, schema, name)
    )


def _unique(inspector: Inspector, schema: str | None, name: str) -> Iterator[list[str]]:
    """Yield the columns of each key; the primary one first: it mostly settles it."""
    yield inspector.get_pk_constraint(name, schema)["constrained_columns"]
    for constraint in inspector.get_unique_constraints(name, schema):
        yield constraint["column_names"]
    for index in inspector.get_indexes(name, schema):
        if index["unique"]:
            yield [column for column in index["column_names"] if column]
