"""The search of a case over real databases, and what happens when one fails."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app import spool
from requests_app.actions import lease, search, searching
from requests_app.actions.announcing import due
from requests_app.models import Case, SystemTask
from requests_app.states import CaseStatus, EventKind, TaskState, TaskVerdict
from tests.factories.accounts import make_staff
from tests.factories.cases import (
    BILLING,
    CRM,
    DESK,
    RECEIVED_AT,
    happen,
    make_case,
    make_revision,
)
from vault.models import StoredFile

AT = RECEIVED_AT + timedelta(hours=1)
CRM_SQL = """
    CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT);
    INSERT INTO contacts VALUES
        (1, 'Ann Other', 'Ann@Example.org', '01442 500890'),
        (2, 'Bob Colleague', 'bob@example.org', '01442 500890');
"""
BILLING_SQL = """
    CREATE TABLE invoices (no integer PRIMARY KEY, customer integer, account text,
                           total numeric(10, 2));
    INSERT INTO invoices VALUES
        (10, 1, 'A-7', 12.50), (11, 1, 'A-7', 30), (12, 2, 'B-9', 5);
"""
ARCHIVE_SQL = """
    CREATE TABLE tickets (id INTEGER PRIMARY KEY, account TEXT, subject TEXT,
                          customer TEXT);
    INSERT INTO tickets VALUES (1, 'A-7', 'Printer', ''), (2, 'B-9', 'Screen', ''),
                               (3, 'A-7', 'Phone', 'Acme Ltd');
