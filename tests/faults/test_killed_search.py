"""A worker that dies while it searches: nothing lost, nothing doubled (E13)."""

from __future__ import annotations

import time

import pytest

from requests_app import spool
from requests_app.models import SystemTask
from requests_app.states import TaskState
from tests.faults.cases import SOURCE, is_in_review, started
from tests.faults.stand import LEASE_SECONDS, Stand, until
from vault.models import StoredFile

pytestmark = pytest.mark.fault


def found_in(case) -> dict[str, list[str]]:
    return {
        found.dataset: [row.key for row in spool.read_rows(found)]
        for found in case.found.all()
    }


def kept_files(stand: Stand) -> tuple[int, int, int]:
    """Return how many files are rows, contents and keys."""
    return (
        StoredFile.objects.filter(destroyed_at__isnull=True).count(),
        sum(path.is_file() for path in (stand.data / "vault").rglob("*")),
        sum(path.is_file() for path in (stand.data / "keys").rglob("*")),
    )


def test_search_by_a_worker_killed_half_way_is_done_once_by_the_next(stand):
    source = stand.source("TEST_CRM_URL", SOURCE)
    twin = started()
    first = stand.worker()
    stand.sweep_until(lambda: is_in_review(twin))
    with stand.locked_table(source, "notes"):
        case = started()
        task = case.tasks.get()
        stand.send("requests_app.search_system", task_id=task.pk)
        # The contacts are read and in a spool; the notes wait for the lock.
        stand.wait_for_lock(source)

        first.kill()
    task.refresh_from_db()
    assert (task.state, task.attempt) == (TaskState.RUNNING, 1)
    assert not case.found.exists()
    stand.worker()
    took = stand.sweep_until(lambda: is_in_review(case))

    task.refresh_from_db()
    assert (task.state, task.attempt) == (TaskState.DONE, 2)
    assert found_in(case) == found_in(twin)
    assert len(found_in(case)["notes"]) == 5000
    assert kept_files(stand) == (4, 4, 4), "two datasets of two cases and no rest"
    assert list((stand.data / "tmp").iterdir()) == []
    # After the lease, long before the broker would send its message again (an hour).
    assert took < LEASE_SECONDS + 60


def test_search_that_is_slower_than_its_lease_stays_one_worker_s(stand):
    source = stand.source("TEST_CRM_URL", SOURCE)
    stand.worker(), stand.worker()
    with stand.locked_table(source, "notes"):
        case = started()
        stand.sweep_until(lambda: case.tasks.get().state == TaskState.RUNNING)
        stand.wait_for_lock(source)
        waited = stand.sweep_until(_after(2.5 * LEASE_SECONDS))
        assert waited > 2 * LEASE_SECONDS
        task = case.tasks.get()
        assert (task.state, task.attempt) == (TaskState.RUNNING, 1)

    stand.sweep_until(lambda: is_in_review(case))
    assert SystemTask.objects.get(case=case).attempt == 1
    assert len(found_in(case)["notes"]) == 5000


def _after(seconds: float):
    end_at = time.monotonic() + seconds
    return lambda: time.monotonic() > end_at


def test_beat_takes_up_what_a_killed_worker_left(stand):
    """Nobody but beat and its schedule wakes the second worker."""
    source = stand.source("TEST_CRM_URL", SOURCE)
    # Its first sweep comes a quarter of a minute after its start.
    stand.beat()
    first = stand.worker()
    with stand.locked_table(source, "notes"):
        case = started()
        stand.send("requests_app.search_system", task_id=case.tasks.get().pk)
        stand.wait_for_lock(source)
        first.kill()
    stand.worker()

    until(lambda: is_in_review(case), seconds=120)
    assert case.tasks.get().attempt == 2
    assert len(found_in(case)["notes"]) == 5000
