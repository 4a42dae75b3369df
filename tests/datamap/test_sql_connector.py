"""The `sql` connector, the same on every engine: complete, lossless, read-only."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from datamap.connectors.base import SystemChanged, SystemUnavailable, Wanted
from datamap.connectors.sql.connector import SqlConnector
from datamap.connectors.sql.engines import _engine
from tests.datamap.shop import ANN, LINES, PEOPLE, SHOP, SOURCE, found
from tests.datamap.test_search import CHINOOK
from tests.datamap.worlds import chinook, register_with, search


def test_values_come_out_without_loss(shop, source):
    shop(ANN)

    [row] = found("people", email="ann@example.org")

    assert row.key == "1"
    assert row.values["Email"] == "Ann@Example.ORG"
    assert row.values["Photo"] == {"base64": "iVBORw=="}
    assert Decimal(str(row.values["Balance"])) == Decimal("13.86")
    assert str(row.values["Since"]).replace("T", " ").startswith("2020-02-29 12:30:00")


def test_secret_is_never_selected_only_that_it_is_held(shop, source):
    shop(ANN)
    statements = []
    engine = _engine(source.url.render_as_string(hide_password=False))
    sa.event.listen(
        engine, "before_cursor_execute", lambda *a: statements.append(a[2]), named=False
    )

    [row] = found("people", email="ann@example.org")

    assert "argon2id" not in repr(row)
    [(field, since)] = row.secrets
    assert (field, since[:10]) == ("PasswordHash", "2021-01-01")
    mentions = [
        text for text in statements if "PasswordHash" in text and "FROM" in text
    ]
    assert all("IS NOT NULL" in text for text in mentions)


def test_exact_value_is_compared_exactly_on_every_engine(shop):
    """MariaDB ignores case and blanks at the end; we do not."""
    shop(lines=[(1, 1, 7, 8, "both"), (2, 1, 8, 9, "payer")])

    assert [row.key for row in found("lines", person="7")] == ["1|1"]
    assert [row.key for row in found("lines", person="8")] == ["1|1", "2|1"]
    assert found("lines", person="7 or 1=1") == []
    assert found("lines", person="9" * 30) == []
    assert found("lines", person="1_0") == []


def test_binary_value_leads_on(shop):
    shop(ANN, {"Id": 2, "Ref": b"\x00\xfe"})

    assert [row.key for row in found("people", token="00ff")] == ["1"]
    assert found("people", token="not hex") == []


def test_many_values_find_each_row_once(shop):
    """More values than one statement may carry, and rows that two of them find."""
    count = 12_000
    shop(lines=[(n, 1, n, count - n + 1, "x") for n in range(1, count + 1)])

    rows = found("lines", person={str(n) for n in range(1, count + 1)})

    assert len(rows) == count
    assert len({row.key for row in rows}) == count


def test_rows_come_in_batches_by_their_key(shop):
    shop(lines=[(n, 1, 5, None, "x") for n in range(4_500, 0, -1)])

    batches = list(
        SqlConnector().find(
            SHOP,
            SHOP.datasets["lines"],
            Wanted({"person": frozenset({"5"})}),
            identifiers_only=False,
        )
    )

    assert [len(batch) for batch in batches] == [2_000, 2_000, 500]
    keys = [int(row.key.split("|")[0]) for batch in batches for row in batch]
    assert keys == sorted(keys)


def test_connection_can_not_write(shop, source):
    shop(ANN)
    engine = _engine(source.url.render_as_string(hide_password=False))

    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError):
        connection.execute(PEOPLE.delete())


def test_lost_column_and_table_are_told_by_name(shop, source):
    shop(ANN)
    with source.begin() as connection:
        connection.execute(sa.schema.DropTable(LINES))
        quote = source.dialect.identifier_preparer.quote
        connection.exec_driver_sql(
            f"ALTER TABLE {quote('People')} DROP COLUMN {quote('Fax')}"
        )

    with pytest.raises(
        SystemChanged, match=r"shop\.people: table People has no column Fax"
    ):
        found("people", email="ann@example.org")
    with pytest.raises(
        SystemChanged, match=r"shop\.lines: there is no table order_lines"
    ):
        found("lines", person="1")


def test_check_tells_each_difference(shop, source):
    shop(ANN)
    with source.begin() as connection:
        quote = source.dialect.identifier_preparer.quote
        people = quote("People")
        connection.exec_driver_sql(f"ALTER TABLE {people} ADD COLUMN api_token TEXT")
        connection.exec_driver_sql(f"ALTER TABLE {people} ADD COLUMN nickname TEXT")
        connection.exec_driver_sql("CREATE TABLE staff (id INTEGER, email TEXT)")
        connection.exec_driver_sql("CREATE TABLE rates (id INTEGER)")

    problems = SqlConnector().check(SHOP)

    assert {(p.dataset, p.code, p.severity) for p in problems} == {
        ("", "table-undeclared", "error"),
        ("", "table-undeclared", "warning"),
        ("people", "secret-undeclared", "error"),
        ("people", "column-undeclared", "error"),
    }
    assert any("staff looks personal (email)" in p.text for p in problems)


def test_two_colleagues_on_every_engine(shop):
    """The same switchboard in Fax stands for nobody once two rows carry it (D1)."""
    register = shop(
        {**ANN, "Phone": "07700 900123", "Fax": "01442 500890"},
        {"Id": 2, "Email": "bob@example.org", "Fax": "+44 1442 500890"},
        lines=[(1, 1, 1, None, "hers"), (2, 1, 2, None, "his")],
    )

    _, kept = search(register, "shop", "ann@example.org")

    assert (kept.keys("people"), kept.keys("lines")) == (["1"], ["1|1"])


@pytest.mark.skipif(
    not CHINOOK.exists(), reason="the public sample database is not here"
)
def test_chinook_on_every_engine(source, monkeypatch):
    """One customer, 7 invoices, 38 lines, found by the documented register file."""
    original = sa.create_engine(f"sqlite:///file:{CHINOOK}?mode=ro&uri=true")
    copied = sa.MetaData()
    copied.reflect(original, only=["Customer", "Invoice", "InvoiceLine"])
    for table in copied.tables.values():
        for key in list(table.foreign_key_constraints):
            table.constraints.discard(key)
        for column in table.columns:
            column.foreign_keys.clear()
            column.type = column.type.as_generic()
    tables = [copied.tables[name] for name in ("Customer", "Invoice", "InvoiceLine")]
    copied.create_all(source, tables)
    with original.connect() as reading, source.begin() as writing:
        for table in tables:
            rows = [dict(row) for row in reading.execute(table.select()).mappings()]
            writing.execute(table.insert(), rows)
    monkeypatch.setenv("CHINOOK_DATABASE_URL", source.url.render_as_string(False))

    result, kept = search(register_with(chinook()), "chinook", "luisg@embraer.com.br")

    counts = {dataset.dataset: dataset.sure for dataset in result.datasets}
    assert counts == {"customers": 1, "invoices": 7, "invoice_lines": 38}
    assert {row.values["CustomerId"] for row in kept.rows["invoices"]} == {1}


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("nosuch://x/y", SystemChanged),
        ("no url at all", SystemChanged),
        ("postgresql://x@127.0.0.1:9/none", SystemUnavailable),
        ("mysql://x@127.0.0.1:9/none", SystemUnavailable),
        ("sqlite:////nowhere/at/all.sqlite", SystemUnavailable),
        ("", SystemChanged),
    ],
)
def test_connection_that_cannot_be_made_says_whether_to_try_again(
    monkeypatch, url, error
):
    monkeypatch.setenv(SOURCE, url)

    with pytest.raises(error, match=r"shop\.people|Shop could not be reached"):
        found("people", email="ann@example.org")
