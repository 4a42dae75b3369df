"""What else a person was known by, and who shares a value with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from datamap.search import IdentifierStatus, KnownIdentifier, Step
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import decision, identifiers, owner, search, searching
from requests_app.models import Case
from requests_app.rules import WhoseQuestion
from requests_app.states import CaseStatus, DeliveryForm, Outcome, TaskState
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.factories.cases import CCTV, CRM, make_case, make_revision
from tests.requests_app.test_search import AT, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.long]
LEAVER_SQL = """
    CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT);
    INSERT INTO contacts VALUES (1, 'Ann', 'ann@old.example', NULL);
"""
TWICE_SQL = """
    CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT);
    INSERT INTO contacts VALUES (1, 'Ann', 'ann@example.org', NULL),
                                (2, 'Ann O', 'ann@example.org', NULL);
"""

FIRM_SQL = """
    CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT);
    INSERT INTO contacts VALUES (1, 'Ann', 'ann@old.example', '01632 960014'),
                                (2, 'Firm', 'x@firm.example', '01632 960099');
"""
BY_EMAIL = (Step("crm", "contacts", "email"),)


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


def say(contested, *, same_person: bool, reason: str, asked=WhoseQuestion.SHARED):
    return identifiers.rule(
        contested,
        asked=asked,
        shown=contested.shown,
        same_person=same_person,
        reason=reason,
        by=make_staff(),
        at=AT,
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


def test_given_address_still_finds_when_a_given_number_is_a_companys(sqlite_source):
    """What was given was learned from nobody: no doubt takes it back (D1)."""
    sqlite_source("TEST_CRM_URL", FIRM_SQL)
    case = make_case("ann@home.example", revision=make_revision([CRM]))
    add(case)
    identifiers.add(
        case, kind="phone", value="01632 960099", reason="x", by=make_staff(), at=AT
    )

    case = searched(case)

    assert case.found.get().sure == 1
    assert {(i.kind, i.value, i.status) for i in case.identifiers.all()} == {
        ("email", "ann@home.example", "sure"),
        ("email", "ann@old.example", "sure"),
        ("phone", "+441632960099", "contested"),
        ("customer_id", "1", "sure"),
    }


def test_doubt_takes_back_what_systems_taught_and_nothing_else():
    case = make_case("ann@home.example", revision=make_revision([CRM]))
    add(case)
    search.start_search(case, by=make_staff(), at=AT)
    taught = KnownIdentifier("phone", "+441632960014", route=BY_EMAIL)
    further = KnownIdentifier(
        "customer_id", "77", route=(*BY_EMAIL, Step("desk", "calls", "phone"))
    )
    identifiers.learn(case, [taught, further])

    identifiers.learn(case, [doubted(taught)])

    assert {(i.kind, i.status) for i in case.identifiers.all()} == {
        ("email", "sure"),
        ("phone", "contested"),
    }
    assert case.identifiers.filter(kind="email").count() == 2


def test_system_that_taught_is_searched_again_once_its_lesson_is_taken_back():
    """Even one that cannot be searched by the value that is in doubt."""
    case = make_case("ann@home.example", revision=make_revision([CRM]))
    search.start_search(case, by=make_staff(), at=AT)
    taught = KnownIdentifier("phone", "+441632960014", route=BY_EMAIL)
    identifiers.learn(case, [taught])
    case.tasks.update(searched_with="all that was known")

    stands = identifiers.learn(case, [doubted(taught)])

    # The value itself was the only lesson, and it stays, in doubt.
    assert (stands, case.tasks.get().searched_with) == (True, "all that was known")
    identifiers.learn(case, [KnownIdentifier("customer_id", "1", route=BY_EMAIL)])
    other = KnownIdentifier("account", "A-7", route=BY_EMAIL)
    identifiers.learn(case, [other])
    stands = identifiers.learn(case, [doubted(other)])
    assert (stands, case.tasks.get().searched_with) == (False, "")
    assert not case.identifiers.filter(kind="customer_id").exists()


@pytest.mark.parametrize("late_one_began_with_it", [True, False])
def test_search_overtaken_by_a_doubt_teaches_nothing(late_one_began_with_it):
    """It read by a value that another search, ended first, found to be two people's."""
    case = make_case("ann@home.example", revision=make_revision([CRM]))
    search.start_search(case, by=make_staff(), at=AT)
    number = KnownIdentifier("phone", "+441632960014", route=BY_EMAIL)
    account = KnownIdentifier("account", "A-7", route=(*BY_EMAIL, *BY_EMAIL))
    if late_one_began_with_it:
        identifiers.learn(case, [number])
    known = identifiers.known_of(case)
    late = [account] if late_one_began_with_it else [number, account]
    identifiers.learn(case, [doubted(number)], known=known)

    stands = identifiers.learn(case, late, known=known)

    assert not stands
    assert {(i.kind, i.status) for i in case.identifiers.all()} == {
        ("email", "sure"),
        ("phone", "contested"),
    }


