"""Broker away, workers away overnight, a database that restarts: the work is done."""

from __future__ import annotations

import json
import signal
import time

import pytest
from django.conf import settings
from django.db import connection

from dev.supervisor import end
from outbox.models import Message
from requests_app.models import SystemTask
from requests_app.states import CaseStatus, EventKind, TaskState
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_case, make_revision
from tests.faults.cases import NOTES, SOURCE, SYSTEM, is_in_review, started
from tests.faults.stand import Browser, until

pytestmark = pytest.mark.fault


@pytest.fixture
def no_broker(stand):
    """Stop Valkey; give what starts it again."""
    valkey = stand.servers.valkey
    end(valkey.process, signal.SIGINT)
    yield valkey.start
    if valkey.process.poll() is not None:
        valkey.start()


def session_of(user) -> str:
    return staff_client(user).cookies[settings.SESSION_COOKIE_NAME].value


def test_acts_without_a_broker_are_done_by_the_sweeps_when_it_is_back(stand, no_broker):
    stand.source("TEST_CRM_URL", SOURCE)
    case = make_case("ann@example.org", revision=make_revision([SYSTEM]))
    url = stand.web()
    colleague = Browser(url, session_of(make_staff()))
    page = f"/staff/cases/{case.reference}/"
    assert "csrfmiddlewaretoken" in colleague.get(page)
    began = time.monotonic()
    colleague.post(f"{page}search/")
    assert (colleague.status, colleague.url) == (200, f"{url}{page}")
    assert time.monotonic() - began < 10, "the page does not wait for a broker"

    visitor = Browser(url)
    visitor.get("/sign-in/")
    visitor.post("/sign-in/", address="ann@example.org")
    assert (visitor.status, visitor.url) == (200, f"{url}/sign-in/code/")
    visitor.get("/readyz")
    assert visitor.status == 503
    assert json.loads(visitor.text)["broker"] is False

    case.refresh_from_db()
    assert case.status == CaseStatus.SEARCHING
    assert case.tasks.get().state == TaskState.PENDING
    assert Message.objects.filter(purpose__contains="code").exists()
    no_broker()
    stand.worker()
    stand.sweep_until(lambda: is_in_review(case), seconds=120)
    assert case.tasks.get().attempt == 1


def test_worker_outlives_a_broker_that_restarts(stand):
    stand.source("TEST_CRM_URL", SOURCE)
    worker = stand.worker()
    first = started()
    stand.sweep_until(lambda: is_in_review(first))
    end(stand.servers.valkey.process, signal.SIGINT)
    second = started()
    time.sleep(3)
    stand.servers.valkey.start()

    stand.sweep_until(lambda: is_in_review(second), seconds=120)

    assert worker.alive()


def test_night_without_workers_leaves_work_that_is_done_once(stand):
    """Every sweep of the night has put its wake-ups into the queue."""
    stand.source("TEST_CRM_URL", SOURCE)
    case = started()
    for _ in range(5):
        stand.send("requests_app.search_system", task_id=case.tasks.get().pk)
        stand.send("requests_app.sweep_searches")
    stand.worker(), stand.worker()

    until(lambda: is_in_review(case))

    assert SystemTask.objects.get(case=case).attempt == 1
    assert case.events.filter(kind=EventKind.SYSTEM_SETTLED).count() == 1
    assert case.found.get(dataset="notes").sure == NOTES


def test_worker_and_web_outlive_a_database_that_restarts(stand):
    stand.source("TEST_CRM_URL", SOURCE)
    worker, url = stand.worker(concurrency=2), stand.web()
    first = started()
    stand.sweep_until(lambda: is_in_review(first))
    postgres = stand.servers.postgres
    end(postgres.process, signal.SIGINT)
    postgres.start()
    connection.close()
    until(_reachable)
    second = started()

    took = stand.sweep_until(lambda: is_in_review(second))

    assert took < 30, "not after a hundred failed tasks"
    assert worker.alive()
    visitor = Browser(url)
    visitor.get("/ask/")
    assert visitor.status == 200


def _reachable() -> bool:
    try:
        connection.ensure_connection()
    except Exception:  # noqa: BLE001 (still starting)
        return False
    return True
