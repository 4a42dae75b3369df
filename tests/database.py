"""Connections of a test's own: another role's, and those of threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import psycopg2
from django.conf import settings
from django.db import connection

from lumina_privacy.lib.services import database

T = TypeVar("T")


@contextmanager
def as_application() -> Iterator[psycopg2.extensions.connection]:
    """Give a real connection as the role that the portal runs as (decision E11).

    What it reads and writes is outside the test's transaction: roll back.
    """
    role = database(settings.DATABASE_URL, "DATABASE_URL")
    opened = psycopg2.connect(
        host=role["HOST"],
        port=role["PORT"],
        user=role["USER"],
        password=role["PASSWORD"],
        dbname=connection.settings_dict["NAME"],
    )
    try:
        yield opened
    finally:
        opened.close()


def drop(cursor: psycopg2.extensions.cursor, name: str) -> None:
    """Drop a database and end who is in it.

    Not ``WITH (FORCE)``: that is refused to its owner while the server's own vacuum is
    in it; a plain drop waits for the vacuum.
    """
    cursor.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = %s AND usename = current_user",
        [name],
    )
    cursor.execute(f'DROP DATABASE "{name}"')


def at_once(work: Callable[[int], T], times: int) -> list[T]:
    """Run ``work(0)`` ... ``work(times - 1)`` in threads, each on a connection."""

    def one(number: int) -> T:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))
