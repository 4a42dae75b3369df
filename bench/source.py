"""The database that is exported: one person's rows among other people's."""

from __future__ import annotations

from typing import Final

import psycopg2

PERSON: Final = "ann@example.org"
VARIABLE: Final = "BENCH_SOURCE_URL"
COLUMNS: Final = (
    "id",
    "email",
    "placed_at",
    "delivered_on",
    "quantity",
    "price",
    "paid",
    "product",
    "note",
    "delivery",
)
# Every twentieth row is somebody else's. Texts hold what makes writers stumble:
# formulas, quotes, line ends, letters outside ASCII, nothing at all.
_FILL: Final = """
    DROP TABLE IF EXISTS orders;
    CREATE TABLE orders (
        id bigint PRIMARY KEY, email text NOT NULL, placed_at timestamptz NOT NULL,
        delivered_on date, quantity integer NOT NULL, price numeric(10, 2) NOT NULL,
        paid boolean NOT NULL, product text NOT NULL, note text, delivery uuid
    );
    INSERT INTO orders
    SELECT n,
        CASE WHEN n % 20 = 0 THEN 'bob' || n % 997 || '@example.org'
             ELSE 'ann@example.org' END,
        timestamptz '2016-01-01 08:00:00.25+00' + n * interval '317 seconds',
        CASE WHEN n % 11 = 0 THEN NULL ELSE date '2016-01-03' + n % 3650 END,
        1 + n % 40,
        ((n::bigint * 7919) % 200000 - 2000) / 100.0,
        n % 3 = 0,
        (ARRAY['Laser printer', 'Toner, black', 'Étui en cuir', 'Cable 2 m',
               '"Pro" keyboard', 'Docking station'])[1 + n % 6],
        CASE WHEN n % 50 = 0 THEN '=HYPERLINK("http://example.org")'
             WHEN n % 7 = 0 THEN NULL
             WHEN n % 7 = 1 THEN ''
             WHEN n % 31 = 0 THEN E'Leave with\\nthe neighbour'
             ELSE 'Order ' || n || ' left at ' || md5(n::text) END,
        CASE WHEN n % 2 = 0 THEN md5((n * 3)::text)::uuid END
    FROM generate_series(1, {last}) AS n;
    ANALYZE orders;
"""
_FIELD: Final = {"category": "product", "purposes": ["services"]}
SYSTEM: Final = {
    "system": "shop",
    "name": "Shop",
    "owner": "sales@luminatech.example",
    "location": "GB",
    "connector": "sql",
    "connection": VARIABLE,
    "datasets": {
        "orders": {
            "name": "Orders",
            "table": "orders",
            "key": "id",
            "find_by": {"email": "email"},
            "fields": dict.fromkeys(COLUMNS, _FIELD),
        }
    },
}


def fill(url: str, rows: int) -> None:
    """Make the table anew with ``rows`` rows of the person's."""
    # 19 of 20 are the person's, and the last one is.
    others = (rows - 1) // 19
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(_FILL.format(last=rows + others))
        cursor.execute("SELECT count(*) FROM orders WHERE email = %s", [PERSON])
        assert cursor.fetchone() == (rows,)
    connection.close()
