"""Source databases of real engines, and a case that was searched in them."""

from __future__ import annotations

import base64
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from lumina_privacy.lib import crypto
from requests_app.actions import search
from requests_app.models import Case
from requests_app.states import Right
from tests.database import drop
from tests.factories.accounts import make_staff
from tests.factories.cases import BILLING, CRM, make_case, make_revision
from tests.factories.clock import again, noon
from tests.requests_app.ruled import AT, check


@pytest.fixture
def sqlite_source(tmp_path, monkeypatch) -> Callable[[str, str], Path]:
    """Make a SQLite database under an environment variable from an SQL script."""

    def make(variable: str, script: str) -> Path:
        path = tmp_path / f"{variable.lower()}.sqlite"
        with sqlite3.connect(path) as connection:
            connection.executescript(script)
        monkeypatch.setenv(variable, f"sqlite:///{path}")
        return path

    return make


@contextmanager
def _inside(database: str) -> Iterator[psycopg2.extensions.cursor]:
    """Give a cursor of the owner's in ``database``, or in the portal's own for ""."""
    parts = urlsplit(os.environ["DATABASE_OWNER_URL"])
    path = f"/{database}" if database else parts.path
    url = urlunsplit(parts._replace(path=path))
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


@pytest.fixture(scope="session")
def _source_databases() -> Iterator[list[str]]:
    """Give the databases made for sources so far; dropped after the last test."""
    names: list[str] = []
    yield names
    with _inside("") as cursor:
        for name in names:
            drop(cursor, name)


@pytest.fixture
def postgres_source(monkeypatch, _source_databases) -> Callable[[str, str], str]:
    """Fill a PostgreSQL database beside the portal's own, of this test alone.

    The next test gets the same one emptied: making one takes longer than most tests.
    """
    free = iter(list(_source_databases))

    def made() -> str:
        name = f"source_{uuid.uuid4().hex[:12]}"
        with _inside("") as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
        _source_databases.append(name)
        return name

    def make(variable: str, script: str) -> str:
        name = next(free, None) or made()
        with _inside(name) as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = %s AND xact_start IS NOT NULL "
                "AND usename = current_user AND pid <> pg_backend_pid()",
                [name],
            )
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            cursor.execute(script)
        parts = urlsplit(os.environ["DATABASE_OWNER_URL"])
        url = urlunsplit(parts._replace(scheme="postgresql+psycopg2", path=f"/{name}"))
        monkeypatch.setenv(variable, url)
        return url

    return make


@pytest.fixture
def new_key(settings):
    """Rotate the key of the hashes that stand for people and rows."""

    def rotate(*, keep: bool = True):
        old = settings.LUMINA_REF_KEYS
        new = "fresh:" + base64.b64encode(b"\x07" * 32).decode()
        settings.LUMINA_REF_KEYS = f"{new},{old}" if keep else new
        crypto.ref_keys.cache_clear()

    yield rotate
    crypto.ref_keys.cache_clear()


@pytest.fixture
def searched(postgres_source, sqlite_source):
    """Make a case of a right whose systems were really searched, and who asks known."""
    from tests.requests_app.test_search import BILLING_SQL, CRM_SQL, work_off

    postgres_source("TEST_CRM_URL", CRM_SQL)
    sqlite_source("TEST_BILLING_URL", BILLING_SQL)

    def make(right: Right, *, checked: bool = True, **fields) -> Case:
        case = make_case(
            "ann@example.org",
            right=right,
            revision=make_revision([CRM, BILLING]),
            received_at=noon("2026-11-02"),
            **fields,
        )
        search.start_search(case, by=make_staff(), at=AT)
        work_off(case, at=AT)
        if checked:
            check(case)
        return again(case)

    return make