def doubted(known: KnownIdentifier) -> KnownIdentifier:
    return KnownIdentifier(
        known.kind, known.value, IdentifierStatus.CONTESTED, known.route
    )


# --- After a new key of the hashes ------------------------------------------------


def test_search_after_a_new_key_comes_to_its_end(sqlite_source, new_key):
    sqlite_source("TEST_CRM_URL", LEAVER_SQL)
    case = make_case("ann@old.example", revision=make_revision([CRM]))
    new_key()

    case = searched(case)

    task = case.tasks.get()
    assert (task.state, task.verdict, task.rounds) == ("done", "found", 0)
    assert case.found.get().sure == 1


def test_new_key_in_the_middle_of_a_search_costs_one_more_round(sqlite_source, new_key):
    sqlite_source("TEST_CRM_URL", LEAVER_SQL)
    twin = {**CRM, "system": "old_crm", "name": "Former customers"}
    case = make_case("ann@old.example", revision=make_revision([CRM, twin]))
    search.start_search(case, by=make_staff(), at=AT)
    first = searching.claim(case.tasks.order_by("pk")[0].pk, at=AT)
    searching.search(first, now=lambda: AT)
    new_key()

    work_off(case)

    assert {(t.state, t.verdict) for t in case.tasks.all()} == {("done", "found")}
    assert max(t.rounds for t in case.tasks.all()) == 1
    assert case.identifiers.filter(kind="email").count() == 1


def test_doubt_after_a_new_key_takes_back_what_was_learned_before(new_key):
    case = make_case("ann@home.example", revision=make_revision([CRM]))
    search.start_search(case, by=make_staff(), at=AT)
    taught = KnownIdentifier("phone", "+441632960014", route=BY_EMAIL)
    further = KnownIdentifier(
        "customer_id", "77", route=(*BY_EMAIL, Step("desk", "calls", "phone"))
    )
    identifiers.learn(case, [taught, further])
    new_key()

    identifiers.learn(case, [doubted(taught)])

    assert {(i.kind, i.status) for i in case.identifiers.all()} == {
        ("email", "sure"),
        ("phone", "contested"),
    }


def test_ruling_of_before_a_new_key_still_counts(doubled, new_key):
    contested = doubled.identifiers.get(status="contested")
    say(contested, same_person=True, reason="Same signature.")
    new_key()

    assert [f.sure for f in searched(doubled).found.all()] == [2]


def test_same_value_is_not_added_twice_under_two_keys(leaver, new_key):
    add(leaver)
    new_key()

    with pytest.raises(Refused, match="by this already"):
        add(leaver)


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

    say(contested, same_person=True, reason="Same signature.")

    case = searched(doubled)
    assert [f.sure for f in case.found.all()] == [2]
    assert case.identifiers.get(kind="email").status == "settled"


def test_two_people_stay_two_people_whatever_a_later_search_says(doubled):
    contested = doubled.identifiers.get(status="contested")

    say(contested, same_person=False, reason="Father and son.")

    assert [f.sure for f in searched(doubled).found.all()] == [0]


def test_two_who_were_called_one_can_be_called_two_again(doubled):
    say(
        doubled.identifiers.get(status="contested"),
        same_person=True,
        reason="Same signature.",
    )
    case = searched(doubled)
    page = staff_client().get(reverse("staff-case", args=[case.reference]))
    assert "two records of one person" in page.content.decode()

    say(case.identifiers.get(status="settled"), same_person=False, reason="Two births.")

    case = searched(case)
    assert [f.sure for f in case.found.all()] == [0]
    assert case.identifiers.get(kind="email").status == "contested"


def test_nothing_is_said_of_what_is_not_in_doubt_or_was_not_asked(doubled):
    sure = doubled.identifiers.create(
        kind="customer_id", ref="r", value="1", status="sure", route=[]
    )
    contested = doubled.identifiers.get(status="contested")

    with pytest.raises(Refused, match="Nothing is in doubt"):
        say(sure, same_person=False, reason="Father and son.")
    with pytest.raises(Refused, match="has changed since the page was opened"):
        say(contested, same_person=True, reason="x", asked=WhoseQuestion.ALONE)
    doubled.identifiers.all().delete()
    with pytest.raises(Refused, match="Nothing is in doubt"):
        say(contested, same_person=True, reason="Same signature.")
    assert not doubled.identifier_rulings.exists()


def test_pages_add_and_rule(doubled):
    client = staff_client()
    contested = doubled.identifiers.get(status="contested")
    args = [doubled.reference]
    page = client.get(reverse("staff-case", args=args)).content.decode()
    rule_url = reverse("case-identifier-rule", args=[*args, contested.pk])
    assert rule_url in page

    said = {"asked": "shared", "shown": contested.shown, "same_person": "yes"}
    ruled = client.post(rule_url, {**said, "reason": "Same signature."})
    added = client.post(
        reverse("case-identifier-add", args=args),
        {"kind": "phone", "value": "01632 960014", "reason": "On the contract."},
    )

    assert (ruled.status_code, added.status_code) == (302, 302)
    assert doubled.identifier_rulings.get().same_person is True
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
