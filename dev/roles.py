"""Roles and databases on the embedded PostgreSQL (decision E11)."""

from __future__ import annotations

import time

import psycopg2
import psycopg2.extensions
from psycopg2 import sql

from dev.servers import CannotStart, Postgres

OWNER = "lumina_owner"
APPLICATION = "lumina_app"
DEMO = "lumina_demo"
# The variable with the owner's URL: for migrations, and for no process that serves.
OWNERS = "DATABASE_OWNER_URL"
DEMO_DATABASES = ("crm", "service_desk", "billing")


def variable(name: str) -> str:
    """Return the variable under which a demonstration system's database is named."""
    return f"{name.upper()}_DATABASE_URL"


def _connect(url: str, seconds: float = 60) -> psycopg2.extensions.connection:
    """Connect; a server recovering from a kill opens its port before it can serve."""
    until = time.monotonic() + seconds
    while True:
        try:
            return psycopg2.connect(url)
        except psycopg2.OperationalError as error:
            if time.monotonic() > until:
                raise CannotStart(f"PostgreSQL does not answer: {error}") from error
            time.sleep(0.1)


def prepare(postgres: Postgres, database: str = "lumina") -> dict[str, str]:
    """Make roles and databases that are missing; return the URLs by variable.

    Each role has a password of its own: the application's opens the owner's no more
    than it opens the server.
    """
    connection = _connect(postgres.url("postgres", postgres.secret(), "postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        for role, rights in ((OWNER, "CREATEDB"), (APPLICATION, ""), (DEMO, "")):
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "ALTER" if cursor.fetchone() else "CREATE"
            cursor.execute(
                sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
                    sql.SQL(verb),
                    sql.Identifier(role),
                    sql.SQL(rights),
                    sql.Literal(postgres.secret(role)),
                )
            )
        for name, owner in (
            (database, OWNER),
            *((name, DEMO) for name in DEMO_DATABASES),
        ):
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(name), sql.Identifier(owner)
                    )
                )
    connection.close()
    return {
        OWNERS: _url(postgres, OWNER, database),
        "DATABASE_URL": _url(postgres, APPLICATION, database),
        **{variable(name): _url(postgres, DEMO, name) for name in DEMO_DATABASES},
    }


def _url(postgres: Postgres, role: str, database: str) -> str:
    return postgres.url(role, postgres.secret(role), database)
