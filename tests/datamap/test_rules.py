"""Whose row it is, rule by rule (decision D1)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamap.known import AGENT, CONTACTS, IdentifierStatus, KnownIdentifier, Step
from datamap.registry.systems import Dataset
from datamap.rules import Holders, Knowledge, RawRow, RowStanding, doubted, judge

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
PEOPLE = TICKETS.model_copy(update={"one_per_person": True})


def knowing(*known: KnownIdentifier, **others) -> Knowledge:
    contested = {one.pair for one in known if one.is_doubted}
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
        ({"phone": NUMBER.value}, RowStanding.POSSIBLE),
        ({"phone": NUMBER.value, "email": "ann@a.example"}, RowStanding.SURE),
        ({"phone": NUMBER.value, "email": "bob@b.example"}, RowStanding.POSSIBLE),
        ({"account": "A-7", "email": "bob@b.example"}, RowStanding.SURE),
        ({"company": "C1"}, RowStanding.POSSIBLE),
    ],
)
def test_learned_contact_leads_to_no_row_that_names_another_address(carried, standing):
    knowledge = knowing(PROVED, NUMBER, ACCOUNT, company="C1")

    assert judge("desk", TICKETS, row(**carried), knowledge).standing is standing


def test_reason_says_where_a_contact_was_learned_and_what_is_missing():
    knowledge = knowing(PROVED, NUMBER)
    knowledge.places = {("crm", "contacts"): "Customers, Contacts"}

    found = judge("desk", TICKETS, row(phone=NUMBER.value), knowledge)

    assert found.reason == (
        "Found by the telephone number in Customers, Contacts. Nobody has said yet "
        "that it is theirs alone."
    )
    assert found.route == (*LEARNED, Step("desk", "tickets", "phone"))


@pytest.mark.parametrize(
    ("status", "more", "standing"),
    [
        (IdentifierStatus.VOUCHED, {}, RowStanding.SURE),
        (IdentifierStatus.SETTLED, {}, RowStanding.SURE),
        (IdentifierStatus.CONTESTED, {}, RowStanding.POSSIBLE),
        (IdentifierStatus.NOT_ALONE, {}, RowStanding.POSSIBLE),
        # Said by somebody who had not seen this row.
        (IdentifierStatus.SETTLED, {"email": "bob@b.example"}, RowStanding.POSSIBLE),
        (IdentifierStatus.VOUCHED, {"email": "bob@b.example"}, RowStanding.POSSIBLE),
    ],
)
def test_learned_contact_leads_on_once_a_person_has_said_whose_it_is(
    status, more, standing
):
    number = KnownIdentifier("phone", NUMBER.value, status, LEARNED)

    found = judge(
        "desk", TICKETS, row(phone=NUMBER.value, **more), knowing(PROVED, number)
    )

    assert found.standing is standing


def test_two_learned_contacts_are_no_more_than_one():
    """Colleagues share a switchboard and a mailbox: both stand on the same rows."""
    mailbox = KnownIdentifier("email", "team@a.example", route=LEARNED)

    found = judge(
        "desk",
        TICKETS,
        row(phone=NUMBER.value, email=mailbox.value),
        knowing(PROVED, NUMBER, mailbox),
    )

    assert found.standing is RowStanding.POSSIBLE


def test_learned_address_does_not_clear_a_proved_number_of_doubt():
    """An office's mobile is handed on in the team whose mailbox is on the row."""
    mailbox = KnownIdentifier("email", "team@a.example", route=LEARNED)
    proved = KnownIdentifier("phone", NUMBER.value)
    carried = row(phone=NUMBER.value, email=mailbox.value)
    vouched = KnownIdentifier(*mailbox.pair, IdentifierStatus.VOUCHED, LEARNED)

    before = judge("desk", TICKETS, carried, knowing(PROVED, proved, mailbox))
    after = judge("desk", TICKETS, carried, knowing(PROVED, proved, vouched))

    assert (before.standing, after.standing) == (RowStanding.POSSIBLE, RowStanding.SURE)
    assert "theirs alone" in before.reason


def test_what_staff_wrote_down_waits_for_nobody():
    noted = KnownIdentifier("phone", NUMBER.value, route=(Step("", "", "phone"),))
    further = KnownIdentifier("postal", "1 Lane", route=(*noted.route, *LEARNED))

    assert not noted.awaits_a_person
    assert further.awaits_a_person


@pytest.mark.parametrize("kind", ["email", "phone", "account"])
def test_what_an_agent_named_makes_no_row_sure_until_staff_say_whose_it_is(kind):
    named = KnownIdentifier(kind, "1", route=(Step("", AGENT, kind),))
    vouched = KnownIdentifier(kind, "1", IdentifierStatus.VOUCHED, named.route)
    carried = row(**{kind: "1"})

    before = judge("desk", TICKETS, carried, knowing(named))
    after = judge("desk", TICKETS, carried, knowing(vouched))

    assert (before.standing, after.standing) == (RowStanding.POSSIBLE, RowStanding.SURE)
    assert "that who acts for them named. Nobody has said yet" in before.reason


