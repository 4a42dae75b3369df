"""The commands of docker-compose.yml, run for real, each as its own process."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from subprocess import Popen
from threading import Event
from typing import Any

import psycopg2
import pytest
from aiosmtpd.controller import Controller

from dev.servers import free_port
from tests.deploy import compose
from tests.deploy.stage import HOST, Stage, staged

pytestmark = pytest.mark.fault

QUEUE = """
from django.utils import timezone
from outbox import actions
from outbox.states import MessageKind
actions.queue(kind=MessageKind.SERVICE, purpose="test", to="jo@example.org",
    subject="Hello", text="Hello", about="test:1", dedupe_key={key!r},
    at=timezone.now())
"""


ATTEMPTS = """
from django.db import Error, connection
for statement in {statements!r}:
    try:
        connection.cursor().execute(statement)
    except Error as refused:
        print(str(refused).splitlines()[0])
    else:
        print("done")
"""


class SlowMail:
    """A mail server that can be made to think for a while before it says yes."""

    def __init__(self) -> None:
        self.taken = 0
        self.asked = Event()
        self.seconds = 0.0

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        self.asked.set()
        await asyncio.sleep(self.seconds)
        self.taken += 1
        return "250 taken"


@pytest.fixture(scope="module")
def mail() -> Iterator[tuple[SlowMail, int]]:
    handler, port = SlowMail(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture(scope="module")
def stage(mail) -> Iterator[Stage]:
    with (
        tempfile.TemporaryDirectory(prefix="lumina-deploy-") as folder,
        staged(Path(folder), mail[1]) as ready,
    ):
        build_static_files(ready)
        ready.once("migrate")
        ready.once("setup")
        yield ready


def build_static_files(stage: Stage) -> None:
    """Run the Dockerfile's last RUN, which collects them with throw-away keys."""
    *_, step = [rest for word, rest in compose.image().instructions if word == "RUN"]
    environment = compose.image().environment
    done = stage.run(
        "web",
        ["env", "-i", *(f"{k}={stage.here(v)}" for k, v in environment.items()),
         "sh", "-euc", stage.here(step)],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert list((stage.home / "static").glob("staticfiles.json"))


def ask(stage: Stage, path: str, **headers: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", stage.web_port, timeout=30)
    connection.request(
        "GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https", **headers}
    )
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def wait_for(what: Callable[[], object], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.2)


def query(stage: Stage, statement: str, *values: str) -> list[tuple[Any, ...]]:
    """Ask the database as its superuser, who is nobody of the portal."""
    url = stage.postgres.url("postgres", stage.postgres.secret(), "lumina")
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    connection.close()
    return rows


def owe_a_mail(stage: Stage, key: str) -> None:
    command = ["python", "manage.py", "shell", "-c", QUEUE.format(key=key)]
    done = stage.run("worker", command)
    assert done.returncode == 0, done.stderr


def state_of(stage: Stage, key: str) -> str:
    rows = query(stage, "SELECT state FROM outbox_message WHERE dedupe_key = %s", key)
    return str(rows[0][0])


def test_the_application_role_cannot_do_what_only_the_owner_may(stage):
    owners = query(stage, "SELECT DISTINCT tableowner FROM pg_tables "
                          "WHERE schemaname = 'public'")  # fmt: skip
    assert owners == [("lumina_owner",)]
    statements = (
        "TRUNCATE audit_event",
        "UPDATE audit_event SET event = 'x'",
        "CREATE TABLE mine (x int)",
        "DROP TABLE outbox_message",
    )
    attempts = ATTEMPTS.format(statements=statements)
    done = stage.run("web", ["python", "manage.py", "shell", "-v0", "-c", attempts])
    assert done.returncode == 0, done.stderr
    for statement, said in zip(statements, done.stdout.splitlines(), strict=True):
        assert re.match("permission denied|must be owner", said), statement


@pytest.mark.parametrize(
    ("service", "variable"),
    [
        ("migrate", "LUMINA_SIGNING_KEY_FILE"),
        ("setup", "LUMINA_MASTER_KEYS_FILE"),
        ("web", "LUMINA_REF_KEYS_FILE"),
        ("worker", "LUMINA_DATABASE_PASSWORD_FILE"),
        ("beat", "LUMINA_BROKER_PASSWORD_FILE"),
    ],
)
def test_a_secret_whose_file_is_missing_is_named(stage, service, variable):
    done = stage.run(
        service, stage.services[service]["command"], **{variable: "/nowhere/secret"}
    )
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert f"{variable} names /nowhere/secret, which cannot be read" in last


def test_setting_up_again_changes_nothing(stage):
    before = query(stage, "SELECT count(*) FROM datamap_revision")
    stage.once("migrate")
    words = stage.once("setup")
    assert "0 new bank holidays; 0 new schedule lines." in words
    assert query(stage, "SELECT count(*) FROM datamap_revision") == before


def test_a_portal_starts_works_is_cut_off_stops_and_starts_again(stage, mail):
    handler, _ = mail
    files = stage.files()
    web, worker, beat = started(stage)
    token = pages_are_served(stage)
    second = work_that_was_cut_off_is_taken_up(stage, handler, worker)

    assert stage.stop("web", web) == 0
    assert stage.stop("beat", beat) == 0
    a_worker_told_to_stop_ends_what_it_does(stage, handler, second)
    words = stage.log("web").read_text()
    assert "GET / 200" in words
    for told in ("Bloggs", "127.0.0.1 ", token):
        assert told not in words
    assert "jo@example.org" not in stage.log("worker").read_text()
    after = stage.files()
    assert after == files  # the root file system may be read-only

    again = stage.start("web", LUMINA_WEB_WORKERS="1")
    stage.healthy("web")
    assert ask(stage, "/")[0] == 200
    assert stage.stop("web", again) == 0


def started(stage: Stage) -> list[Popen[bytes]]:
    """Start web, then who works and who wakes them; all are healthy and ready."""
    web = stage.start("web")
    stage.healthy("web")
    status, body = ask(stage, "/readyz")
    if status == 503:  # nobody sweeps yet
        assert json.loads(body)["sweeps"] is False
    worker, beat = stage.start("worker"), stage.start("beat")
    stage.healthy("worker")
    wait_for(lambda: ask(stage, "/readyz")[0] == 200)
    ready = json.loads(ask(stage, "/readyz")[1])
    assert ready == {
        "database": True,
        "broker": True,
        "migrations": True,
        "sweeps": True,
        "late": [],
    }
    stage.healthy("beat")
    return [web, worker, beat]


def pages_are_served(stage: Stage) -> str:
    """Ask for a page, what it looks like, and the counters; return their token."""
    status, page = ask(stage, "/?q=Jo+Bloggs")
    assert status == 200
    styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert styles
    assert ask(stage, styles[0])[0] == 200
    token = (stage.home / "secrets" / "metrics-token").read_text()
    assert ask(stage, "/metrics")[0] == 404
    status, counters = ask(stage, "/metrics", Authorization=f"Bearer {token}")
    assert status == 200
    assert 'view="home"' in counters
    return token


def work_that_was_cut_off_is_taken_up(
    stage: Stage, handler: SlowMail, worker: Popen[bytes]
) -> Popen[bytes]:
    """Kill the worker while it sends; return the next, which has sent it."""
    handler.asked.clear()
    handler.seconds = 30.0
    owe_a_mail(stage, "cut")
    assert handler.asked.wait(60)
    stage.kill(worker)  # what follows when the grace period is over
    handler.seconds = 0.0
    wait_for(lambda: state_of(stage, "cut") == "queued")
    second = stage.start("worker")
    wait_for(lambda: state_of(stage, "cut") == "sent")
    return second


def a_worker_told_to_stop_ends_what_it_does(
    stage: Stage, handler: SlowMail, worker: Popen[bytes]
) -> None:
    before = handler.taken
    handler.asked.clear()
    handler.seconds = 4.0
    owe_a_mail(stage, "slow")
    assert handler.asked.wait(60)
    begun = time.monotonic()
    assert stage.stop("worker", worker) == 0
    handler.seconds = 0.0
    assert time.monotonic() - begun > 3  # it waited for the task
    assert state_of(stage, "slow") == "sent"
    assert handler.taken == before + 1
