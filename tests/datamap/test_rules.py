"""Whose row it is, rule by rule (decision D1)."""

from __future__ import annotations

import pytest

from datamap.registry.systems import Dataset
from datamap.rules import (
    IdentifierStatus,
    Knowledge,
    KnownIdentifier,
    RawRow,
    RowStanding,
    Step,
    doubted,
    judge,
)

LEARNED = (Step("crm", "contacts", "email"),)
TICKETS = Dataset.model_validate(
    {
        "id": "tickets",
        "table": "tickets",
        "key": "id",
        "held_for": "customer",
        "find_by": {
            "email": "email",
            "phone": "phone",
            "account": "account",
            "company": {"column": "company", "identifies": "organisation"},
        },
        "category": "product",
        "purposes": ["services"],
    }
)


def knowing(*known: KnownIdentifier, **others) -> Knowledge:
    contested = {one.pair for one in known if one.status is IdentifierStatus.CONTESTED}
    return Knowledge(
        {one.pair: one for one in known},
        contested,
        dict.fromkeys(others.items(), LEARNED),
    )


def row(key="1", held_for="", **identifiers) -> RawRow:
    return RawRow(
        key,
        {"subject": "Printer"},
        {kind: frozenset({value}) for kind, value in identifiers.items()},
        held_for,
    )


PROVED = KnownIdentifier("email", "ann@a.example")
NUMBER = KnownIdentifier("phone", "+447700900123", route=LEARNED)
ACCOUNT = KnownIdentifier("account", "A-7", route=LEARNED)


def test_row_reached_two_ways_keeps_the_shorter_route():
    found = judge(
        "desk",
        TICKETS,
        row(account="A-7", email="ann@a.example"),
        knowing(PROVED, ACCOUNT),
    )

    assert (found.standing, found.route) == (
        RowStanding.SURE,
        (Step("desk", "tickets", "email"),),
    )


@pytest.mark.parametrize(
    ("carried", "standing"),
    [
        ({"phone": NUMBER.value}, RowStanding.SURE),
        ({"phone": NUMBER.value, "email": "ann@a.example"}, RowStanding.SURE),
        ({"phone": NUMBER.value, "email": "bob@b.example"}, RowStanding.POSSIBLE),
        ({"account": "A-7", "email": "bob@b.example"}, RowStanding.SURE),
        ({"company": "C1"}, RowStanding.POSSIBLE),
    ],
)
def test_learned_contact_leads_to_no_row_that_names_another_address(carried, standing):
    knowledge = knowing(PROVED, NUMBER, ACCOUNT, company="C1")

    assert judge("desk", TICKETS, row(**carried), knowledge).standing is standing


def test_proved_number_leads_to_no_row_that_names_another_address():
    """Numbers are given out again; a row with an old owner's address is not ours."""
    proved = KnownIdentifier("phone", NUMBER.value)

    found = judge(
        "desk",
        TICKETS,
        row(phone=NUMBER.value, email="bob@b.example"),
        knowing(PROVED, proved),
    )

    assert (found.standing, found.reason) == (
        RowStanding.POSSIBLE,
        "Found by the telephone number, but it names another address.",
    )


def test_row_of_a_customer_is_the_persons_only_by_an_identifier_of_the_person():
    knowledge = knowing(PROVED, company="C1")

    surely = judge(
        "desk", TICKETS, row(held_for="Acme", email="ann@a.example"), knowledge
    )
    perhaps = judge("desk", TICKETS, row(held_for="Acme", company="C1"), knowledge)

    assert (surely.standing, surely.values) == (RowStanding.PROCESSOR, {})
    assert (perhaps.standing, perhaps.values, perhaps.customer) == (
        RowStanding.POSSIBLE,
        {},
        "Acme",
    )


def test_doubted_are_values_on_two_rows_but_not_those_of_customers():
    wanted = {"email": frozenset({PROVED.value})}
    one, other = row("1", email=PROVED.value), row("2", email=PROVED.value)
    held = row("3", held_for="Acme", email=PROVED.value)

    assert doubted(TICKETS, [one, held], wanted, knowing(PROVED)) == set()
    assert doubted(TICKETS, [one, other], wanted, knowing(PROVED)) == {PROVED.pair}


def test_doubted_is_a_learned_number_on_the_row_of_another_address():
    wanted = {"phone": frozenset({NUMBER.value})}
    other = row("2", phone=NUMBER.value, email="bob@b.example")

    assert doubted(TICKETS, [other], wanted, knowing(PROVED, NUMBER)) == {NUMBER.pair}
