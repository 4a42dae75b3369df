"""A team mailbox that a record taught, and what the tests of it ask."""

from __future__ import annotations

import re

from django.urls import reverse

from requests_app import spool
from requests_app.actions import identifiers, search
from requests_app.models import Case
from requests_app.rules import WhoseQuestion
from tests.factories.accounts import make_staff
from tests.factories.cases import CRM
from tests.requests_app.test_search import AT, work_off

TEAM = "south@firm.example"
CONTACTS = {
    **CRM["datasets"]["contacts"],
    "find_by": {"email": {"column": ["email", "other_email"]}},
    "yields": {"customer_id": "id", "email": {"column": ["email", "other_email"]}},
}
CUSTOMERS = {**CRM, "datasets": {"contacts": CONTACTS}}
DESK = {
    **CRM,
    "system": "desk",
    "name": "Desk",
    "connection": "TEST_DESK_URL",
    "datasets": {
        "tickets": {
            "name": "Tickets",
            "table": "tickets",
            "key": "id",
            "find_by": {"email": "email", "customer_id": "customer"},
            "yields": {"ticket": "id"},
            "fields": {"subject": {"category": "product", "purposes": ["services"]}},
        },
        "comments": {
            "table": "comments",
            "key": "id",
            "find_by": {"ticket": "ticket"},
            "fields": {"body": {"category": "product", "purposes": ["services"]}},
        },
    },
}
CRM_SQL = """
    CREATE TABLE contacts (id integer PRIMARY KEY, name text, email text, phone text,
                           other_email text);
    INSERT INTO contacts VALUES (1, 'Ann', 'ann@firm.example', '', '%s');
"""
TWO_SQL = CRM_SQL % TEAM + (
    f"INSERT INTO contacts VALUES (2, 'Bob', 'bob@firm.example', '', '{TEAM}');"
)
DESK_SQL = """
    CREATE TABLE tickets (id integer PRIMARY KEY, email text, customer integer,
                          subject text);
    CREATE TABLE comments (id integer PRIMARY KEY, ticket integer, body text);
    INSERT INTO tickets VALUES (1, 'ann@firm.example', NULL, 'By her own address'),
        (2, '%s', NULL, 'By what the record taught'),
        (3, '%s', 1, 'By that and by her number'),
        (4, NULL, 1, 'By her number');
    INSERT INTO comments VALUES (21, 2, 'On the second'), (31, 3, 'On the third');
"""


def searched(case: Case) -> Case:
    search.start_search(Case.objects.get(pk=case.pk), by=make_staff(), at=AT)
    work_off(case)
    return Case.objects.get(pk=case.pk)


def keys(case: Case, dataset: str, standing: str = "sure") -> list[str]:
    found = case.found.get(system="desk", dataset=dataset)
    return [row.key for row in spool.read_rows(found) if row.standing == standing]


def waiting(case: Case):
    [one] = [one for one in case.identifiers.all() if one.known.awaits_a_person]
    return one


def team_in(case: Case):
    """Return the mailbox as the case knows it: values are sealed, none is queried."""
    [one] = [one for one in case.identifiers.all() if one.value == TEAM]
    return one


def say(case: Case, *, same_person: bool, reason="She rang; nobody else reads it."):
    return identifiers.rule(
        team_in(case),
        asked=WhoseQuestion.ALONE,
        shown="",
        same_person=same_person,
        reason=reason,
        by=make_staff(),
        at=AT,
    )


def question(case: Case) -> str:
    return reverse("case-identifier-rule", args=[case.reference, team_in(case).pk])


def asked_on(page: str) -> str:
    """Return which question a page puts, as its form sends it back."""
    return "".join(re.findall(r'name="asked" value="(\w+)"', page))


def shown_on(page: str) -> str:
    """Return who carries the value as the page shows it, as its form sends it back."""
    return "".join(re.findall(r'name="shown" value="(\w+)"', page))


def answer(client, case: Case, same_person: str):
    """Open the question as it is put now, and answer it."""
    url = question(case)
    page = text(client, url)
    said = {"asked": asked_on(page), "shown": shown_on(page), "reason": "She rang."}
    return client.post(url, {**said, "same_person": same_person})


def text(client, url: str) -> str:
    return client.get(url).content.decode()
