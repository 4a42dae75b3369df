"""Values in the two members: JSON loses nothing, CSV runs nothing in a spreadsheet."""

from __future__ import annotations

import pytest

from lumina_privacy.lib.csv_out import restore
from tests.requests_app.test_packages import (
    FIELD,
    built,
    objects,
    searched,
    shop,
    table,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]

TYPES_SQL = """
    CREATE TABLE orders (
        id bigint PRIMARY KEY, email text, exact numeric, small numeric, day date,
        at timestamptz, local timestamp, hour time with time zone, long interval,
        raw bytea, flag boolean, huge numeric, wide bigint, real double precision,
        tags text[], doc jsonb, empty text, nothing text, words text);
    INSERT INTO orders VALUES (
        1, 'ann@example.org', 12.340, -0.00000015, '1987-06-05',
        '2026-03-29 01:30:00.000001+01', '2026-03-29 01:30:00', '10:00:00+05:30',
        '1 day 2 hours', '\\x00ff', true, 123456789012345678901234567890,
        9223372036854775807, 0.1, ARRAY['a', NULL], '{"b": [1.50, null]}',
        '', NULL, E'Zoë \U0001f600 "q", line\\r\\nbreak');
"""


def test_json_loses_nothing_and_tells_null_from_empty(postgres_source):
    postgres_source("TEST_SHOP_URL", TYPES_SQL)
    case = searched(shop([], fields="all", **FIELD))

    (row,) = objects(built(case), "data/product/shop-orders")

    assert row == {
        "id": 1,
        "email": "ann@example.org",
        "exact": "12.340",
        "small": "-1.5E-7",
        "day": "1987-06-05",
        "at": "2026-03-29T00:30:00.000001+00:00",
        "local": "2026-03-29T01:30:00",
        "hour": "10:00:00+05:30",
        "long": "1 day, 2:00:00",
        "raw": {"base64": "AP8="},
        "flag": True,
        "huge": "123456789012345678901234567890",
        "wide": 9223372036854775807,
        "real": 0.1,
        "tags": ["a", None],
        "doc": {"b": [1.5, None]},
        "empty": "",
        "nothing": None,
        "words": 'Zoë \U0001f600 "q", line\r\nbreak',
    }


def test_nul_and_broken_text_of_sqlite_come_through(sqlite_source):
    sqlite_source(
        "TEST_SHOP_URL",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT, words TEXT);"
        "INSERT INTO orders VALUES (1, 'ann@example.org', 'a' || char(0) || 'b'),"
        " (2, 'ann@example.org', CAST(x'ff41' AS TEXT));",
    )

    package = built(searched(shop(["words"])))

    stem = "data/product/shop-orders"
    assert [row["words"] for row in objects(package, stem)] == [
        "a\0b",
        {"base64": "/0E="},
    ]
    assert table(package, stem)[1:] == [["a\0b"], ['{"base64":"/0E="}']]


FORMULAS = [
    '=HYPERLINK("http://x")',
    "+44 1442 500890",
    "-12.50+A1",
    "@SUM(A1)",
    "\t=1",
    "'quoted",
    " =1",
    "plain",
    "-12.50",
    'a "b", c\r\nd',
    "",
]


def test_csv_is_rfc_4180_utf_8_and_runs_nothing_in_a_spreadsheet(sqlite_source):
    values = ", ".join(
        f"({n}, 'ann@example.org', CAST(x'{text.encode().hex()}' AS TEXT), -{n}.5)"
        for n, text in enumerate(FORMULAS, start=1)
    )
    sqlite_source(
        "TEST_SHOP_URL",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT, words TEXT, n REAL);"
        f"INSERT INTO orders VALUES {values};",
    )

    package = built(searched(shop(["words", "n"])))

    stem = "data/product/shop-orders"
    raw = package.read(f"{stem}.csv")
    assert raw.startswith(b"\xef\xbb\xbfwords,n\r\n")
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0
    rows = table(package, stem)[1:]
    assert [restore(words) for words, _ in rows] == FORMULAS
    cells = [words for words, _ in rows]
    dangerous = [c for c in cells if c.lstrip()[:1] in {"=", "+", "@"} or c[:1] == "\t"]
    assert dangerous == []
    assert [c for c in cells if c.startswith("-")] == ["-12.50"]
    # Numbers that are typed as such stay numbers (decision E17).
    assert [number for _, number in rows[:2]] == ["-1.5", "-2.5"]
