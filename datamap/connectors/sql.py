"""Databases, through SQLAlchemy Core: PostgreSQL, MySQL and MariaDB, SQLite.

Read-only, streamed, and strict: a column the register names and the table lacks stops
the search of that system with its name, never with fewer rows.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, reduce
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import phonenumbers
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SQLAlchemyError

from datamap.connectors.base import (
    BATCH,
    Problem,
    RawRow,
    SystemChanged,
    SystemUnavailable,
    Wanted,
    canonical_value,
)
from datamap.registry.schema import Column, Dataset, Match, System
from lumina_privacy.lib.env import env_secret

# What people put between the digits of a telephone number.
_PHONE_MARKS: Final = (" ", "-", "(", ")", ".", "/")
_CHUNK: Final = 5_000
_SECRET_NAME: Final = re.compile(
    r"passw|secret|token|api_?key|pin_?code|recovery|private_?key|_hash$|^hash$|salt",
    re.IGNORECASE,
)
_TIMEOUT_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class _Table:
    """A dataset's live table: its columns by name, and which of them is what."""

    table: sa.TableClause
    fields: tuple[str, ...]

    def __getitem__(self, name: str) -> sa.ColumnClause[Any]:
        return self.table.c[name]


class SqlConnector:
    """Reads the database whose URL stands in the system's environment variable."""

    def check(self, system: System) -> list[Problem]:
        """Return tables and columns that the register and the database do not share."""
        with _connected(system) as connection:
            inspector = sa.inspect(connection)
            tables = set(inspector.get_table_names()) | set(inspector.get_view_names())
            problems = []
            declared = {dataset.table for dataset in system.datasets.values()}
            for name in sorted(tables - declared):
                problems.append(
                    Problem(system.id, "", "table-undeclared", f"table {name}", "warning")
                )
            for dataset in system.datasets.values():
                if dataset.table not in tables:
                    problems.append(
                        Problem(
                            system.id,
                            dataset.id,
                            "table-missing",
                            f"no table {dataset.table}",
                        )
                    )
                    continue
                live = [column["name"] for column in inspector.get_columns(dataset.table)]
                problems += _column_problems(system, dataset, live)
        return problems

    def find(
        self, system: System, dataset: Dataset, wanted: Wanted, *, identifiers_only: bool
    ) -> Iterator[list[RawRow]]:
        """Yield each row that carries a wanted value, once, in batches."""
        with _connected(system) as connection:
            table = _reflect(connection, system, dataset)
            read = _Reader(dataset, table, identifiers_only=identifiers_only)
            chunks = list(_chunks(wanted))
            # One statement yields a row once; several may meet it again.
            seen: set[str] | None = set() if len(chunks) > 1 else None
            for chunk in chunks:
                condition = _condition(dataset, table, chunk)
                if condition is None:
                    continue
                result = connection.execute(read.select.where(condition))
                for partition in result.partitions(BATCH):
                    rows = [read.row(record) for record in partition]
                    if seen is not None:
                        rows = [row for row in rows if row.key not in seen]
                        seen.update(row.key for row in rows)
                    if rows:
                        yield rows


class _Reader:
    """Selects what a dataset needs and turns records into rows."""

    def __init__(self, dataset: Dataset, table: _Table, *, identifiers_only: bool) -> None:
        self._dataset = dataset
        fields = () if identifiers_only else table.fields
        self._kinds = _kinds(dataset)
        secrets = {
            name: field for name, field in dataset.declared.items() if field.secret
        }
        plain = dict.fromkeys(
            [
                *dataset.key,
                *fields,
                *(name for spot in self._kinds for name in spot[1].column),
                *([dataset.held_for] if dataset.held_for else []),
                *(field.held_since for field in secrets.values() if field.held_since),
            ]
        )
        columns: list[sa.ColumnElement[Any]] = [table[name] for name in plain]
        at = {name: place for place, name in enumerate(plain)}
        # Of a secret only whether it is there (decision D3).
        self._secrets = []
        for name, field in secrets.items():
            self._secrets.append((name, len(columns), at.get(field.held_since)))
            columns.append(table[name].is_not(None).label(f"held_{name}"))
        self._keys = [at[name] for name in dataset.key]
        self._fields = [(name, at[name]) for name in fields]
        self._spots = [
            (kind, column.matching(kind), [at[name] for name in column.column])
            for kind, column in self._kinds
        ]
        self._held_for = at[dataset.held_for] if dataset.held_for else None
        self.select = sa.select(*columns)

    def row(self, record: Sequence[Any]) -> RawRow:
        """Return the record as a row with values that JSON can hold without loss."""
        identifiers: dict[str, frozenset[str]] = {}
        for kind, match, places in self._spots:
            values = {canonical_value(match, record[place]) for place in places}
            identifiers[kind] = identifiers.get(kind, frozenset()) | (values - {""})
        held_for = ""
        if self._held_for is not None:
            held_for = str(record[self._held_for] or "").strip()
        secrets = tuple(
            (name, str(_plain(record[since]) or "") if since is not None else "")
            for name, place, since in self._secrets
            if record[place]
        )
        return RawRow(
            "|".join(str(record[place]) for place in self._keys),
            {name: _plain(record[place]) for name, place in self._fields},
            identifiers,
            held_for,
            secrets,
        )