def test_what_a_vouched_name_of_an_agents_taught_waits_as_what_any_row_taught():
    way = (Step("", AGENT, "email"), Step("crm", "contacts", "email"))

    assert KnownIdentifier("email", "team@a.example", route=way).awaits_a_person
    assert not KnownIdentifier("account", "A-7", route=way).awaits_a_person


VALUES = st.sampled_from(["1", "2", "3"])
KINDS = st.sampled_from(["email", "phone", "account", "company"])
NAMED = (Step("", AGENT, "email"),)
WAYS = st.sampled_from([(), (Step("", "", "email"),), LEARNED, NAMED])
KNOWN = st.builds(
    KnownIdentifier, KINDS, VALUES, st.sampled_from(IdentifierStatus), WAYS
)
CARRIED = st.dictionaries(KINDS, st.frozensets(VALUES, min_size=1), min_size=1)


@given(
    known=st.lists(KNOWN, max_size=6, unique_by=lambda one: one.pair), carried=CARRIED
)
def test_no_row_is_sure_by_nothing_but_contacts_that_rows_taught(known, carried):
    knowledge = knowing(*known)

    found = judge("desk", TICKETS, RawRow("1", {}, carried), knowledge)

    links = [
        one
        for one in knowledge.known.values()
        if one.value in carried.get(one.kind, ()) and one.kind != "company"
    ]
    strong = [
        one
        for one in links
        if not one.is_doubted
        and not (
            one.status is IdentifierStatus.SURE
            and (
                (one.kind in CONTACTS and one.route == LEARNED)
                or one.route == (Step("", AGENT, one.kind),)
            )
        )
    ]
    assert strong or found.standing is not RowStanding.SURE
    if any(one.kind == "account" for one in strong):
        assert found.standing is RowStanding.SURE


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

    assert doubted("desk", TICKETS, [one, held], wanted, knowing(PROVED)) == set()
    assert doubted("desk", TICKETS, [one, other], wanted, knowing(PROVED)) == {
        PROVED.pair
    }


def test_doubted_is_a_learned_number_on_the_row_of_another_address():
    wanted = {"phone": frozenset({NUMBER.value})}
    other = row("2", phone=NUMBER.value, email="bob@b.example")

    assert doubted("desk", TICKETS, [other], wanted, knowing(PROVED, NUMBER)) == {
        NUMBER.pair
    }


def test_doubted_is_what_shares_its_cell_on_a_second_row():
    """`Bob <ann@a.example>`, and Ann's own row."""
    wanted = {"email": frozenset({PROVED.value})}
    hers = row("1", email=PROVED.value)
    mixed = row("2", email=f"bob <{PROVED.value}>")
    mixed = mixed._replace(among={"email": frozenset({PROVED.value})})

    assert doubted("desk", TICKETS, [mixed], wanted, knowing(PROVED)) == set()
    assert doubted("desk", TICKETS, [hers, mixed], wanted, knowing(PROVED)) == {
        PROVED.pair
    }


def test_doubted_is_a_learned_number_beside_a_name_on_the_row_of_another_address():
    wanted = {"phone": frozenset({NUMBER.value})}
    other = row("2", email="bob@b.example", phone="bob 07700 900123")
    other = other._replace(among={"phone": frozenset({NUMBER.value})})

    assert doubted("desk", TICKETS, [other], wanted, knowing(PROVED, NUMBER)) == {
        NUMBER.pair
    }


def test_doubted_is_not_who_was_shown_to_the_person_that_called_them_one():
    wanted = {"phone": frozenset({NUMBER.value})}
    hers = row("1", phone=NUMBER.value)
    old = row("2", phone=NUMBER.value, email="ann@old.example")
    carls = row("3", phone=NUMBER.value, email="carl@other.example")
    given_on = row("2", phone=NUMBER.value, email="carl@other.example")
    met = Holders("desk")
    met.note(PEOPLE, [hers, old], knowing(PROVED, NUMBER.in_doubt()))
    settled = replace(
        NUMBER,
        status=IdentifierStatus.SETTLED,
        holders=met.of(NUMBER.pair),
    )

    def doubt(*rows, said=settled):
        return doubted("desk", PEOPLE, rows, wanted, knowing(PROVED, said))

    assert doubt(hers, old) == set()
    assert doubt(old) == set()
    assert doubt(hers, old, carls) == {NUMBER.pair}
    assert doubt(carls) == {NUMBER.pair}
    assert doubt(hers, given_on) == {NUMBER.pair}
    # Of what was said before it was kept with whom, nobody knows whom they saw.
    assert doubt(hers, old, said=replace(settled, holders=frozenset())) == {NUMBER.pair}


def test_more_than_anybody_looks_at_are_never_one_for_good():
    many = [row(str(key), phone=NUMBER.value) for key in range(3_000)]
    met = Holders("desk")
    met.note(PEOPLE, many, knowing(PROVED, NUMBER.in_doubt()))
    held = met.of(NUMBER.pair)
    settled = replace(NUMBER, status=IdentifierStatus.SETTLED, holders=held)

    wanted = {"phone": frozenset({NUMBER.value})}

    assert len(held) == 2_000
    assert doubted("desk", PEOPLE, many, wanted, knowing(PROVED, settled)) == {
        NUMBER.pair
    }
