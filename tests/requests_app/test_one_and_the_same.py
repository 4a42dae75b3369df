"""Of whom it was said that they are one and the same (decision D1).

Ann stands in the CRM twice with one mobile. Carl comes by the number later.
"""

from __future__ import annotations

import os
import re

import pytest
import sqlalchemy as sa
from django.urls import reverse

from lumina_privacy.lib.verdict import Refused
from requests_app import spool
from requests_app.actions import identifiers
from requests_app.models import Case, CaseIdentifier
from requests_app.rules import WhoseQuestion
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import CRM, make_case, make_revision
from tests.requests_app.test_identifiers import searched
from tests.requests_app.test_search import AT

pytestmark = [pytest.mark.django_db, pytest.mark.long]
NUMBER = "01632 960014"
TWICE_SQL = f"""
    CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT);
    INSERT INTO contacts VALUES (1, 'Ann', 'ann@example.org', '{NUMBER}'),
                                (2, 'Ann O', 'ann@old.example', '{NUMBER}');
    CREATE TABLE calls (id INTEGER PRIMARY KEY, email TEXT, phone TEXT);
    INSERT INTO calls VALUES (1, 'ann@old.example', '{NUMBER}');
"""
CONTACTS = {
    **CRM["datasets"]["contacts"],
    "find_by": {"email": "email", "phone": "phone"},
    "yields": {"customer_id": "id"},
}
CALLS = {
    "table": "calls",
    "key": "id",
    "find_by": {"email": "email", "phone": "phone"},
    "fields": {"phone": {"category": "contact", "purposes": ["services"]}},
}
BY_NUMBER = {**CRM, "datasets": {"contacts": CONTACTS, "calls": CALLS}}
CARL = f"INSERT INTO contacts VALUES (3, 'Carl', 'carl@other.example', '{NUMBER}')"
CARL_RANG = f"INSERT INTO calls VALUES (2, 'carl@other.example', '{NUMBER}')"
ANN_RANG = f"INSERT INTO calls VALUES (3, 'ann@old.example', '{NUMBER}')"


@pytest.fixture
def case(sqlite_source) -> Case:
    """Give the case of Ann, whose number stands on two rows."""
    sqlite_source("TEST_CRM_URL", TWICE_SQL)
    case = make_case("ann@example.org", revision=make_revision([BY_NUMBER]))
    identifiers.add(
        case,
        kind="phone",
        value=NUMBER,
        reason="On the contract.",
        by=make_staff(),
        at=AT,
    )
    return searched(case)


def comes(*statements: str) -> None:
    engine = sa.create_engine(os.environ["TEST_CRM_URL"])
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


def number_of(case: Case) -> CaseIdentifier:
    return case.identifiers.get(kind="phone")


def call_one(number: CaseIdentifier, *, shown: str | None = None) -> None:
    identifiers.rule(
        number,
        asked=WhoseQuestion.SHARED,
        shown=number.shown if shown is None else shown,
        same_person=True,
        reason="Her old row.",
        by=make_staff(),
        at=AT,
    )


def sure_in(case: Case, dataset: str) -> set[str]:
    found = case.found.get(dataset=dataset)
    return {row.key for row in spool.read_rows(found) if row.standing == "sure"}


def test_rows_that_were_shown_stay_hers_at_every_later_search(case):
    call_one(number_of(case))

    for _ in range(2):
        case = searched(case)
        assert number_of(case).status == "settled"
        assert sure_in(case, "contacts") == {"1", "2"}
        assert sure_in(case, "calls") == {"1"}


def test_row_that_came_while_the_question_was_open_is_not_hers(case):
    comes(CARL)

    call_one(number_of(case))

    case = searched(case)
    assert number_of(case).status == "contested"
    assert sure_in(case, "contacts") == {"1"}
    assert sure_in(case, "calls") == set()


def test_row_that_comes_at_a_later_search_is_asked_of_anew(case):
    call_one(number_of(case))
    case = searched(case)
    comes(CARL)

    case = searched(case)
    assert sure_in(case, "contacts") == {"1"}

    call_one(number_of(case))
    case = searched(case)
    assert sure_in(case, "contacts") == {"1", "2", "3"}


def test_call_of_who_was_shown_is_hers_and_a_strangers_is_not(case):
    call_one(number_of(case))
    comes(CARL_RANG, ANN_RANG)

    case = searched(case)

    assert number_of(case).status == "settled"
    assert sure_in(case, "calls") == {"1", "3"}


def test_page_that_was_opened_before_another_was_found_is_refused(case):
    client = staff_client()
    url = reverse("case-identifier-rule", args=[case.reference, number_of(case).pk])
    [opened] = re.findall(
        r'name="shown" value="(\w+)"', client.get(url).content.decode()
    )
    number = number_of(case)
    number.hold(["somebody"])
    number.save()
    said = {"asked": "shared", "same_person": "yes", "reason": "Her old row."}

    stale = client.post(url, {**said, "shown": opened})
    unsaid = client.post(url, said)

    assert (stale.status_code, unsaid.status_code) == (422, 422)
    assert "has changed since the page was opened" in stale.content.decode()
    assert not case.identifier_rulings.exists()
    with pytest.raises(Refused, match="has changed"):
        call_one(number_of(case), shown=opened)


def test_what_was_said_before_it_was_kept_of_whom_is_asked_anew(case):
    CaseIdentifier.objects.filter(pk=number_of(case).pk).update(holders="")
    call_one(number_of(case))

    case = searched(case)

    assert number_of(case).status == "contested"
    assert sure_in(case, "contacts") == {"1"}


def test_doubt_of_a_search_that_began_before_it_was_said_changes_nothing(case):
    number = number_of(case)
    before = number.known
    call_one(number)
    identifiers.begin_with_proved(case)

    stands = identifiers.learn(case, [before], known=[before])

    assert (stands, number_of(case).status) == (False, "settled")
