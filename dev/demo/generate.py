"""Fills the demonstration systems: the named people, and a crowd round them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date

import sqlalchemy as sa

from dev.demo.crowd import Crowd
from dev.demo.rows import Rows, engine_for
from dev.demo.stories import add_stories
from dev.demo.tables import SYSTEMS


def fill(urls: Mapping[str, str], *, people: int, today: date) -> bool:
    """Make and fill the systems' tables; return false when they are full already.

    ``urls`` are the databases by system. A fill that was interrupted is begun again.
    What a system without one would hold is made in memory and forgotten: the others
    hold what they would hold beside it.
    """
    engines = {name: engine_for(urls.get(name, "sqlite://")) for name in SYSTEMS}
    try:
        if all(_is_full(engines[name], name) for name in urls):
            return False
        with ExitStack() as stack:
            connections = {
                metadata: stack.enter_context(engines[name].begin())
                for name, metadata in SYSTEMS.items()
            }
            for metadata, connection in connections.items():
                metadata.drop_all(connection)
                metadata.create_all(connection)
            rows = Rows(connections)
            add_stories(rows, today)
            crowd = Crowd(people, today)
            for number in range(people):
                crowd.add(rows, number)
            rows.finish()
    finally:
        for engine in engines.values():
            engine.dispose()
    return True


def _is_full(engine: sa.Engine, name: str) -> bool:
    """Whether every table of the system is there, the first with a row in it."""
    present = set(sa.inspect(engine).get_table_names())
    tables = SYSTEMS[name].sorted_tables
    if not present >= {table.name for table in tables}:
        return False
    with engine.connect() as connection:
        return connection.execute(sa.select(tables[0]).limit(1)).first() is not None
