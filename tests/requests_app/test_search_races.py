"""Workers that race, and workers that are killed: nothing lost, nothing doubled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from requests_app.actions import intake, search, searching
from requests_app.actions.announcing import announce
from requests_app.actions.intake import Filing
from requests_app.models import Case, Submission, SystemTask
from requests_app.states import Channel, TaskState, WhoAsks
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

    announced = at_once(lambda: announce(at=AT))

    assert sorted(announced, key=len) == [[], [], [], [task.pk]]


def test_system_tried_again_by_many_at_once_refuses_nobody_and_is_tried_once():
    revision = make_revision([CRM])
    tasks = [
        make_task(make_case(revision=revision), state=TaskState.NEEDS_PERSON)
        for _ in range(3)
    ]
    by = make_staff()

    tried = at_once(lambda: search.retry_system("crm", by=by, at=AT))

    assert sum(tried) == len(tasks)
    states = SystemTask.objects.values_list("state", flat=True)
    assert set(states) == {TaskState.PENDING}


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


def test_letter_typed_in_once_and_sent_twice_is_one_submission():
    make_revision([CRM])
    key, by = uuid4(), make_staff()

    def press():
        filing = Filing(name="Ann", email="ann@example.org")
        return intake.take_in(
            filing,
            channel=Channel.POST,
            received_at=AT,
            who=WhoAsks.KNOWN,
            known_by="She wrote from the address on file.",
            key=key,
            by=by,
            at=AT,
        )

    taken = at_once(press)

    assert {one.pk for one in taken} == {Submission.objects.get().pk}
    assert Submission.objects.get().times_sent == MANY
    assert Case.objects.count() == 1


def test_form_sent_many_times_at_once_is_one_submission():
    make_revision([CRM])
    key = uuid4()

    def press():
        filing = Filing(name="Ann", email="ann@example.org")
        return intake.submit(filing, key=key, client="one", at=AT)

    sent = at_once(press)

    assert sorted(one.is_new for one in sent) == [False, False, False, True]
    assert Submission.objects.get().times_sent == MANY
