"""Workers that race, and workers that are killed: nothing lost, nothing doubled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from requests_app.actions import search, searching
from requests_app.models import SystemTask
from requests_app.tasks.search import _announce
from tests.factories.accounts import make_staff
from tests.factories.cases import CRM, make_case, make_revision, make_task
from tests.requests_app.test_search import AT

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
