"""Database servers to search in: each test gets an empty database of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url

from tests import needs
from tests.database import drop
from tests.datamap.shop import ANN, LINES, META, PEOPLE, SHOP, SOURCE
from tests.datamap.worlds import register_with


def _postgres() -> Iterator[str]:
    """Give a database beside the portal's own."""
    server = make_url(os.environ["DATABASE_OWNER_URL"]).set(
        drivername="postgresql+psycopg2"
    )
    name = f"source_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        drop(connection.connection.cursor(), name)
    admin.dispose()


@pytest.fixture(scope="session")
def mariadb() -> Iterator[str]:
    """Start Debian's MariaDB on loopback, for this session alone."""
    server = needs.program("mariadbd", "mariadb-server")
    # Not in pytest's own folder: every run that begins closes that to others, and the
    # server runs as one.
    folder = Path(tempfile.mkdtemp(prefix="lumina-mariadb-"))
    data, account = folder / "data", "nobody" if os.geteuid() == 0 else ""
    if account:
        folder.chmod(0o755)
        shutil.chown(folder, account)
    as_account = [f"--user={account}"] if account else []
    plain = ["--no-defaults", f"--datadir={data}", *as_account]
    subprocess.run(
        [
            *("mariadb-install-db", *plain),
            "--auth-root-authentication-method=normal",
            "--force",  # though a container may not know its own name
        ],
        check=True,
        capture_output=True,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            server,
            *plain,
            "--bind-address=127.0.0.1",
            f"--port={port}",
            f"--socket={folder / 'socket'}",
            f"--pid-file={folder / 'pid'}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"mysql+pymysql://root@127.0.0.1:{port}"
    try:
        _await(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder)


def _await(url: str, process: subprocess.Popen) -> None:
    """Wait for the first answer: slow on a busy machine, never when it has ended."""
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        try:
            sa.create_engine(url).connect().close()
        except sa.exc.OperationalError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("MariaDB did not start")


def _mariadb(server: str) -> Iterator[str]:
    name = f"source_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(server)
    with admin.begin() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    admin.dispose()
    yield f"{server}/{name}"


@pytest.fixture(
    params=["sqlite", "postgres", pytest.param("mariadb", marks=pytest.mark.engines)]
)
def source(request, tmp_path, monkeypatch) -> Iterator[Engine]:
    """Give an engine that may write; the connector reads the same database."""
    makers: dict[str, Callable[[], Iterator[str]]] = {
        "sqlite": lambda: iter([f"sqlite:///{tmp_path / 'source.sqlite'}"]),
        "postgres": _postgres,
        "mariadb": lambda: _mariadb(request.getfixturevalue("mariadb")),
    }
    urls = makers[request.param]()
    url = next(urls)
    monkeypatch.setenv(SOURCE, url)
    engine = sa.create_engine(url)
    yield engine
    engine.dispose()
    next(urls, None)


@pytest.fixture
def shop(source):
    META.create_all(source)

    def fill(*people, lines=()):
        with source.begin() as connection:
            for person in people:
                connection.execute(PEOPLE.insert(), {**dict.fromkeys(ANN), **person})
            if lines:
                names = [column.name for column in LINES.columns]
                rows = [dict(zip(names, line, strict=True)) for line in lines]
                connection.execute(LINES.insert(), rows)
        return register_with(SHOP)

    return fill
