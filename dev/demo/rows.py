"""Rows on their way into the demonstration systems, in batches."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any

import sqlalchemy as sa

BATCH = 5_000
Row = dict[str, Any]


def engine_for(url: str) -> sa.Engine:
    """Return an engine for a database URL as the environment gives it."""
    return sa.create_engine(url.replace("postgresql://", "postgresql+psycopg2://", 1))


class Rows:
    """Takes rows of any table, numbers them, and writes them 5,000 at a time."""

    def __init__(self, connections: dict[sa.MetaData, sa.Connection]) -> None:
        self._connections = connections
        self._waiting: dict[sa.Table, list[Row]] = defaultdict(list)
        self._numbers: dict[sa.Table, Iterator[int]] = defaultdict(lambda: count(1))

    def add(self, table: sa.Table, **values: Any) -> int:
        """Take a row and return its number."""
        [key] = table.primary_key.columns
        number = values.setdefault(key.name, next(self._numbers[table]))
        waiting = self._waiting[table]
        waiting.append({column.name: None for column in table.columns} | values)
        if len(waiting) == BATCH:
            self._write(table)
        return int(number)

    def finish(self) -> None:
        """Write what is waiting."""
        for table in self._waiting:
            self._write(table)

    def _write(self, table: sa.Table) -> None:
        rows, self._waiting[table] = self._waiting[table], []
        if not rows:
            return
        connection = self._connections[table.metadata]
        if connection.dialect.name == "postgresql":
            _copy(connection, table, rows)
        else:
            connection.execute(table.insert(), rows)


def _copy(connection: sa.Connection, table: sa.Table, rows: list[Row]) -> None:
    """Write by COPY, about ten times as fast as INSERT; an empty field is NULL."""
    text = io.StringIO()
    csv.writer(text).writerows(row.values() for row in rows)
    text.seek(0)
    columns = ", ".join(column.name for column in table.columns)
    with closing(connection.connection.cursor()) as cursor:
        cursor.copy_expert(
            f"COPY {table.name} ({columns}) FROM STDIN (FORMAT csv)", text
        )
