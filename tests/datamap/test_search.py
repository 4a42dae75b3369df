"""The search: complete for the person, and nobody else's row."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from datamap.registry.systems import Column, Identifies, Match, System
from datamap.search import (
    IdentifierStatus,
    KnownIdentifier,
    Limits,
    RowStanding,
    Step,
    SystemChanged,
    SystemUnavailable,
    search_system,
)
from lumina_privacy.lib.subject_ref import canonical_email
from tests.datamap.worlds import (
    ROOT,
    Remembered,
    chinook,
    make_database,
    register_with,
    search,
)

CHINOOK = Path(
    os.environ.get("CHINOOK_SQLITE", ROOT.parent / "shared" / "data" / "chinook.sqlite")
)

OFFICE = System.model_validate(
    {
        "id": "office",
        "name": "Office",
        "owner": "owner@example.org",
        "location": "GB",
        "connector": "sql",
        "connection": "OFFICE_DATABASE_URL",
        "datasets": {
            "people": {
                "table": "people",
                "key": "id",
                "one_per_person": True,
                "find_by": {
                    "email": {"column": ["email", "other_email"]},
                    "phone": {"column": "mobile"},
                    "switchboard": {
                        "column": "switchboard",
                        "identifies": "organisation",
                        "match": "phone",
                    },
                },
                "yields": {
                    "person": "id",
                    "email": {"column": ["email", "other_email"]},
                    "phone": "mobile",
                    "switchboard": {
                        "column": "switchboard",
                        "identifies": "organisation",
                        "match": "phone",
                    },
                    "company": {"column": "company", "identifies": "organisation"},
                },
                "category": "contact",
                "purposes": ["goods-and-services"],
            },
            "tickets": {
                "table": "tickets",
                "key": "id",
                "held_for": "held_for",
                "find_by": {
                    "email": "email",
                    "company": {"column": "company", "identifies": "organisation"},
                },
                "category": "product",
                "purposes": ["goods-and-services"],
            },
        },
    }
)
TABLES = (
    """CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, email TEXT,
                            other_email TEXT, mobile TEXT, switchboard TEXT,
                            company TEXT)""",
    """CREATE TABLE tickets (id INTEGER PRIMARY KEY, email TEXT, company TEXT,
                             subject TEXT, held_for TEXT)""",
)


@pytest.fixture
def office(tmp_path, monkeypatch):
    def fill(*statements: str):
        url = make_database(tmp_path / "office.sqlite", *TABLES, *statements)
        monkeypatch.setenv("OFFICE_DATABASE_URL", url)
        return register_with(OFFICE)

    return fill


@pytest.mark.skipif(
    not CHINOOK.exists(), reason="the public sample database is not here"
)
def test_chinook_gives_one_customer_with_invoices_and_lines(tmp_path, monkeypatch):
    copy = shutil.copy(CHINOOK, tmp_path / "chinook.sqlite")
    monkeypatch.setenv("CHINOOK_DATABASE_URL", f"sqlite:///{copy}")

    result, found = search(register_with(chinook()), "chinook", "luisg@embraer.com.br")

    counts = {dataset.dataset: dataset.sure for dataset in result.datasets}
    assert counts == {"customers": 1, "invoices": 7, "invoice_lines": 38}
    assert result.complete
    assert {row.standing for rows in found.rows.values() for row in rows} == {
        RowStanding.SURE
    }
    assert {row.values["CustomerId"] for row in found.rows["invoices"]} == {1}
    assert {row.route for row in found.rows["invoice_lines"]} == {
        (
            Step("chinook", "customers", "email"),
            Step("chinook", "invoices", "customer"),
            Step("chinook", "invoice_lines", "invoice"),
        )
    }


def test_two_colleagues_never_get_a_row_of_each_other(office):
    register = office(
        """INSERT INTO people VALUES
        (1, 'Alice', 'alice@a.example', 'office@a.example', NULL, '020 79460999', 'C1'),
        (2, 'Bob', 'bob@a.example', 'office@a.example', NULL, '020 79460999', 'C1')""",
        """INSERT INTO tickets VALUES (1, 'alice@a.example', 'C1', 'hers', NULL),
        (2, 'bob@a.example', 'C1', 'his', NULL),
        (3, 'office@a.example', 'C1', 'shared', NULL)""",
    )

    result, found = search(register, "office", "alice@a.example")

    assert found.keys("people") == ["1"]
    assert found.keys("tickets") == ["1"]
    assert found.keys("people", RowStanding.POSSIBLE) == ["2"]
    assert found.keys("tickets", RowStanding.POSSIBLE) == ["2", "3"]
    assert [item.pair for item in result.contested] == [("email", "office@a.example")]


def test_a_shared_address_proved_makes_everything_possible(office):
    register = office(
        "INSERT INTO people VALUES"
        " (1, 'Alice', 'office@a.example', NULL, NULL, NULL, NULL),"
        " (2, 'Bob', 'office@a.example', NULL, NULL, NULL, NULL)",
    )

    _, found = search(register, "office", "office@a.example")

    assert found.keys("people") == []
    assert found.keys("people", RowStanding.POSSIBLE) == ["1", "2"]


FROM_CRM = (Step("crm", "contacts", "email"),)
ONE_DESK = "INSERT INTO tickets VALUES (1, 'desk@a.example', NULL, 'hers', NULL)"


def test_an_address_known_as_a_company_s_elsewhere_is_no_person_s(
    tmp_path, monkeypatch
):
    """The CRM knows the mailbox as the office's; a ticket carries it as a person's."""
    system = OFFICE.model_copy(
        update={
            "datasets": {
                **OFFICE.datasets,
                "people": OFFICE.datasets["people"].model_copy(
                    update={
                        "find_by": {
                            **OFFICE.datasets["people"].find_by,
                            "office_email": Column(
                                column=("other_email",),
                                identifies=Identifies.ORGANISATION,
                                match=Match.EMAIL,
                            ),
                        }
                    }
                ),
            }
        }
    )
    people = (
        "INSERT INTO people VALUES"
        " (1, 'Alice', 'alice@a.example', 'desk@a.example', NULL, NULL, NULL)"
    )
    url = make_database(tmp_path / "office.sqlite", *TABLES, people, ONE_DESK)
    monkeypatch.setenv("OFFICE_DATABASE_URL", url)

    result, found = search(register_with(system), "office", "desk@a.example")

    assert found.keys("tickets") == []
    assert found.keys("tickets", RowStanding.POSSIBLE) == ["1"]
    assert [one.pair for one in result.contested] == [("email", "desk@a.example")]


@pytest.mark.parametrize("name", ["info", "post", "privacy", "webmaster"])
def test_a_mailbox_with_an_office_s_name_is_no_person_s(office, name):
    register = office(
        f"INSERT INTO tickets VALUES (1, '{name}@a.example', NULL, 'whose', NULL)"
    )

    _, found = search(register, "office", f"{name}@a.example")

    assert found.keys("tickets") == []
    assert found.keys("tickets", RowStanding.POSSIBLE) == ["1"]


def test_a_value_that_a_person_settled_leads_on(office):
    """Two records of one person: somebody has said that both are hers."""
    register = office(
        "INSERT INTO people VALUES"
        " (1, 'Alice', 'info@a.example', NULL, NULL, NULL, NULL),"
        " (2, 'Alice', 'info@a.example', 'alice@home.example', NULL, NULL, NULL)",
        "INSERT INTO tickets VALUES (1, 'alice@home.example', NULL, 'hers', NULL)",
    )
    asked, _ = search(register, "office", "info@a.example")
    [info] = asked.contested
    settled = replace(info, status=IdentifierStatus.SETTLED)

    vouched = KnownIdentifier(
        "email", "alice@home.example", IdentifierStatus.VOUCHED, FROM_CRM
    )

    result, found = search(register, "office", settled)
    _, vouched_for = search(register, "office", settled, vouched)

    assert found.keys("people") == ["1", "2"]
    # What the second record teaches is a contact: it waits for a person of its own.
    assert found.keys("tickets", RowStanding.POSSIBLE) == ["1"]
    assert vouched_for.keys("tickets") == ["1"]
    assert result.contested == ()


def test_nothing_is_followed_on_from_a_row_that_a_learned_contact_reached(office):
    """Her mobile stands on a record that names nobody."""
    register = office(
        "INSERT INTO people VALUES"
        " (1, 'Ann', 'ann@a.example', NULL, NULL, NULL, NULL),"
        " (2, 'A', NULL, NULL, '07700 900123', NULL, NULL)",
    )
    mobile = KnownIdentifier("phone", "+447700900123", route=FROM_CRM)
    vouched = replace(mobile, status=IdentifierStatus.VOUCHED)
    address = KnownIdentifier("email", "ann@a.example")

    result, found = search(register, "office", address, mobile)
    later, further = search(register, "office", address, vouched)

    assert found.keys("people") == ["1"]
    assert found.keys("people", RowStanding.POSSIBLE) == ["2"]
    assert {one.pair for one in result.learned} == {("person", "1")}
    assert further.keys("people") == ["1", "2"]
    assert {one.pair for one in later.learned} == {("person", "1"), ("person", "2")}


def test_contact_that_is_vouched_for_is_doubted_on_the_row_of_another(office):
    register = office(
        "INSERT INTO people VALUES (1, 'Ann', 'ann@a.example', NULL, NULL, NULL, NULL),"
        " (2, 'Ben', 'ben@b.example', NULL, '07700 900123', NULL, NULL)",
    )
    vouched = KnownIdentifier(
        "phone", "+447700900123", IdentifierStatus.VOUCHED, FROM_CRM
    )

    result, found = search(register, "office", "ann@a.example", vouched)

    assert found.keys("people") == ["1"]
    assert [one.pair for one in result.contested] == [vouched.pair]


def test_colleagues_behind_one_number_never_get_a_row_of_each_other(office):
    register = office(
        "INSERT INTO people VALUES"
        " (1, 'Ann', 'ann@a.example', NULL, '01442 511111 ext 23', NULL, NULL),"
        " (2, 'Ben', NULL, NULL, '01442 511111 x24', NULL, NULL)",
    )

    _, found = search(register, "office", "ann@a.example")

    assert found.keys("people") == ["1"]
    assert found.keys("people", RowStanding.POSSIBLE) == []


def test_address_of_another_domain_that_only_looks_alike_leads_to_nobody(office):
    register = office(
        "INSERT INTO people VALUES"
        " (1, 'Ann', 'ann@faß.example', NULL, NULL, NULL, NULL),"
        " (2, 'Ben', 'ann@fass.example', NULL, NULL, NULL, NULL)",
    )

    _, found = search(register, "office", canonical_email("ann@faß.example"))

    assert found.keys("people") == ["1"]


def test_a_recycled_number_does_not_lead_to_its_new_owner(office):
    register = office(
        "INSERT INTO people VALUES (1, 'Ann', 'ann@a.example', NULL, NULL, NULL, NULL),"
        " (2, 'Ben', 'ben@b.example', NULL, '07700 900123', NULL, NULL)",
    )
    known = [
        KnownIdentifier("email", "ann@a.example"),
        KnownIdentifier(
            "phone", "+447700900123", route=(Step("crm", "contacts", "email"),)
        ),
    ]
    found = Remembered()

    search_system(register, "office", known, found)

    assert found.keys("people") == ["1"]
    assert found.keys("people", RowStanding.POSSIBLE) == ["2"]


@pytest.mark.parametrize(
    "nothing", ["NULL", "''", "'n/a'", "'  '", "'N/A'", "'07123 456789'"]
)
def test_blank_and_placeholder_values_never_match(office, nothing):
    register = office(
        "INSERT INTO people VALUES"
        f" (1, 'Ann', 'ann@a.example', {nothing}, {nothing}, NULL, NULL),"
        f" (2, 'Ben', 'ben@b.example', {nothing}, {nothing}, NULL, NULL)",
    )

    result, found = search(register, "office", "ann@a.example")

    assert found.keys("people") == ["1"]
    assert found.keys("people", RowStanding.POSSIBLE) == []
    assert result.contested == ()


def test_rows_held_for_a_customer_are_counted_and_not_read(office):
    register = office(
        "INSERT INTO people VALUES (1, 'Ann', 'ann@a.example', NULL, NULL, NULL, NULL)",
        "INSERT INTO tickets VALUES (1, 'ann@a.example', NULL, 'ours', NULL),"
        " (2, 'ann@a.example', NULL, 'theirs', 'Brightwater')",
    )

    _, found = search(register, "office", "ann@a.example")

    [held] = [
        row for row in found.rows["tickets"] if row.standing is RowStanding.PROCESSOR
    ]
    assert (held.key, held.values, held.customer) == ("2", {}, "Brightwater")
    assert found.keys("tickets") == ["1"]


def test_addresses_match_in_any_case_and_numbers_in_any_shape(office):
    register = office(
        "INSERT INTO people VALUES"
        " (1, 'Ann', 'ANN@A.Example', NULL, '+44 (0)7700 900-123', NULL, NULL)",
    )
    known = [KnownIdentifier("phone", "+447700900123")]
    found = Remembered()

    search_system(register, "office", known, found)
    _, by_mail = search(register, "office", "ann@a.example")

    assert found.keys("people") == ["1"]
    assert by_mail.keys("people") == ["1"]


def test_a_missing_column_names_its_place(office, tmp_path):
    register = office("ALTER TABLE tickets DROP COLUMN email")

    with pytest.raises(SystemChanged, match=r"office\.tickets: .* no column email"):
        search(register, "office", "ann@a.example")


def test_an_unreachable_system_says_so(office, monkeypatch):
    register = office()
    monkeypatch.setenv("OFFICE_DATABASE_URL", "postgresql://u:p@127.0.0.1:9/nothing")

    with pytest.raises(SystemUnavailable, match=r"^Office could not be reached\.$"):
        search(register, "office", "ann@a.example")


def test_a_bound_that_is_met_is_told(office):
    register = office(
        *(
            f"INSERT INTO tickets VALUES ({n}, 'ann@a.example', NULL, 'x', NULL)"
            for n in range(5)
        )
    )

    result, _ = search(register, "office", "ann@a.example", limits=Limits(rows=3))

    assert not result.complete
    assert result.stop_reason == "more than 3 rows"