def _kinds(dataset: Dataset) -> list[tuple[str, Column]]:
    return [*dataset.find_by.items(), *dataset.yields.items()]


def _column_problems(system: System, dataset: Dataset, live: list[str]) -> list[Problem]:
    problems = [
        Problem(system.id, dataset.id, "column-missing", f"no column {name}")
        for name in _needed(dataset)
        if name not in live
    ]
    if dataset.fields == "all":
        named = set(live)
    else:
        named = {*_needed(dataset), *dataset.not_personal}
    dates = {field.held_since for field in dataset.declared.values()}
    for name in live:
        field = dataset.declared.get(name)
        secret = (field is not None and field.secret) or name in dates
        if _SECRET_NAME.search(name) and not secret and name not in dataset.not_personal:
            problems.append(
                Problem(
                    system.id,
                    dataset.id,
                    "secret-undeclared",
                    f"column {name} looks like a secret and is not declared as one",
                )
            )
        elif name not in named:
            problems.append(
                Problem(system.id, dataset.id, "column-undeclared", f"column {name}")
            )
    return problems


def _needed(dataset: Dataset) -> list[str]:
    """Return every column the register names, in its order, once."""
    names = [*dataset.key]
    names += [name for _, column in _kinds(dataset) for name in column.column]
    names += list(dataset.declared)
    names += [field.held_since for field in dataset.declared.values() if field.held_since]
    names += [name for name in (dataset.held_for, dataset.source_column) if name]
    if dataset.retention is not None:
        names.append(dataset.retention.trigger)
    return list(dict.fromkeys(names))


def _reflect(connection: Connection, system: System, dataset: Dataset) -> _Table:
    """Return the live table. Raises SystemChanged naming what is not there."""
    where = f"{system.id}.{dataset.id}"
    try:
        live = sa.inspect(connection).get_columns(dataset.table)
    except NoSuchTableError as error:
        raise SystemChanged(f"{where}: there is no table {dataset.table}") from error
    columns = {column["name"]: sa.column(column["name"], column["type"]) for column in live}
    for name in _needed(dataset):
        if name not in columns:
            raise SystemChanged(f"{where}: table {dataset.table} has no column {name}")
    if dataset.fields == "all":
        # A column that looks like a secret is never read by default (decision D3).
        fields = tuple(name for name in columns if not _SECRET_NAME.search(name))
    else:
        fields = tuple(
            name for name, field in dataset.declared.items() if not field.secret
        )
    return _Table(sa.table(dataset.table, *columns.values()), fields)


def _chunks(wanted: Wanted) -> Iterator[Wanted]:
    """Split a long list of values: databases bound the number of parameters."""
    pairs = [
        (kind, value)
        for kind, values in sorted(wanted.values.items())
        for value in sorted(values)
    ]
    for start in range(0, len(pairs), _CHUNK):
        chunk: dict[str, set[str]] = {}
        for kind, value in pairs[start : start + _CHUNK]:
            chunk.setdefault(kind, set()).add(value)
        yield Wanted({kind: frozenset(values) for kind, values in chunk.items()})


def _condition(
    dataset: Dataset, table: _Table, wanted: Wanted
) -> sa.ColumnElement[bool] | None:
    parts = []
    for kind, spot in dataset.find_by.items():
        values = wanted.values.get(kind, frozenset())
        for name in spot.column if values else ():
            part = _matches(table[name], spot.matching(kind), values)
            if part is not None:
                parts.append(part)
    return sa.or_(*parts) if parts else None


def _matches(
    column: sa.ColumnClause[Any], match: Match, values: frozenset[str]
) -> sa.ColumnElement[bool] | None:
    if match is Match.EMAIL:
        spellings = {spelling for value in values for spelling in _email_spellings(value)}
        return sa.func.lower(column).in_(sorted(spellings))
    if match is Match.PHONE:
        spellings = {spelling for value in values for spelling in _phone_spellings(value)}
        bare = reduce(
            lambda text, mark: sa.func.replace(text, mark, ""), _PHONE_MARKS, column
        )
        return sa.cast(bare, sa.String).in_(sorted(spellings))
    if match is Match.TEXT:
        return sa.func.lower(sa.func.trim(column)).in_(sorted(values))
    bound = [item for value in sorted(values) if (item := _bind(column, value)) is not None]
    return column.in_(bound) if bound else None


