"""A portal of real processes that a test may kill: servers, workers, web, a browser."""

from __future__ import annotations

import http.cookiejar
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from celery import Celery
from psycopg2 import sql

from dev import roles
from dev.servers import Postgres, Valkey, free_port
from dev.supervisor import PROCESSES, ROOT, SEVERAL, end

# Short, so that a test need not wait a minute for a killed worker's lease.
LEASE_SECONDS = 3
SWEEPS = (
    "outbox.send_due",
    "requests_app.sweep_searches",
    "requests_app.sweep_packages",
)
_numbers = itertools.count(1)
_KEPT = ("django_migrations", "django_content_type", "auth_permission")


def until(condition: Callable[[], object], seconds: float = 90) -> object:
    """Return what ``condition`` gave once it is true. Fails after ``seconds``."""
    end_at = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        assert time.monotonic() < end_at, f"not true within {seconds} s"
        time.sleep(0.1)


@dataclass
class Servers:
    """PostgreSQL with the portal's two roles and its tables, and Valkey."""

    state: Path
    postgres: Postgres = field(init=False)
    valkey: Valkey = field(init=False)
    urls: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        # Processes are killed here, never the machine: nothing waits for its disk.
        self.postgres = Postgres(self.state, durable=False)
        self.valkey = Valkey(self.state)
        self.postgres.start()
        self.valkey.start()
        self.urls = roles.prepare(self.postgres)
        migrate = ["migrate", "--no-input", "-v0"]
        collect = ["collectstatic", "--no-input", "-v0"]
        commands = json.dumps([migrate, ["grant_app_role"], collect])
        owner = self.environment(self.state, LUMINA_AS_OWNER="1")
        python(owner, "-c", SEVERAL, commands)

    def stop(self) -> None:
        end(self.valkey.process, signal.SIGINT)
        end(self.postgres.process, signal.SIGINT)

    def environment(self, data: Path, **more: str) -> dict[str, str]:
        """Return what a process of the portal needs; the keys are the suite's."""
        return {
            **os.environ,
            **self.urls,
            "REDIS_URL": self.valkey.url(),
            "DATA_DIR": str(data),
            "LUMINA_AS_OWNER": "0",
            "LUMINA_STATIC_ROOT": str(self.state / "static"),
            "LUMINA_LEASE_SECONDS": str(LEASE_SECONDS),
            "LUMINA_LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            **more,
        }

    def superuser(self, database: str = "lumina"):
        connection = psycopg2.connect(
            self.postgres.url("postgres", self.postgres.secret(), database)
        )
        connection.autocommit = True
        return connection

    def empty(self) -> None:
        """Delete every row of the portal."""
        with self.superuser() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
                "AND tablename <> ALL(%s)",
                [list(_KEPT)],
            )
            names = sql.SQL(", ").join(sql.Identifier(row[0]) for row in cursor)
            cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        connection.close()


def manage(environment: dict[str, str], *arguments: str) -> str:
    return python(environment, "manage.py", *arguments)


