"""Systems by their names wherever staff read of them, and what is still open."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.roles import Role
from datamap.models import Finding
from requests_app.actions import casework
from requests_app.actions.projection import append, locked
from requests_app.actions.searching import SEARCHER
from requests_app.models import Case, PassOn, Submission
from requests_app.policies.reviewed import mark_of_all
from requests_app.queries.case import page_of
from requests_app.states import EventKind, Right
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import (
    RECEIVED_AT,
    happen,
    make_case,
    make_reviewed,
    make_task,
)
from tests.requests_app.test_views_staff import searched, url  # noqa: F401 (fixture)

pytestmark = pytest.mark.django_db


def told(case: Case) -> list[str]:
    return [entry.words for entry in page_of(case).timeline]


def settled(case: Case, facts: dict) -> None:
    with transaction.atomic():
        append(
            locked(case),
            EventKind.SYSTEM_SETTLED,
            happened_at=RECEIVED_AT,
            by=SEARCHER,
            at=RECEIVED_AT,
            facts=facts,
        )


def test_end_of_the_search_says_whose_answer_is_still_awaited(searched):  # noqa: F811 (the fixture)
    assert "The search came to its end; still open: Cameras" in told(searched)


def test_end_of_a_search_of_everything_says_that_alone():
    assert "The search came to its end" in told(make_reviewed())


def test_queue_names_the_systems_that_are_in_the_way():
    case = make_case()
    make_task(case, "cctv", state="needs_person")

    [row] = staff_client().get(reverse("case-queue")).context["page"].rows

    assert row.blocking == "Needs a person: Cameras"


def test_system_that_cannot_be_reached_is_named_with_its_next_try_wherever_it_is_told():
    case = happen(make_case(), EventKind.SEARCH_STARTED)
    make_task(
        case,
        state="waiting",
        problem="Customers could not be reached.",
        next_try_at=datetime(2026, 7, 1, 21, 42, 30, tzinfo=UTC),
    )
    client = staff_client()

    [row] = client.get(reverse("case-queue")).context["page"].rows
    page = client.get(url("staff-case", case)).content.decode()
    systems = staff_client(Role.OPERATIONS).get(reverse("system-list")).content.decode()

    assert row.blocking == "Not reached, tried again: Customers"
    for told_of in (page, systems):
        assert "Customers could not be reached." in told_of
        assert "Next try at 22:42:30." in told_of


def test_queue_names_the_systems_that_are_searched():
    case = happen(make_case(), EventKind.SEARCH_STARTED)
    make_task(case, state="running")

    [row] = staff_client().get(reverse("case-queue")).context["page"].rows

    assert row.blocking == "Searching Customers"


def test_timeline_counts_a_system_that_was_searched_again_once():
    case = make_case()
    for system, sure in (("crm", 1), ("cctv", 0), ("crm", 2)):
        facts = {"system": system, "verdict": "found", "sure": sure}
        settled(case, facts)

    assert "2 systems answered" in told(case)


def test_timeline_says_to_whom_a_case_was_given():
    case, by = make_case(), make_staff(Role.DCO)
    casework.assign(case, to=make_staff(name="Cathy Worker"), by=by, at=RECEIVED_AT)
    assert "Gave the case to Cathy Worker" in told(case)

    casework.assign(case, to=by, by=by, at=RECEIVED_AT)
    assert "Took the case" in told(case)

    casework.assign(case, to=None, by=by, at=RECEIVED_AT)
    assert "Gave the case back: nobody has it" in told(case)


def test_row_held_for_a_customer_is_told_with_the_name_of_its_system():
    case = make_reviewed()
    opened = PassOn.objects.create(
        case=case,
        system="crm",
        customer="Acme",
        customer_ref="x",
        rows=1,
        opened_at=RECEIVED_AT,
    )
    client = staff_client()

    page = client.get(url("staff-case", case)).content.decode()
    form = client.get(url("case-pass-on", case, opened.pk)).content.decode()

    assert "Acme, 1 row in Customers." in page
    assert "Customers holds 1 row for this customer" in form


def test_answer_in_part_without_a_day_is_refused_with_the_name_of_the_system():
    case = make_reviewed()
    case.found.update(choice="release", reviewed_at=RECEIVED_AT + timedelta(hours=1))
    case.tasks.filter(system="cctv").update(state="with_owner", verdict="")

    answer = staff_client(Role.REVIEWER).post(
        url("case-decide", case),
        {
            "outcome": "in_part",
            "form": "download",
            "words": "",
            "seen": mark_of_all(case),
        },
    )

    assert answer.status_code == 422
    assert "Say by which day to come Cameras will" in answer.content.decode()


def test_settling_a_system_asks_about_it_by_its_name():
    case = make_reviewed()
    case.tasks.filter(system="cctv").update(state="with_owner", verdict="")

    page = staff_client().get(url("case-system-settle", case, "cctv"))

    assert "Answer for Cameras without a search" in page.content.decode()


def test_system_that_is_tried_again_is_named_and_one_that_is_not_declared_is_none():
    make_task(make_case(), state="needs_person", problem="no route")
    client = staff_client(Role.OPERATIONS)

    page = client.post(reverse("system-retry", args=["crm"]), follow=True)
    none = client.post(reverse("system-retry", args=["nowhere"]))

    assert "Customers is tried again for 1 case." in page.content.decode()
    assert none.status_code == 404


def test_findings_stand_on_the_register_and_the_systems_page_leads_there():
    make_case()
    Finding.objects.create(
        system="crm", severity="error", problem="No column pet.", raised_at=RECEIVED_AT
    )

    def row(role: Role) -> str:
        page = staff_client(role).get(reverse("system-list")).content.decode()
        assert "No column pet." not in page
        return page

    assert f'href="{reverse("register")}#findings"' in row(Role.DCO)
    assert "1 finding in the register, for the DCO" in row(Role.OPERATIONS)


def test_form_for_a_request_by_letter_asks_about_the_person_not_of_them():
    page = staff_client().get(reverse("case-take-in")).content.decode()

    found = re.findall(r"<(?:label|legend)[^>]*>(.*?)<", page)
    labels = [label.strip() for label in found]
    assert "The person’s name" in labels
    assert not [one for one in labels if re.search(r"\b[Yy]ou(r|rs)?\b", one)]


def test_breach_without_a_person_says_in_the_queue_of_which_case_it_is():
    case = make_case()
    breach = make_case(right=Right.BREACH, related=case, name="")
    Submission.objects.filter(pk=breach.submission_id).update(name="", address="")

    rows = staff_client().get(reverse("case-queue")).context["page"].rows

    assert f"Of case {case.reference}" in [row.name for row in rows]