def _email_spellings(address: str) -> set[str]:
    """Return the address with its domain in ASCII and as people write it."""
    local, _, domain = address.rpartition("@")
    try:
        return {address, f"{local}@{domain.encode('ascii').decode('idna')}"}
    except UnicodeError:
        return {address}


def _phone_spellings(number: str) -> set[str]:
    """Return how an E.164 number may stand in a column once the marks are gone.

    >>> sorted(_phone_spellings("+441442500890"))
    ['+4401442500890', '+441442500890', '00441442500890', '01442500890', '441442500890']
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return {number}
    code, national = parsed.country_code, phonenumbers.national_significant_number(parsed)
    return {
        number,
        f"{code}{national}",
        f"00{code}{national}",
        f"0{national}",
        f"+{code}0{national}",
    }


def _bind(column: sa.ColumnClause[Any], value: str) -> object | None:
    """Return ``value`` as the column's type, or None: it cannot match there."""
    try:
        wanted: type = column.type.python_type
    except NotImplementedError:
        wanted = str
    if wanted is str:
        return value
    try:
        if wanted is int:
            return int(value)
        if wanted in {Decimal, float}:
            return Decimal(value)
        if wanted is UUID:
            return UUID(value)
    except (ValueError, InvalidOperation):
        return None
    return value


def _float(value: float) -> object:
    return value if math.isfinite(value) else str(value)


_PLAIN: Final[Mapping[type, Callable[[Any], object]]] = {
    Decimal: str,
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: str,
    UUID: str,
    float: _float,
    bytes: lambda value: {"base64": base64.b64encode(value).decode()},
    memoryview: lambda value: {"base64": base64.b64encode(value).decode()},
}
_AS_IT_IS: Final = frozenset({str, int, bool, type(None), list, dict})


def _plain(value: Any) -> object:
    """Return the value as JSON can hold it without loss."""
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    return _PLAIN.get(kind, str)(value)


@contextmanager
def _connected(system: System) -> Iterator[Connection]:
    """Give a streaming, read-only connection. Raises SystemUnavailable, SystemChanged."""
    url = env_secret(system.connection, default="") if system.connection else ""
    if not url:
        raise SystemUnavailable(
            f"{system.id}: {system.connection or 'its connection'} is not set"
        )
    try:
        with _engine(url).connect() as connection:
            yield connection.execution_options(stream_results=True, max_row_buffer=BATCH)
    except NoSuchTableError as error:
        raise SystemChanged(f"{system.id}: there is no table {error}") from error
    except DBAPIError as error:
        if _is_schema_error(error):
            raise SystemChanged(
                f"{system.id}: the database refuses a column or table of the register"
            ) from error
        # The driver's words may quote values, so only its class is told.
        raise SystemUnavailable(f"{system.id}: {type(error.orig).__name__}") from error
    except SQLAlchemyError as error:
        raise SystemUnavailable(f"{system.id}: {type(error).__name__}") from error


def _is_schema_error(error: DBAPIError) -> bool:
    return type(error.orig).__name__ in {"UndefinedColumn", "UndefinedTable"} or (
        "no such " in str(error.orig)
    )


@cache
def _engine(url: str) -> Engine:
    parsed = make_url(url)
    driver = {"postgresql": "postgresql+psycopg2", "postgres": "postgresql+psycopg2"}
    driver |= {"mysql": "mysql+pymysql", "mariadb": "mysql+pymysql"}
    parsed = parsed.set(drivername=driver.get(parsed.drivername, parsed.drivername))
    if parsed.drivername.startswith("sqlite"):
        return sa.create_engine(_read_only(parsed), pool_pre_ping=True)
    options: dict[str, Any] = {}
    if parsed.drivername.startswith("postgresql"):
        options["connect_args"] = {
            "connect_timeout": 5,
            "options": f"-c statement_timeout={_TIMEOUT_SECONDS * 1000} "
            "-c default_transaction_read_only=on",
        }
    elif parsed.drivername.startswith("mysql"):
        options["connect_args"] = {
            "connect_timeout": 5,
            "read_timeout": _TIMEOUT_SECONDS,
            "init_command": "SET SESSION TRANSACTION READ ONLY",
        }
    return sa.create_engine(parsed, pool_pre_ping=True, pool_size=2, **options)


def _read_only(url: URL) -> URL:
    """Return the SQLite URL that cannot write, and makes no empty file by mistake."""
    path = Path(url.database or "").resolve()
    return url.set(database=f"file:{path}", query={"mode": "ro", "uri": "true"})