def python(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass
class Process:
    """A process of the portal with its pool, in a group that can be killed at once."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """kill -9, children too, as a machine that loses its power."""
        os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(10)

    def alive(self) -> bool:
        return self.popen.poll() is None


@dataclass
class Stand:
    """One test's portal on the session's servers."""

    servers: Servers
    data: Path
    extra: dict[str, str] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    namespace: str = field(default_factory=lambda: f"fault-{next(_numbers)}")

    @property
    def environment(self) -> dict[str, str]:
        return self.servers.environment(
            self.data, LUMINA_NAMESPACE=self.namespace, **self.extra
        )

    def spawn(self, name: str, *command: str, **environment: str) -> Process:
        log = self.data / f"{name}-{len(self.processes)}.log"
        with log.open("ab") as out:
            popen = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        process = Process(name, popen, log)
        self.processes.append(process)
        return process

    def worker(self, concurrency: int = 1, **environment: str) -> Process:
        return self.spawn(
            "worker",
            *PROCESSES["worker"],
            # Several on one machine, and none waits for word of the others.
            *("--without-mingle", "--without-gossip", "-n", f"w{next(_numbers)}@%h"),
            **{"LUMINA_WORKER_TASKS": str(concurrency), **environment},
        )

    def beat(self) -> Process:
        return self.spawn("beat", *PROCESSES["beat"])

    def web(self, workers: int = 1) -> str:
        """Start a web server and return its address."""
        port = free_port()
        self.extra["LUMINA_ORIGIN"] = f"http://localhost:{port}"
        self.spawn(
            "web",
            *PROCESSES["web"],
            PORT=str(port),
            LUMINA_WEB_WORKERS=str(workers),
        )
        url = f"http://localhost:{port}"
        until(lambda: _answers(f"{url}/healthz"))
        return url

    def send(self, task: str, **ids: int) -> None:
        """Put a wake-up into the broker's queue, as beat or a nudge does."""
        url = self.servers.valkey.url()
        with Celery(broker=url, set_as_current=False) as app:
            app.conf.task_default_queue = self.namespace
            app.conf.broker_transport_options = {
                "global_keyprefix": f"{self.namespace}:"
            }
            app.send_task(task, kwargs=ids)

    def sweep_until(self, condition: Callable[[], object], *, seconds=90) -> float:
        """Sweep as beat does, quicker, until it is true; return the seconds it took."""
        began = time.monotonic()
        sweeps = itertools.cycle(SWEEPS)
        while not condition():
            assert time.monotonic() - began < seconds, "the sweeps did not do it"
            self.send(next(sweeps))
            time.sleep(0.3)
        return time.monotonic() - began

    def source(self, variable: str, script: str) -> str:
        """Make a source database for this test; its name."""
        name = f"source_{os.getpid()}_{next(_numbers)}"
        admin = self.servers.superuser()
        with admin.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        admin.close()
        self.sources.append(name)
        self.run_in(name, script)
        url = self.servers.postgres.url(
            "postgres", self.servers.postgres.secret(), name
        )
        self.extra[variable] = url
        return name

    def run_in(self, database: str, script: str) -> None:
        connection = self.servers.superuser(database)
        with connection.cursor() as cursor:
            cursor.execute(script)
        connection.close()

    @contextmanager
    def locked_table(self, database: str, table: str) -> Iterator[None]:
        """Hold a lock that makes every reader of the table wait."""
        connection = self.servers.superuser(database)
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        try:
            yield
        finally:
            connection.rollback()
            connection.close()

    def wait_for_lock(self, database: str = "lumina") -> None:
        """Return once a process waits for a lock in the database."""
        watcher = self.servers.superuser()

        def waiting() -> bool:
            with watcher.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = %s "
                    "AND wait_event_type = 'Lock'",
                    [database],
                )
                return bool(cursor.fetchone()[0])

        until(waiting)
        watcher.close()

    def stop(self) -> None:
        for process in reversed(self.processes):
            if process.alive():
                process.kill()
        admin = self.servers.superuser()
        with admin.cursor() as cursor:
            for name in self.sources:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        admin.close()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 (ours)
            return response.status == 200
    except OSError:
        return False


class Browser:
    """A browser without pictures: cookies, forms with their tokens, redirects."""

    def __init__(self, origin: str, session: str = "") -> None:
        self.origin = origin
        self.status, self.body = 0, b""
        self.headers: dict[str, str] = {}
        jar = http.cookiejar.CookieJar()
        self._open = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(jar)
        )
        self.jar = jar
        if session:
            cookie = f"sessionid={session}"
            self._open.addheaders.append(("Cookie", cookie))
        self._session = session

    @property
    def text(self) -> str:
        return self.body.decode()

    def get(self, path: str) -> str:
        return self._send(path, None)

    def post(self, path: str, **values: str) -> str:
        """Post a form of the page that was opened last."""
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.text)
        token = found[1] if found else ""
        return self._send(path, {"csrfmiddlewaretoken": token, **values})

    def _send(self, path: str, values: dict[str, str] | None) -> str:
        data = urllib.parse.urlencode(values, doseq=True).encode() if values else None
        url = urllib.parse.urljoin(self.origin, path)
        request = urllib.request.Request(url, data)  # noqa: S310 (ours)
        request.add_header("Referer", self.origin + "/")
        if self._session:
            cookies = [f"{c.name}={c.value}" for c in self.jar if c.name != "sessionid"]
            cookies.append(f"sessionid={self._session}")
            request.add_unredirected_header("Cookie", "; ".join(cookies))
        try:
            with self._open.open(request, timeout=60) as response:
                self.status, self.body = response.status, response.read()
                self.headers, self.url = dict(response.headers), response.url
        except urllib.error.HTTPError as error:
            self.status, self.body = error.code, error.read()
            self.headers, self.url = dict(error.headers), error.url
            error.close()
        return self.text if self.body[:2] != b"PK" else ""
