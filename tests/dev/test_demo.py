"""The demonstration: every story can be tried, and nobody in it is real."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from datamap import actions
from datamap.search import IdentifierStatus, RowStanding
from dev.demo.generate import fill
from dev.demo.people import PEOPLE, listing
from dev.demo.stories import EDITHS_PHONE
from dev.demo.tables import SYSTEMS
from tests.datamap.worlds import LUMINA, search

TODAY = date(2026, 11, 24)
PEOPLE_IN_THE_CROWD = 60


def databases(folder):
    return {name: f"sqlite:///{folder / name}.sqlite" for name in SYSTEMS}


def contents(folder):
    """Every value in the demonstration's databases, table by table."""
    held = {}
    for name, url in databases(folder).items():
        if not (folder / f"{name}.sqlite").exists():
            continue
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            for table in SYSTEMS[name].sorted_tables:
                rows = connection.execute(sa.select(table)).all()
                held[f"{name}.{table.name}"] = [tuple(row) for row in rows]
        engine.dispose()
    return held


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    assert fill(databases(folder), people=PEOPLE_IN_THE_CROWD, today=TODAY)
    return folder


@pytest.fixture
def systems(filled, monkeypatch):
    """The demonstration's databases, where the register looks for them."""
    for name, url in databases(filled).items():
        monkeypatch.setenv(f"{name.upper()}_DATABASE_URL", url)


def found(system, *emails):
    return search(LUMINA, system, *emails)[1]


def test_system_that_is_left_alone_changes_nothing_for_the_others(filled, tmp_path):
    """Somebody points one of them to nowhere, and takes the system down by that."""
    urls = databases(tmp_path)
    del urls["billing"]

    first = fill(urls, people=PEOPLE_IN_THE_CROWD, today=TODAY)
    again = fill(urls, people=PEOPLE_IN_THE_CROWD, today=TODAY)

    assert (first, again) == (True, False)
    assert not (tmp_path / "billing.sqlite").exists()
    whole, there = contents(filled), contents(tmp_path)
    same = [name for name in whole if not name.startswith("billing.")]
    assert {name: there.get(name) for name in same} == {n: whole[n] for n in same}


def test_demo_is_the_same_every_time(filled, tmp_path):
    fill(databases(tmp_path), people=PEOPLE_IN_THE_CROWD, today=TODAY)

    assert contents(tmp_path) == contents(filled)


def test_second_fill_changes_nothing(filled):
    before = contents(filled)

    assert not fill(databases(filled), people=5, today=TODAY)
    assert contents(filled) == before


def test_interrupted_fill_is_begun_again(filled, tmp_path):
    fill(databases(tmp_path), people=PEOPLE_IN_THE_CROWD, today=TODAY)
    engine = sa.create_engine(databases(tmp_path)["billing"])
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE invoices")
    engine.dispose()

    assert fill(databases(tmp_path), people=PEOPLE_IN_THE_CROWD, today=TODAY)
    assert contents(tmp_path) == contents(filled)


def test_every_address_is_of_a_domain_that_cannot_exist(filled):
    text = str(contents(filled)) + listing()

    addresses = re.findall(r"[\w.+-]+@([\w-]+\.[\w.-]*\w)", text)
    assert len(addresses) > PEOPLE_IN_THE_CROWD
    assert {address.rsplit(".", 1)[1] for address in addresses} == {"example"}


def test_every_column_of_the_systems_is_declared(systems):
    ours = [s for s in LUMINA.systems if s.id in SYSTEMS]
    register = LUMINA.model_copy(update={"systems": tuple(ours)})

    assert list(actions.check(register)) == []


def test_invoices_span_eight_years_and_none_is_of_tomorrow(filled):
    days = [row[3] for row in contents(filled)["billing.invoices"]]

    assert {day.year for day in days} == set(range(2019, 2027))
    assert max(days) <= TODAY


@pytest.mark.parametrize(
    "person", [p for p in PEOPLE if "@" in p.reached[0]], ids=lambda p: p.name
)
def test_each_person_is_found_by_each_address_that_is_printed(systems, person):
    for address in person.reached:
        assert found("crm", address).keys("contacts") != []


def test_leaver_is_found_whole_by_her_private_address(systems):
    result, rows = search(LUMINA, "crm", "maggie.h@post.example")

    assert len(rows.keys("contacts")) == 1
    learned = {one.value for one in result.learned if one.kind == "email"}
    assert learned == {"maggie.holloway@harbourlights.example"}


def test_leavers_old_mailbox_leads_on_only_when_somebody_has_said_it_is_hers(systems):
    private = "maggie.h@post.example"
    result, _ = search(LUMINA, "crm", private)
    vouched = [replace(one, status=IdentifierStatus.VOUCHED) for one in result.learned]

    _, apart = search(LUMINA, "service_desk", private, *result.learned)
    _, hers = search(LUMINA, "service_desk", private, *vouched)

    for dataset in ("users", "tickets", "assets"):
        assert apart.keys(dataset) == []
        assert apart.keys(dataset, RowStanding.POSSIBLE) != []
        assert hers.keys(dataset) != []
    assert apart.rows["comments"] == []


def test_sole_trader_has_invoices_of_seven_years(systems):
    rows = found("billing", "sally@whitcombe.example")

    years = {row.values["issued_on"][:4] for row in rows.rows["invoices"]}
    assert years == {str(year) for year in range(2020, 2027)}
    assert len(rows.keys("invoice_lines")) == 2 * len(rows.keys("invoices"))


def test_colleagues_rows_are_never_chosen_for_each_other(systems):
    for mine, theirs in (("alice.norton", "Bob"), ("bob.tranter", "Alice")):
        for system in ("crm", "service_desk"):
            rows = found(system, f"{mine}@meridianpartners.example")
            all_rows = [row for many in rows.rows.values() for row in many]
            sure = [row for row in all_rows if row.standing is RowStanding.SURE]
            possible = [row for row in all_rows if row.standing is RowStanding.POSSIBLE]

            assert sure
            assert [row for row in sure if theirs in str(row.values)] == []
            assert [row for row in possible if theirs in str(row.values)] != []


def test_ticket_held_for_a_customer_is_only_named(systems):
    rows = found("service_desk", "helen.okafor@brightwater.example").rows["tickets"]

    held = [row for row in rows if row.standing is RowStanding.PROCESSOR]
    assert [(row.customer, row.values) for row in held] == [("Brightwater", {})]
    subjects = [row.values["subject"] for row in rows if row not in held]
    assert any(subject.startswith("=") for subject in subjects)


def test_password_is_told_and_not_read(systems):
    result, rows = search(LUMINA, "service_desk", "helen.okafor@brightwater.example")

    [users] = [one for one in result.datasets if one.dataset == "users"]
    assert [(secret.field, secret.rows) for secret in users.secrets] == [
        ("password_hash", 1)
    ]
    assert "argon2id" not in str(rows.rows)


def test_person_without_email_is_in_billing_alone(filled):
    held = contents(filled)
    with_her = {name for name, rows in held.items() if EDITHS_PHONE in str(rows)}

    assert with_her == {"billing.customers"}
