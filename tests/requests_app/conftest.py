"""Source databases of real engines, made for one test."""

from __future__ import annotations

import base64
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from lumina_privacy.lib import crypto


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


@pytest.fixture
def postgres_source(monkeypatch) -> Iterator[Callable[[str, str], str]]:
    """Make a PostgreSQL database beside the portal's own; dropped afterwards."""
    parts = urlsplit(os.environ["DATABASE_OWNER_URL"])
    names: list[str] = []

    def run(database: str, script: str) -> None:
        url = urlunsplit(parts._replace(path=f"/{database}"))
        connection = psycopg2.connect(url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(script)
        connection.close()

    def make(variable: str, script: str) -> str:
        name = f"source_{uuid.uuid4().hex[:12]}"
        run(parts.path.strip("/"), f'CREATE DATABASE "{name}"')
        names.append(name)
        run(name, script)
        url = urlunsplit(parts._replace(scheme="postgresql+psycopg2", path=f"/{name}"))
        monkeypatch.setenv(variable, url)
        return url

    yield make
    for name in names:
        run(parts.path.strip("/"), f'DROP DATABASE "{name}" WITH (FORCE)')


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
