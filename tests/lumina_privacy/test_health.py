"""Alive and ready: each part taken away in turn, for real, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as portal
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from audit import actions as audit
from lumina_privacy.lib import ports

ASK = """
import django, json
django.setup()
from django.test import Client
answers = {}
for page in ("/healthz", "/readyz"):
    response = Client().get(page, HTTP_HOST="localhost")
    answers[page] = [response.status_code, response.content.decode()]
print(json.dumps(answers))
"""
# Nobody listens there.
CLOSED = "127.0.0.1:9"


def ask(**environment):
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=portal.BASE_DIR,
        env={**os.environ, "LUMINA_AS_OWNER": "0", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(done.stdout)
    assert answers["/healthz"] == [200, "ok\n"]
    status, body = answers["/readyz"]
    parts: dict[str, object] = json.loads(body)
    return status, parts


def test_database_down_is_said():
    status, parts = ask(DATABASE_URL=f"postgresql://x:x@{CLOSED}/x")

    assert status == 503
    assert (parts["database"], parts["broker"]) == (False, True)


def test_broker_down_is_said():
    status, parts = ask(REDIS_URL=f"redis://{CLOSED}/0")

    assert status == 503
    assert (parts["database"], parts["broker"]) == (True, False)


def test_empty_database_is_not_migrated():
    """The servers' own database `postgres`, where no migration ever ran."""
    url = portal.DATABASE_URL.rpartition("/")[0] + "/postgres"

    status, parts = ask(DATABASE_URL=url)

    assert status == 503
    assert (parts["database"], parts["migrations"]) == (True, False)


@pytest.fixture
def beating(db):
    for run in ports.wired().runs:
        audit.beat(run.name, at=timezone.now())


def test_ready_when_every_sweep_has_come_to_its_end(client, beating):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {
            "database": True,
            "broker": True,
            "migrations": True,
            "sweeps": True,
            "late": [],
        },
    )


@pytest.mark.parametrize(
    "sweep", sorted(run.name for run in ports.wired().runs if run.sweep)
)
def test_sweep_that_stands_still_is_named(client, beating, sweep):
    audit.beat(sweep, at=timezone.now() - timedelta(days=3))

    response = client.get("/readyz")

    assert response.status_code == 503
    assert (response.json()["sweeps"], response.json()["late"]) == (False, [sweep])


def test_migration_that_has_not_run_is_said(client, beating):
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE name = '0002_ledger_stays_as_written'"
        )

    response = client.get("/readyz")

    assert (response.status_code, response.json()["migrations"]) == (503, False)


def test_being_asked_again_and_again_costs_next_to_nothing(
    client, beating, django_assert_num_queries, monkeypatch
):
    client.get("/readyz")
    monkeypatch.setattr(MigrationLoader, "load_disk", None)  # reads every migration

    with django_assert_num_queries(4):
        assert client.get("/readyz").status_code == 200


def test_health_tells_nothing_but_names_of_parts(client, beating):
    text = (
        client.get("/readyz").content.decode() + client.get("/healthz").content.decode()
    )

    for secret in (portal.DATABASE_URL, portal.REDIS_URL, portal.SECRET_KEY):
        assert secret not in text
