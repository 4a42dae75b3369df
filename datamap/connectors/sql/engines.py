"""Connections that can read and nothing else, and what their failures mean."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from datamap.connectors.base import BATCH, SystemChanged, SystemUnavailable
from datamap.registry.systems import System
from lumina_privacy.lib.env import env_secret

logger = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 5
STATEMENT_SECONDS: Final = 300
# SQLAlchemy reads a bare scheme as a driver of its own choice (decision E18).
_DRIVERS: Final = {
    "postgresql": "postgresql+psycopg2",
    "postgres": "postgresql+psycopg2",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}
# A table or column that is gone: PostgreSQL's classes, MySQL's numbers, SQLite's words.
_GONE_CLASSES: Final = frozenset({"UndefinedColumn", "UndefinedTable"})
_GONE_NUMBERS: Final = frozenset({1051, 1054, 1146})
_GONE_WORDS: Final = ("no such table", "no such column")
# The server, or we, gave a statement up.
_TOO_SLOW_CLASSES: Final = frozenset({"QueryCanceled"})
# Reading that is not permitted: trying again does not help.
_DENIED_CLASSES: Final = frozenset({"InsufficientPrivilege"})
_DENIED_NUMBERS: Final = frozenset({1044, 1142, 1143})


@contextmanager
def connected(system: System, place: str) -> Iterator[Connection]:
    """Give a streaming, read-only connection to read ``place`` ("crm.contacts").

    Raises SystemUnavailable for what may pass, SystemChanged for what a person must
    mend. A driver's own words may quote data, so they are never repeated.
    """
    url = env_secret(system.connection, default="") if system.connection else ""
    if not url:
        # Trying again does not help: a person must set it and start the worker again.
        raise SystemChanged(
            f"{place}: the variable {system.connection} is not set for the worker"
            if system.connection
            else f"{place}: the register names no connection"
        )
    try:
        with _engine(url).connect() as connection:
            yield connection.execution_options(
                stream_results=True, max_row_buffer=BATCH
            )
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise SystemChanged(
            f"{place}: {system.connection} is no URL of a database we can read"
        ) from error
    except DBAPIError as error:
        raise _meaning(error, system, place) from error
    except SQLAlchemyError as error:
        raise _unavailable(system, place, type(error).__name__) from error


def _meaning(error: DBAPIError, system: System, place: str) -> Exception:
    name, words = type(error.orig).__name__, str(error.orig)
    arguments = getattr(error.orig, "args", ())
    number = arguments[0] if arguments else None
    if (
        name in _GONE_CLASSES
        or number in _GONE_NUMBERS
        or words.startswith(_GONE_WORDS)
    ):
        return SystemChanged(
            f"{place}: a table or column of the register is gone from the database"
        )
    if name in _DENIED_CLASSES or number in _DENIED_NUMBERS:
        return SystemChanged(f"{place}: reading it is not permitted to this connection")
    return _unavailable(system, place, name)


def _unavailable(system: System, place: str, name: str) -> SystemUnavailable:
    """Return what people read; the name of the failure is for the worker's log."""
    logger.warning("%s: %s", place, name)
    if name in _TOO_SLOW_CLASSES:
        minutes = STATEMENT_SECONDS // 60
        return SystemUnavailable(
            f"{system.name} took longer than {minutes} minutes to answer."
        )
    return SystemUnavailable(f"{system.name} could not be reached.")


@cache
def _engine(url: str) -> Engine:
    parsed = make_url(url)
    parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        engine = sa.create_engine(_read_only(parsed), pool_pre_ping=True)
        sa.event.listen(engine, "connect", _keep_broken_text)
        sa.event.listen(engine, "connect", _teach)
        return engine
    arguments: dict[str, Any] = {}
    if backend == "postgresql":
        arguments = {
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c statement_timeout={STATEMENT_SECONDS * 1000} "
            "-c default_transaction_read_only=on",
        }
    elif backend in {"mysql", "mariadb"}:
        arguments = {
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": STATEMENT_SECONDS,
            "init_command": "SET SESSION TRANSACTION READ ONLY",
        }
    return sa.create_engine(
        parsed, pool_pre_ping=True, pool_size=2, connect_args=arguments
    )


def _read_only(url: URL) -> URL:
    """Return the SQLite URL that cannot write, and makes no empty file by mistake."""
    return url.set(
        database=f"file:{url.database or ''}", query={"mode": "ro", "uri": "true"}
    )


def _teach(connection: Any, _record: object) -> None:
    """Give SQLite a ``lower`` beyond ASCII, and PostgreSQL's ``translate``."""

    def lower(value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    def translate(value: object, these: str, by: str) -> object:
        return value.translate(_table(these, by)) if isinstance(value, str) else value

    connection.create_function("lower", 1, lower, deterministic=True)
    connection.create_function("translate", 3, translate, deterministic=True)


@cache
def _table(these: str, by: str) -> dict[int, int | None]:
    """Return what each of ``these`` becomes: what stands at its place in ``by``."""
    return {
        ord(old): ord(by[place]) if place < len(by) else None
        for place, old in enumerate(these)
    }


def _keep_broken_text(connection: Any, _record: object) -> None:
    """Have SQLite give text that is no UTF-8 as bytes, not as an error."""

    def text(raw: bytes) -> str | bytes:
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return raw

    connection.text_factory = text
