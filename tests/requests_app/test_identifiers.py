"""What else a person was known by, and who shares a value with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import decision, identifiers, owner, search
from requests_app.models import Case
from requests_app.states import CaseStatus, DeliveryForm, Outcome, TaskState
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.factories.cases import CCTV, CRM, make_case, make_revision
from tests.requests_app.test_search import AT, work_off

pytestmark = pytest.mark.django_db
LEAVER_SQL = """
    CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT);
    INSERT INTO contacts VALUES (1, 'Ann', 'ann@old.example', NULL);
"""
TWICE_SQL = """
    CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT);
    INSERT INTO contacts VALUES (1, 'Ann', 'ann@example.org', NULL),
                                (2, 'Ann O', 'ann@example.org', NULL);
"""


def searched(case: Case) -> Case:
    search.start_search(Case.objects.get(pk=case.pk), by=make_staff(), at=AT)
    work_off(case)
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def leaver(sqlite_source) -> Case:
    """Give the case of somebody whom the CRM knows by an address she has lost."""
    sqlite_source("TEST_CRM_URL", LEAVER_SQL)
    return searched(make_case("ann@home.example", revision=make_revision([CRM])))


@pytest.fixture
def doubled(sqlite_source) -> Case:
    """Give the case of somebody who stands in the CRM twice."""
    sqlite_source("TEST_CRM_URL", TWICE_SQL)
    return searched(make_case("ann@example.org", revision=make_revision([CRM])))


def add(case: Case, value="Ann@Old.example", *, reason="Her leaving letter says so."):
    return identifiers.add(
        case, kind="email", value=value, reason=reason, by=make_staff(), at=AT
    )


def test_old_address_finds_what_the_new_one_does_not(leaver):
    assert not leaver.found.filter(sure__gt=0).exists()

    add(leaver)

    found = searched(leaver).found.get(dataset="contacts")
    assert found.sure == 1
    assert found.routes[0]["route"][0] == ["", "", "email"]


def test_old_address_lets_nobody_in(leaver):
    add(leaver)

    manager = subject_client("ann@old.example")

    page = manager.get(reverse("case", args=[leaver.reference]))
    assert page.status_code == 404
    assert leaver.reference not in manager.get(reverse("case-list")).content.decode()


def test_row_found_by_a_note_alone_says_so_on_the_review(leaver):
    add(leaver)
    case = searched(leaver)

    url = reverse("case-review", args=[case.reference])

    page = staff_client().get(url).content.decode()
    assert "by the e-mail address staff wrote down" in page


def test_owners_are_asked_again_with_what_was_added(sqlite_source):
    sqlite_source("TEST_CRM_URL", LEAVER_SQL)
    case = searched(make_case("ann@home.example", revision=make_revision([CRM, CCTV])))
    asked = case.tasks.get(system="cctv").owner_task
    owner.hold_nothing(asked, note="", at=AT)

    identifiers.add(
        case,
        kind="phone",
        value="01632 960014",
        reason="On the contract.",
        by=make_staff(),
        at=AT + timedelta(hours=1),
    )
    search.start_search(
        Case.objects.get(pk=case.pk), by=make_staff(), at=AT + timedelta(hours=2)
    )

    task = case.tasks.get(system="cctv")
    assert (task.state, task.owner_task.answer) == (TaskState.WITH_OWNER, "")


@pytest.mark.parametrize(
    ("value", "reason", "complaint"),
    [
        ("ann@home.example", "why", "by this already"),
        ("no address", "why", "not an e-mail address"),
        ("ann@old.example", " ", "Write how you know"),
    ],
)
def test_what_is_wrong_is_refused(leaver, value, reason, complaint):
    with pytest.raises(Refused, match=complaint):
        add(leaver, value, reason=reason)


def test_case_is_not_decided_before_it_is_searched_with_what_was_added(leaver):
    add(leaver)

    with pytest.raises(Refused, match="Search again"):
        decision.decide(
            leaver,
            outcome=Outcome.NOTHING_HELD,
            words="",
            form=DeliveryForm.DOWNLOAD,
            open_until={},
            by=make_staff(),
            at=AT + timedelta(hours=1),
        )


def test_two_records_are_both_given_once_somebody_says_they_are_one_person(doubled):
    assert [f.sure for f in doubled.found.all()] == [0]
    contested = doubled.identifiers.get(status="contested")

    identifiers.rule(
        contested, same_person=True, reason="Same signature.", by=make_staff(), at=AT
    )

    case = searched(doubled)
    assert [f.sure for f in case.found.all()] == [2]
    assert case.identifiers.get(kind="email").status == "settled"


def test_two_people_stay_two_people_whatever_a_later_search_says(doubled):
    contested = doubled.identifiers.get(status="contested")

    identifiers.rule(
        contested, same_person=False, reason="Father and son.", by=make_staff(), at=AT
    )

    assert [f.sure for f in searched(doubled).found.all()] == [0]


def test_pages_add_and_rule(doubled):
    client = staff_client()
    contested = doubled.identifiers.get(status="contested")
    args = [doubled.reference]
    page = client.get(reverse("staff-case", args=args)).content.decode()
    rule_url = reverse("case-identifier-rule", args=[*args, contested.pk])
    assert rule_url in page

    ruled = client.post(rule_url, {"same_person": "yes", "reason": "Same signature."})
    added = client.post(
        reverse("case-identifier-add", args=args),
        {"kind": "phone", "value": "01632 960014", "reason": "On the contract."},
    )

    assert (ruled.status_code, added.status_code) == (302, 302)
    assert doubled.rulings.get().same_person is True
    assert doubled.proved.get(kind="phone").level == 0


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATIONS])
def test_who_works_no_cases_says_nothing_of_identifiers(doubled, role):
    contested = doubled.identifiers.get(status="contested")
    client, args = staff_client(role), [doubled.reference]

    answers = {
        client.post(reverse("case-identifier-add", args=args)).status_code,
        client.post(
            reverse("case-identifier-rule", args=[*args, contested.pk])
        ).status_code,
    }

    assert answers == {403}
    assert doubled.status == CaseStatus.IN_REVIEW
