"""The pages of caseworkers: who may open them, what they cost, what they do."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.roles import Role
from requests_app.actions import search, searching
from requests_app.models import Case
from requests_app.policies.reviewed import mark_of_all
from requests_app.states import (
    CaseStatus,
    EventKind,
    PackageState,
    RowChoice,
    TaskState,
)
from tests.factories import reviewing
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import (
    BILLING,
    CCTV,
    CRM,
    DESK,
    happen,
    make_case,
    make_found,
    make_letter,
    make_reviewed,
    make_revision,
    make_task,
)
from tests.requests_app.kept import make_package
from tests.requests_app.test_search import (
    ARCHIVE_SQL,
    AT,
    BILLING_SQL,
    CRM_SQL,
    work_off,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def searched(sqlite_source, postgres_source) -> Case:
    """Give a case whose search is over: two systems and an owner still asked."""
    sqlite_source("TEST_CRM_URL", CRM_SQL)
    postgres_source("TEST_BILLING_URL", BILLING_SQL)
    sqlite_source("TEST_ARCHIVE_URL", ARCHIVE_SQL)
    revision = make_revision([CRM, BILLING, DESK, CCTV])
    case = make_case("ann@example.org", revision=revision)
    search.start_search(case, by=make_staff(), at=AT)
    work_off(case)
    return Case.objects.get(pk=case.pk)


def url(name: str, case: Case, *args) -> str:
    return reverse(name, args=[case.reference, *args])


PAGES = {
    "case-queue": {Role.DCO, Role.CASEWORKER, Role.REVIEWER, Role.AUDITOR},
    "system-list": set(Role),
}
CASE_PAGES = {
    "staff-case": {Role.DCO, Role.CASEWORKER, Role.REVIEWER, Role.AUDITOR},
    "case-review": {Role.DCO, Role.CASEWORKER, Role.REVIEWER, Role.AUDITOR},
    "case-check": {Role.DCO, Role.CASEWORKER, Role.REVIEWER},
    "case-decide": {Role.DCO, Role.CASEWORKER, Role.REVIEWER},
    "case-reopen": {Role.DCO, Role.CASEWORKER, Role.REVIEWER},
}


@pytest.mark.parametrize("role", list(Role))
def test_pages_open_to_the_roles_that_may_read_them(role):
    case = make_reviewed()
    client = staff_client(role)

    opened = {name for name in PAGES if client.get(reverse(name)).status_code == 200}
    opened |= {n for n in CASE_PAGES if client.get(url(n, case)).status_code == 200}

    assert opened == {
        n for n, roles in {**PAGES, **CASE_PAGES}.items() if role in roles
    }


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATIONS])
def test_who_only_reads_changes_nothing(role):
    case = make_case()
    client = staff_client(role)

    answers = {
        client.post(url(name, case)).status_code
        for name in ("case-search", "case-assign", "case-check", "case-decide")
    }

    assert answers == {403}
    case.refresh_from_db()
    assert case.status == CaseStatus.RECEIVED


def test_unproved_case_is_not_found_by_who_works_cases():
    case = make_case(proved=False)

    response = staff_client(Role.CASEWORKER).get(url("staff-case", case))

    assert response.status_code == 404


@pytest.mark.parametrize("how_many", [1, 3])
def test_queue_costs_the_same_for_one_case_and_for_three(
    how_many, django_assert_num_queries
):
    revision = make_revision()
    user = make_staff()
    for _ in range(how_many):
        case = make_reviewed(revision=revision, assignee=user)
        make_found(case, "cctv", "recordings")
    client = staff_client(user)
    client.get(reverse("case-queue"))

    with django_assert_num_queries(QUEUE_QUERIES):
        response = client.get(reverse("case-queue"))

    assert response.content.count(b'data-label="Due"') == 2 * how_many


# One of them asks what is out and tells who received data, one which holds wait for a
# second person.
QUEUE_QUERIES = 27


@pytest.fixture
def answered_often(request):
    """Give an answered case: so many answers have gone out, so many systems told."""
    more = [{**CRM, "system": f"system{number}"} for number in range(request.param)]
    case = make_reviewed(revision=make_revision([CRM, CCTV, *more]))
    for number in range(request.param):
        make_package(case, PackageState.RELEASED)
        make_task(case, f"system{number}", state=TaskState.NEEDS_PERSON)
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.DONE, closed_at=AT)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("answered_often", [1, 5], indirect=True)
@pytest.mark.parametrize(
    ("name", "queries"), [("staff-case", 26), ("case-progress", 9)]
)
def test_pages_cost_the_same_for_one_answer_and_for_five(
    answered_often, name, queries, django_assert_num_queries
):
    client = staff_client(Role.DCO)
    client.get(url(name, answered_often))

    with django_assert_num_queries(queries):
        client.get(url(name, answered_often))


@pytest.mark.parametrize("how_many", [1, 3])
def test_case_page_costs_the_same_for_one_thing_and_for_three(
    how_many, django_assert_num_queries
):
    case = make_reviewed()
    for number in range(how_many):
        make_found(case, "crm", f"more{number}")
        happen(case, EventKind.REVIEWED)
        make_check(case)
        make_letter(case)
    client = staff_client(Role.CASEWORKER)
    client.get(url("staff-case", case))

    with django_assert_num_queries(CASE_QUERIES):
        client.get(url("staff-case", case))


# Two of them ask whether something of the case still waits to be posted, nine what
# comes next, by the one function that the queue asks too, one whether an answer went to
# the wrong person where the person is written to, one what was sent together with it,
# one what complaint or breach is about it, and one who let what is held for it go.
CASE_QUERIES = 60


def make_check(case):
    case.checks.create(method="fact", passed=True, reason="x", by="staff:1", at=AT)


def seen(case, system):
    return reviewing.seen_of(case.found.get(system=system))


def test_case_goes_from_receipt_to_a_released_package(searched):
    """The journey of staff: review, check, answer for the owner, decide, release.

    The decider may not release; a second person does.
    """
    case = searched
    client = staff_client(Role.CASEWORKER)

    refused = client.post(
        url("case-dataset-choose", case, "archive", "tickets"),
        {"choice": "release", "ground": "", "seen": seen(case, "archive")},
    )
    assert refused.status_code == 422
    assert "Open its rows first" in refused.content.decode()
    rows = client.get(url("case-dataset", case, "archive", "tickets"))
    assert "Printer" in rows.content.decode()
    assert "Phone" not in rows.content.decode()
    for system, dataset in (
        ("archive", "tickets"),
        ("billing", "invoices"),
        ("crm", "contacts"),
    ):
        answer = client.post(
            url("case-dataset-choose", case, system, dataset),
            {
                "choice": "release",
                "ground": "",
                "from": "rows",
                "seen": seen(case, system),
            },
        )
        assert answer.status_code == 302, answer.content.decode()
    told = case.pass_ons.get()
    client.post(url("case-pass-on", case, told.pk), {"may_name": "no", "done": "on"})
    early = client.post(
        url("case-decide", case),
        {
            "outcome": "granted",
            "form": "download",
            "words": "",
            "seen": mark_of_all(case),
        },
    )
    assert early.status_code == 422
    assert "No verdict yet from Cameras" in early.content.decode()
    client.post(url("case-system-settle", case, "cctv"), {"reason": "Not filmed."})
    client.post(
        url("case-check", case),
        {"method": "call_back", "passed": "yes", "reason": "Called."},
    )
    decided = client.post(
        url("case-decide", case),
        {
            "outcome": "granted",
            "form": "download",
            "words": "Here it is.",
            "seen": mark_of_all(case),
        },
    )
    assert decided.status_code == 302, decided.content.decode()

    case.refresh_from_db()
    package = case.packages.get()
    assert case.status == CaseStatus.DECIDED
    assert package.state == PackageState.PENDING
    assert package.decision.words == "Here it is."


def test_row_that_was_set_apart_comes_in_only_with_ground_and_reason(searched):
    contacts = searched.found.get(system="crm")
    client = staff_client(Role.CASEWORKER)
    page = url("case-row", searched, "crm", "contacts", 1)
    facts = client.get(page).context["facts"]
    shown = {"ref": facts.ref, "seen": facts.mark}

    bare = client.post(page, {**shown, "choice": "release", "ground": "", "reason": ""})
    with_reason = client.post(
        page,
        {
            **shown,
            "choice": "release",
            "ground": "same_person",
            "reason": "Married name.",
        },
    )

    assert bare.status_code == 422
    assert with_reason.status_code == 302
    row = contacts.rows.get()
    assert (row.choice, row.ground, row.reason) == (
        "release",
        "same_person",
        "Married name.",
    )


def test_row_is_released_with_fields_cut(searched):
    client = staff_client(Role.CASEWORKER)
    page = url("case-row", searched, "archive", "tickets", 0)
    facts = client.get(page).context["facts"]

    response = client.post(
        page,
        {
            "ref": facts.ref,
            "seen": facts.mark,
            "choice": "redact",
            "fields_cut": ["subject"],
            "ground": "third_party",
        },
    )

    assert response.status_code == 302
    row = searched.found.get(system="archive").rows.get()
    assert (row.choice, row.fields) == (RowChoice.REDACT, ["subject"])


def test_ticked_rows_are_withheld_on_one_ground(searched):
    client = staff_client(Role.CASEWORKER)
    page = client.get(url("case-dataset", searched, "billing", "invoices")).context[
        "page"
    ]

    response = client.post(
        url("case-rows-withhold", searched, "billing", "invoices"),
        {
            "row": [f"{row.row.no}.{row.ref}" for row in page.rows],
            "seen": seen(searched, "billing"),
            "rows-ground": "negotiations",
        },
    )

    assert response.status_code == 302
    assert searched.found.get(system="billing").rows.count() == 2


def test_row_that_changed_since_it_was_seen_is_refused(searched):
    client = staff_client(Role.CASEWORKER)

    response = client.post(
        url("case-row", searched, "billing", "invoices", 0),
        {"ref": "of another row", "choice": "withhold", "ground": "negotiations"},
    )

    assert response.status_code == 422
    assert "have changed since" in response.content.decode()


def test_filter_with_a_crafted_value_shows_the_whole_queue():
    make_reviewed()

    response = staff_client().get(
        reverse("case-queue"), {"status": "'; drop", "assignee": "x"}
    )

    assert response.status_code == 200
    assert not response.context["show"].is_set


def test_queue_pages_by_keyset_over_cases_with_and_without_a_day(monkeypatch):
    from requests_app.queries import staff

    monkeypatch.setattr(staff, "PAGE", 2)
    revision = make_revision()
    cases = [make_case(revision=revision) for _ in range(5)]
    Case.objects.filter(pk__in=[c.pk for c in cases[3:]]).update(
        due_on=None, clock_state="paused"
    )
    client = staff_client()
    seen, address = [], reverse("case-queue")

    while address:
        context = client.get(address).context
        seen += [row.reference for row in context["page"].rows]
        address = context["next_url"]

    assert seen == [case.reference for case in cases]


def test_paused_case_shows_its_age_and_the_day_it_would_have_been_due():
    case = make_case()
    Case.objects.filter(pk=case.pk).update(due_on=None, clock_state="paused")

    row = staff_client().get(reverse("case-queue")).context["page"].rows[0]

    assert row.would_be_due_on.isoformat() == "2026-12-02"
    assert row.age_days >= 0


def test_systems_page_counts_what_stands_still_and_tries_it_again():
    revision = make_revision()
    for _ in range(2):
        make_task(
            make_case(revision=revision), state="needs_person", problem="no route"
        )
    client = staff_client(Role.OPERATIONS)

    shown = client.get(reverse("system-list")).context["systems"]
    client.post(reverse("system-retry", args=["crm"]))

    assert [(s.id, s.counts.needs_person) for s in shown] == [("crm", 2), ("cctv", 0)]
    assert searching.SystemTask.objects.filter(state="pending").count() == 2
