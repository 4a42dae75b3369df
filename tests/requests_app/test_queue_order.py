"""The queue is sorted by the day that each of its rows is marked by (ADR 23)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from requests_app.models import Case
from requests_app.queries import staff
from requests_app.queries.staff import QueueFilter, QueuePage, queue_for, urgency_of
from requests_app.timekeeping import Asked
from requests_app.views.staff_queue import RULES
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_case, make_revision
from tests.factories.clock import again, ask, noon

pytestmark = [pytest.mark.django_db, pytest.mark.long]
TODAY = date(2026, 12, 4)


def queue_of(user) -> QueuePage:
    return queue_for(user, show=QueueFilter(), after=None, today=TODAY, rules=RULES)


@pytest.fixture
def cases() -> list[Case]:
    """Return cases in the order they belong in, recorded the other way round."""
    revision = make_revision()
    waits_wholly = make_case(revision=revision, received_at=noon("2026-11-09"))
    ask(waits_wholly, Asked.IDENTITY, at=noon("2026-11-09"))
    runs_later = make_case(revision=revision, received_at=noon("2026-11-09"))
    # Asked late who asks: the month waits by our reading, and runs by the strictest.
    waits_by_ours = make_case(revision=revision, received_at=noon("2026-11-02"))
    ask(waits_by_ours, Asked.IDENTITY, at=noon("2026-11-27"))
    runs = make_case(revision=revision, received_at=noon("2026-10-30"))
    return [again(one) for one in (runs, waits_by_ours, runs_later, waits_wholly)]


def test_case_whose_safe_day_has_passed_stands_by_that_day_and_not_at_the_end(cases):
    assert [one.due_on for one in cases] == [
        date(2026, 11, 30),
        None,
        date(2026, 12, 9),
        None,
    ]
    assert [one.safe_due_on for one in cases[1::2]] == [date(2026, 12, 2), None]

    page = queue_of(make_staff())

    assert [row.reference for row in page.rows] == [one.reference for one in cases]
    marked = [row.urgency for row in page.rows]
    assert marked[:2] == ["late", "late"]
    assert urgency_of(cases[1], today=TODAY) == "late"


def test_my_work_is_in_the_same_order(cases):
    user = make_staff()
    Case.objects.update(assignee=user)

    page = queue_for(user, show=QueueFilter(), after=None, today=TODAY, rules=RULES)

    assert [row.reference for row in page.mine] == [one.reference for one in cases]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_hold_each_case_once_in_that_order(cases, size, monkeypatch):
    monkeypatch.setattr(staff, "PAGE", size)
    client, address = staff_client(), reverse("case-queue")
    seen: list[str] = []

    while address:
        context = client.get(address).context
        seen += [row.reference for row in context["page"].rows]
        address = context["next_url"]

    assert seen == [one.reference for one in cases]


def test_queue_is_read_by_its_index(cases):
    rows = staff.cases_for(make_staff()).worked().alias(last=staff._LAST_ON)
    rows = staff._ordered(rows.filter(last__gte=TODAY))

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    assert "case_queue" in rows.explain()
