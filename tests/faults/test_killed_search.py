"""A worker that dies while it searches: nothing lost, nothing doubled (E13)."""

from __future__ import annotations

import copy

import pytest

from requests_app import spool
from requests_app.actions import search
from requests_app.models import SystemTask
from requests_app.states import CaseStatus, TaskState
from tests.factories.accounts import make_staff
from tests.factories.cases import CRM, RECEIVED_AT, make_case, make_revision
from tests.faults.stand import LEASE_SECONDS, Stand, until
from vault.models import StoredFile

pytestmark = pytest.mark.fault
SOURCE = """
    CREATE TABLE contacts (id integer PRIMARY KEY, name text, email text, phone text);
    CREATE TABLE notes (no integer PRIMARY KEY, email text, words text);
    INSERT INTO contacts VALUES (1, 'Ann Other', 'ann@example.org', '01442 500890'),
                                (2, 'Bob', 'bob@example.org', '');
    INSERT INTO notes SELECT n, 'ann@example.org', 'note ' || n
                      FROM generate_series(1, 5000) AS n;
"""
SYSTEM = copy.deepcopy(CRM)
SYSTEM["datasets"]["notes"] = {
    "name": "Notes",
    "table": "notes",
    "key": "no",
    "find_by": {"email": "email"},
    "fields": {"words": {"category": "personal", "purposes": ["services"]}},
}


def started(revision):
    """Begin the search of a case as a colleague does."""
    case = make_case("ann@example.org", revision=revision)
    return search.start_search(case, by=make_staff(), at=RECEIVED_AT)


def found_in(case) -> dict[str, list[str]]:
    return {
        found.dataset: [row.key for row in spool.read_rows(found)]
        for found in case.found.all()
    }


def in_review(case) -> bool:
    case.refresh_from_db()
    return case.status == CaseStatus.IN_REVIEW


def kept_files(stand: Stand) -> tuple[int, int, int]:
    """Return how many files are rows, contents and keys."""
    return (
        StoredFile.objects.filter(destroyed_at__isnull=True).count(),
        sum(path.is_file() for path in (stand.data / "vault").rglob("*")),
        sum(path.is_file() for path in (stand.data / "keys").rglob("*")),
    )


def test_search_by_a_worker_killed_half_way_is_done_once_by_the_next(stand):
    source = stand.source("TEST_CRM_URL", SOURCE)
    revision = make_revision([SYSTEM])
    twin, case = started(revision), None
    first = stand.worker()
    stand.sweep_until(lambda: in_review(twin))
    with stand.locked_table(source, "notes"):
        case = started(revision)
        task = case.tasks.get()
        stand.send("requests_app.search_system", task_id=task.pk)
        # The contacts are read and in a spool; the notes wait for the lock.
        stand.wait_for_lock(source)

        first.kill()
    task.refresh_from_db()
    assert (task.state, task.attempt) == (TaskState.RUNNING, 1)
    assert not case.found.exists()
    stand.worker()
    took = stand.sweep_until(lambda: in_review(case))

    task.refresh_from_db()
    assert (task.state, task.attempt) == (TaskState.DONE, 2)
    assert found_in(case) == found_in(twin)
    assert len(found_in(case)["notes"]) == 5000
    assert kept_files(stand) == (4, 4, 4), "two datasets of two cases and no rest"
    assert list((stand.data / "tmp").iterdir()) == []
    # After the lease, long before the broker would send its message again (an hour).
    assert took < LEASE_SECONDS + 15


def test_search_that_is_slower_than_its_lease_stays_one_worker_s(stand):
    source = stand.source("TEST_CRM_URL", SOURCE)
    stand.worker(), stand.worker()
    with stand.locked_table(source, "notes"):
        case = started(make_revision([SYSTEM]))
        stand.sweep_until(lambda: case.tasks.get().state == TaskState.RUNNING)
        stand.wait_for_lock(source)
        waited = stand.sweep_until(_after(2.5 * LEASE_SECONDS))
        assert waited > 2 * LEASE_SECONDS
        task = case.tasks.get()
        assert (task.state, task.attempt) == (TaskState.RUNNING, 1)

    stand.sweep_until(lambda: in_review(case))
    assert SystemTask.objects.get(case=case).attempt == 1
    assert len(found_in(case)["notes"]) == 5000


def _after(seconds: float):
    import time

    end_at = time.monotonic() + seconds
    return lambda: time.monotonic() > end_at


def test_beat_takes_up_what_a_killed_worker_left(stand):
    """Nobody but beat and its schedule wakes the second worker."""
    source = stand.source("TEST_CRM_URL", SOURCE)
    first = stand.worker()
    with stand.locked_table(source, "notes"):
        case = started(make_revision([SYSTEM]))
        stand.send("requests_app.search_system", task_id=case.tasks.get().pk)
        stand.wait_for_lock(source)
        first.kill()
    stand.beat()
    stand.worker()

    until(lambda: in_review(case), seconds=60)
    assert case.tasks.get().attempt == 2
    assert len(found_in(case)["notes"]) == 5000
