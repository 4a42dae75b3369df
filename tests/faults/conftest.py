"""Servers of the faults' own, and the test's own connections pointed at them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.db import connections

from datamap import queries as datamap
from tests.faults.stand import Servers, Stand


@pytest.fixture(scope="session")
def fault_servers(tmp_path_factory) -> Iterator[Servers]:
    """Start PostgreSQL and Valkey once, with the portal's tables."""
    servers = Servers(Path(tmp_path_factory.mktemp("servers")))
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()


@pytest.fixture
def stand(fault_servers, tmp_path, settings, django_db_blocker) -> Iterator[Stand]:
    """Give an empty portal on the faults' servers; the ORM here sees its database."""
    fault_servers.empty()
    stand = Stand(fault_servers, tmp_path)
    default = connections.databases["default"]
    before = dict(default)
    parts = urlsplit(fault_servers.urls["DATABASE_URL"])
    connections["default"].close()
    default.update(
        NAME=parts.path.strip("/"),
        USER=unquote(parts.username or ""),
        PASSWORD=unquote(parts.password or ""),
        HOST=parts.hostname,
        PORT=str(parts.port),
    )
    # It is kept by its number, which means another one in the other database.
    datamap.register_at.cache_clear()
    with django_db_blocker.unblock():
        try:
            yield stand
        finally:
            stand.stop()
            connections["default"].close()
            default.clear()
            default.update(before)
            datamap.register_at.cache_clear()
