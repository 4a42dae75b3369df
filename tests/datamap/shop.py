"""A shop's database, on any engine, and the search of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from datamap.connectors.base import Wanted
from datamap.connectors.sql.connector import SqlConnector
from datamap.registry.systems import System

SOURCE = "SOURCE_DATABASE_URL"
META = sa.MetaData()
PEOPLE = sa.Table(
    "People",
    META,
    sa.Column("Id", sa.Integer, primary_key=True),
    sa.Column("Email", sa.String(200)),
    sa.Column("Phone", sa.String(200)),
    sa.Column("Fax", sa.String(200)),
    sa.Column("Address", sa.String(200)),
    sa.Column("Code", sa.String(200)),
    sa.Column("Login", sa.String(200)),
    sa.Column("Ref", sa.LargeBinary(16)),
    sa.Column("Balance", sa.Numeric(12, 4)),
    sa.Column("Since", sa.DateTime),
    sa.Column("Photo", sa.LargeBinary),
    sa.Column("PasswordHash", sa.String(200)),
    sa.Column("PasswordSet", sa.DateTime),
)
LINES = sa.Table(
    "order_lines",
    META,
    sa.Column("order_no", sa.Integer, primary_key=True),
    sa.Column("line", sa.Integer, primary_key=True),
    sa.Column("person", sa.Integer),
    sa.Column("payer", sa.Integer),
    sa.Column("what", sa.String(100)),
)
SHARED = {"category": "contact", "purposes": ["goods-and-services"]}
SHOP = System.model_validate(
    {
        "id": "shop",
        "name": "Shop",
        "owner": "owner@example.org",
        "location": "GB",
        "connector": "sql",
        "connection": SOURCE,
        "datasets": {
            "people": {
                **SHARED,
                "table": "People",
                "key": "Id",
                "one_per_person": True,
                "find_by": {
                    "email": "Email",
                    "phone": {"column": ["Phone", "Fax"]},
                    "postal": {"column": "Address", "match": "text"},
                    "code": "Code",
                    "token": "Ref",
                    "login": {"column": "Login", "match": "email", "single": True},
                },
                "yields": {"person": "Id", "token": "Ref"},
                "fields": {
                    "Email": {},
                    "Balance": {},
                    "Since": {},
                    "Photo": {},
                    "PasswordHash": {"secret": True, "held_since": "PasswordSet"},
                },
                "not_personal": dict.fromkeys(
                    ["Phone", "Fax", "Address", "Code", "Login"], "a test"
                ),
            },
            "lines": {
                **SHARED,
                "table": "order_lines",
                "key": ["order_no", "line"],
                "find_by": {"person": {"column": ["person", "payer"]}},
                "fields": {"what": {}},
                "not_personal": {},
            },
        },
    }
)
ANN = {
    "Id": 1,
    "Email": "Ann@Example.ORG",
    "Phone": "+44 (0)1442 500-890 ext 7",
    "Fax": None,
    "Address": "37  Mark Road",
    "Code": None,
    "Ref": b"\x00\xff",
    "Balance": Decimal("13.8600"),
    "Since": datetime.fromisoformat("2020-02-29T12:30:00"),
    "Photo": b"\x89PNG",
    "PasswordHash": "argon2id$never$read",
    "PasswordSet": datetime.fromisoformat("2021-01-01T00:00:00"),
}


def found(dataset: str, *, identifiers_only=False, **wanted):
    values = {
        kind: frozenset(value if isinstance(value, list | set) else [value])
        for kind, value in wanted.items()
    }
    batches = SqlConnector().find(
        SHOP, SHOP.datasets[dataset], Wanted(values), identifiers_only=identifiers_only
    )
    return [row for batch in batches for row in batch]