"""


def now():
    return AT


@pytest.fixture
def systems(sqlite_source, postgres_source):
    """Give three systems; each knows the person by what the last one yields."""
    sqlite_source("TEST_CRM_URL", CRM_SQL)
    postgres_source("TEST_BILLING_URL", BILLING_SQL)
    sqlite_source("TEST_ARCHIVE_URL", ARCHIVE_SQL)
    # In the worst order: whoever needs what another one yields is searched first.
    return make_revision([DESK, BILLING, CRM])


def work_off(case: Case, *, at=AT, most: int = 50) -> None:
    """Do what workers would do until nothing is due."""
    for _ in range(most):
        task = case.tasks.filter(due(at)).order_by("pk").first()
        if task is None:
            return
        claimed = searching.claim(task.pk, at=at)
        if claimed is not None:
            searching.search(claimed, now=lambda: at)
    raise AssertionError("the search does not come to its end")


def started(**fields) -> Case:
    case = make_case("ann@example.org", **fields)
    return search.start_search(case, by=make_staff(), at=AT)


@pytest.mark.django_db
def test_search_follows_identifiers_across_systems_to_a_fix_point(systems):
    case = started(revision=systems)

    work_off(case)

    case.refresh_from_db()
    assert case.status == CaseStatus.IN_REVIEW
    counts = list(
        case.found.order_by("system").values_list(
            "system", "sure", "possible", "processor"
        )
    )
    assert counts == [
        ("archive", 1, 0, 1),
        ("billing", 2, 0, 0),
        ("crm", 1, 1, 0),
    ]
    tickets = case.found.get(system="archive")
    assert [row.values for row in spool.read_rows(tickets)] == [{"subject": "Printer"}]
    assert tickets.routes == [
        {
            "route": [
                ["crm", "contacts", "email"],
                ["billing", "invoices", "customer_id"],
                ["archive", "tickets", "account"],
            ],
            "rows": 1,
            "sure": 1,
        }
    ]


@pytest.mark.django_db
def test_search_opens_a_task_to_tell_the_customer_whose_rows_we_hold(systems):
    case = started(revision=systems)

    work_off(case)

    opened = case.pass_ons.get()
    assert (opened.customer, opened.rows, opened.may_name) == ("Acme Ltd", 1, None)


@pytest.mark.django_db
def test_customer_is_told_of_all_rows_of_a_system_also_when_it_is_searched_again(
    systems, postgres_source, sqlite_source
):
    sqlite_source(
        "TEST_ARCHIVE_URL",
        f"DROP TABLE tickets; {ARCHIVE_SQL}"
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, account TEXT, subject TEXT,"
        " customer TEXT); INSERT INTO notes VALUES (1, 'A-7', 'Called', 'Acme Ltd'),"
        " (2, 'A-7', 'Called again', 'Acme Ltd');",
    )
    tickets = DESK["datasets"]["tickets"]
    notes = {**tickets, "name": "Notes", "table": "notes"}
    desk = {**DESK, "datasets": {"tickets": tickets, "notes": notes}}
    case = started(revision=make_revision([desk, BILLING, CRM]))
    work_off(case)
    assert case.pass_ons.get().rows == 3

    sqlite_source("TEST_ARCHIVE_URL", "DELETE FROM notes WHERE id = 2;")
    search.start_search(case, by=make_staff(), at=AT)
    work_off(case)

    assert case.pass_ons.get().rows == 2


@pytest.mark.django_db
def test_customer_is_told_once_also_after_a_new_key(systems, new_key):
    case = started(revision=systems)
    work_off(case)
    new_key()

    search.start_search(case, by=make_staff(), at=AT)
    work_off(case)

    assert case.pass_ons.count() == 1


@pytest.mark.django_db
def test_search_of_two_colleagues_never_gives_one_the_others_rows(systems):
    ann = started(revision=systems)
    bob = search.start_search(
        make_case("bob@example.org", revision=systems), by=make_staff(), at=AT
    )

    work_off(ann)
    work_off(bob)

    for case, mine, other in (
        (ann, "Ann Other", "Bob Colleague"),
        (bob, "Bob Colleague", "Ann Other"),
    ):
        contacts = case.found.get(system="crm")
        sure = [
            r.values["name"] for r in spool.read_rows(contacts) if r.standing == "sure"
        ]
        apart = [
            r.values["name"]
            for r in spool.read_rows(contacts)
            if r.standing == "possible"
        ]
        assert (sure, apart) == ([mine], [other])
    assert [row.key for row in spool.read_rows(ann.found.get(system="billing"))] == [
        "10",
        "11",
    ]
    assert [row.key for row in spool.read_rows(bob.found.get(system="billing"))] == [
        "12"
    ]


@pytest.mark.django_db
def test_search_takes_back_what_was_learned_by_an_address_of_two_people(
    systems, sqlite_source
):
    """A mailbox that two contacts share is proof of neither (decision D1)."""
    path = sqlite_source("TEST_CRM_URL", "DROP TABLE IF EXISTS contacts;" + CRM_SQL)
    case = started(revision=systems)
    work_off(case)
    assert case.found.get(system="billing").sure == 2

    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO contacts VALUES (3, 'Al', 'ann@example.org', '')"
        )
    search.start_search(case, by=make_staff(), at=AT)
    work_off(case)

    assert case.found.get(system="crm").sure == 0
    assert case.found.get(system="billing").sure == 0
    assert [row.kind for row in case.identifiers.filter(status="sure")] == []
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_REVIEW


@pytest.mark.django_db
def test_search_of_a_system_that_is_down_waits_and_recovers(systems, monkeypatch):
    case = started(revision=systems)
    monkeypatch.setenv("TEST_CRM_URL", "sqlite:////nowhere/crm.sqlite")

    work_off(case)

    crm = case.tasks.get(system="crm")
    assert (crm.state, crm.verdict) == (TaskState.WAITING, TaskVerdict.NONE)
    assert crm.problem == "Customers could not be reached."
    assert crm.next_try_at > AT
    case.refresh_from_db()
    assert case.status == CaseStatus.SEARCHING


@pytest.mark.django_db
def test_search_of_a_system_that_came_back_ends_the_search(
    systems, monkeypatch, sqlite_source
):
    case = started(revision=systems)
    monkeypatch.setenv("TEST_CRM_URL", "sqlite:////nowhere/crm.sqlite")
    work_off(case)
    crm = case.tasks.get(system="crm")
    sqlite_source("TEST_CRM_URL", "DROP TABLE contacts;" + CRM_SQL)

    work_off(case, at=crm.next_try_at)

    case.refresh_from_db()
    assert case.status == CaseStatus.IN_REVIEW
    assert case.found.get(system="billing").sure == 2


@pytest.mark.django_db
def test_search_of_a_system_that_stays_down_asks_a_person_and_the_others_go_on(
    systems, monkeypatch, settings
):
    settings.LUMINA_SEARCH_TRIES = 3
    case = started(revision=systems)
    monkeypatch.setenv("TEST_BILLING_URL", "postgresql+psycopg2://x@127.0.0.1:1/none")

    for hours in range(4):
        work_off(case, at=AT + timedelta(hours=hours))

    billing = case.tasks.get(system="billing")
    assert billing.state == TaskState.NEEDS_PERSON
    assert billing.problem.endswith("It was tried 3 times.")
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_REVIEW
    assert case.found.get(system="crm").sure == 1


@pytest.mark.django_db
def test_search_of_a_table_that_lost_a_column_asks_a_person_by_its_name(
    systems, sqlite_source
):
    case = started(revision=systems)
    sqlite_source("TEST_CRM_URL", "ALTER TABLE contacts DROP COLUMN phone;")

    work_off(case)

    crm = case.tasks.get(system="crm")
    assert crm.state == TaskState.NEEDS_PERSON
    assert "crm.contacts" in crm.problem
    assert "phone" in crm.problem


@pytest.mark.django_db
def test_search_that_meets_a_bound_is_no_result(systems, monkeypatch):
    monkeypatch.setattr(searching, "Limits", lambda: searching.engine.Limits(rows=1))
    case = started(revision=systems)

    work_off(case)

    crm = case.tasks.get(system="crm")
    assert crm.state == TaskState.NEEDS_PERSON
    assert crm.problem == "The search stopped before its end: more than 1 rows"
    assert not case.found.filter(system="crm").exists()


@pytest.mark.django_db
def test_search_that_never_settles_asks_a_person(systems, monkeypatch):
    monkeypatch.setattr(searching, "MOST_ROUNDS", 0)
    case = started(revision=systems)

    work_off(case)

    states = dict(case.tasks.values_list("system", "state"))
    assert states["billing"] == TaskState.NEEDS_PERSON
    assert "learned something new" in case.tasks.get(system="billing").problem


@pytest.mark.django_db
def test_late_result_of_a_fenced_worker_changes_nothing(systems):
    """The lease ended, another worker did the work, the first one comes back."""
    case = started(revision=systems)
    late = searching.claim(case.tasks.get(system="crm").pk, at=AT)
    later = AT + lease.length() + timedelta(seconds=1)
    taken = searching.claim(late.pk, at=later)
    assert searching.search(taken, now=lambda: later)
    before = case.found.get(system="crm").spool

    assert not searching.search(late, now=lambda: later)

    assert case.found.get(system="crm").spool == before
    assert SystemTask.objects.get(pk=late.pk).attempt == 2


@pytest.mark.django_db
def test_search_of_a_withdrawn_case_keeps_nothing(systems):
    from requests_app.states import EventKind
    from tests.factories.cases import happen

    case = started(revision=systems)
    claimed = searching.claim(case.tasks.get(system="crm").pk, at=AT)
    happen(case, EventKind.WITHDRAWN)

    assert not searching.search(claimed, now=now)

    assert not case.found.exists()


@pytest.mark.django_db
def test_start_search_without_permission_is_refused():
    case = make_case()

    with pytest.raises(Refused, match="people who work cases"):
        search.start_search(case, by=make_staff(Role.AUDITOR), at=AT)


@pytest.mark.django_db
def test_start_search_twice_is_refused(systems):
    case = started(revision=systems)

    with pytest.raises(Refused, match="The search is running"):
        search.start_search(case, by=make_staff(), at=AT)


@pytest.mark.django_db
def test_start_search_changes_nothing_when_the_log_cannot_be_written(
    systems, monkeypatch
):
    case = make_case("ann@example.org", revision=systems)

    def broken(*args, **kwargs):
        raise LookupError("no such event")

    monkeypatch.setattr("audit.actions.record", broken)

    with pytest.raises(LookupError):
        search.start_search(case, by=make_staff(), at=AT)
    case.refresh_from_db()
    assert case.status == CaseStatus.RECEIVED
    assert not case.tasks.exists()


@pytest.mark.django_db
def test_search_of_a_case_that_ended_reads_nothing_more(systems):
    case = started(revision=systems)
    late = searching.claim(case.tasks.get(system="crm").pk, at=AT)
    happen(case, EventKind.WITHDRAWN)

    kept = searching.search(late, now=now)
    work_off(case)

    assert not kept
    assert not case.found.exists()
    assert not StoredFile.objects.filter(destroyed_at__isnull=True).exists()
    assert set(case.tasks.values_list("state", "problem")) == {
        (TaskState.NEEDS_PERSON, searching.ENDED)
    }
