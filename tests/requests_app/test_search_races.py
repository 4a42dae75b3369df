"""Workers that race, and workers that are killed: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.utils import timezone

from requests_app import spool
from requests_app.actions import lease, search, searching
from requests_app.models import SystemTask
from requests_app.states import CaseStatus, TaskState
from requests_app.tasks.search import _announce
from tests.factories.accounts import make_staff
from tests.factories.cases import CRM, RECEIVED_AT, make_case, make_revision, make_task
from tests.requests_app.test_search import AT, CRM_SQL, work_off
from vault.models import StoredFile

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 4


def at_once(act) -> list:
    """Return what ``act`` gave in each of several threads that begin together."""
    barrier = Barrier(MANY)

    def run(number: int):
        try:
            barrier.wait(timeout=10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(run, range(MANY)))


def test_one_task_claimed_by_many_workers_is_one_workers():
    task = make_task(make_case())

    claimed = at_once(lambda: searching.claim(task.pk, at=AT))

    assert sum(one is not None for one in claimed) == 1
    task.refresh_from_db()
    assert task.attempt == 1


def test_one_task_announced_by_many_sweeps_is_announced_once():
    task = make_task(make_case())

    announced = at_once(lambda: _announce(now=AT))

    assert sorted(announced, key=len) == [[], [], [], [task.pk]]


def test_search_started_by_many_colleagues_at_once_starts_once():
    case, by = make_case(revision=make_revision([CRM])), make_staff()

    def start() -> bool:
        from lumina_privacy.lib.verdict import Refused

        try:
            search.start_search(case, by=by, at=AT)
        except Refused:
            return False
        return True

    assert sorted(at_once(start)) == [False, False, False, True]
    assert SystemTask.objects.filter(case=case).count() == 1


WORKER = """
import django
django.setup()
import sys, time
from django.utils import timezone
from requests_app.actions import searching
judge = searching.engine._Search._tell

def slow(self):
    judge(self)
    print("reading", flush=True)
    time.sleep(60)

searching.engine._Search._tell = slow
task = searching.claim(int(sys.argv[1]), at=timezone.now())
searching.search(task, now=timezone.now)
"""


@pytest.mark.fault
def test_search_by_a_worker_killed_half_way_is_done_once_by_the_next(
    sqlite_source, settings
):
    """kill -9 while rows are being read; the lease ends; another worker does it all."""
    sqlite_source("TEST_CRM_URL", CRM_SQL)
    case = make_case("ann@example.org", revision=make_revision([CRM]))
    search.start_search(case, by=make_staff(), at=RECEIVED_AT)
    task = case.tasks.get()
    # The suite runs as the owner, and so does the worker: in the tests' database.
    server = urlsplit(os.environ["DATABASE_OWNER_URL"])
    database = urlunsplit(server._replace(path=f"/{connection.settings_dict['NAME']}"))
    environment = {
        **os.environ,
        "DATABASE_OWNER_URL": database,
        "DATA_DIR": str(settings.DATA_DIR),
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    environment.pop("LUMINA_VAULT_DIR", None)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(task.pk)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        cwd=settings.BASE_DIR,
    )
    assert worker.stdout.readline() == "reading\n"

    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(timeout=10)
    worker.stdout.close()

    now = timezone.now()
    assert searching.claim(task.pk, at=now) is None, "the lease is not over yet"
    work_off(case, at=now + lease.length() + timedelta(seconds=1))
    case.refresh_from_db()
    task.refresh_from_db()
    assert (task.state, task.attempt) == (TaskState.DONE, 2)
    assert case.status == CaseStatus.IN_REVIEW
    found = case.found.get()
    assert [row.key for row in spool.read_rows(found)] == ["1", "2"]
    assert StoredFile.objects.filter(destroyed_at__isnull=True).count() == 1
