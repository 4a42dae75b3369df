"""Any small world of people who share numbers, companies and mailboxes (decision D1).

Whatever is shared, and with whomever, no row that belongs to somebody else alone is
ever *sure*; and where nothing is shared, nothing of the person is missing.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamap.known import CONTACTS, IdentifierStatus, KnownIdentifier
from datamap.registry.systems import System
from datamap.search import RowStanding
from tests.datamap.worlds import (
    make_database,
    register_with,
    search_everywhere,
    search_on,
)

pytestmark = pytest.mark.long

PURPOSES = {"category": "contact", "purposes": ["goods-and-services"]}
OFFICE = {"identifies": "organisation"}
SYSTEMS = [
    System.model_validate(
        {
            "id": name,
            "name": name,
            "owner": "owner@example.org",
            "location": "GB",
            "connector": "sql",
            "connection": "WORLD_DATABASE_URL",
            "datasets": datasets,
        }
    )
    for name, datasets in {
        "crm": {
            "people": {
                **PURPOSES,
                "table": "crm_people",
                "key": "id",
                "one_per_person": True,
                "find_by": {
                    "email": {"column": ["email", "private_email"]},
                    "phone": "mobile",
                    "company": {"column": "company", **OFFICE},
                },
                "yields": {
                    "crm_id": "id",
                    "email": {"column": ["email", "private_email"]},
                    "phone": "mobile",
                    "company": {"column": "company", **OFFICE},
                },
            },
            "notes": {
                **PURPOSES,
                "table": "crm_notes",
                "key": "id",
                "find_by": {
                    "crm_id": "person",
                    "company": {"column": "company", **OFFICE},
                },
            },
        },
        "desk": {
            "users": {
                **PURPOSES,
                "table": "desk_users",
                "key": "id",
                "one_per_person": True,
                "find_by": {"email": "mail", "phone": "phone"},
                "yields": {"desk_id": "id", "phone": "phone"},
            },
            "tickets": {
                **PURPOSES,
                "table": "desk_tickets",
                "key": "id",
                "find_by": {"desk_id": "user_id"},
            },
        },
        "exchange": {
            "calls": {
                **PURPOSES,
                "table": "calls",
                "key": "id",
                "find_by": {"phone": "number"},
            }
        },
    }.items()
]
TABLES = (
    """CREATE TABLE crm_people (id INTEGER PRIMARY KEY, email TEXT, private_email TEXT,
                                mobile TEXT, company TEXT)""",
    "CREATE TABLE crm_notes (id INTEGER PRIMARY KEY, person INTEGER, company TEXT)",
    "CREATE TABLE desk_users (id INTEGER PRIMARY KEY, mail TEXT, phone TEXT)",
    "CREATE TABLE desk_tickets (id INTEGER PRIMARY KEY, user_id INTEGER)",
    "CREATE TABLE calls (id INTEGER PRIMARY KEY, number TEXT)",
)
# One number in several spellings, another one, and what people type for want of one.
MOBILES = st.sampled_from(
    ["07700 900123", "+44 (0)7700-900123", "00447700900123", "07700 900456"]
)
NOTHING = st.sampled_from([None, "", " ", "n/a", "00000000000", "-"])


@dataclass(frozen=True)
class Person:
    mobile: str | None
    private_email: str | None
    company: str | None
    in_crm: bool
    in_desk: bool
    rows: int


def people(mobiles, private_emails, companies):
    person = st.builds(
        Person,
        mobile=mobiles,
        private_email=private_emails,
        company=companies,
        in_crm=st.booleans(),
        in_desk=st.booleans(),
        rows=st.integers(0, 2),
    )
    return st.lists(person, min_size=1, max_size=4)


SHARING = people(
    MOBILES | NOTHING,
    st.sampled_from(["office@c1.example", "n/a", None]),
    st.sampled_from(["C1", "C2", None, ""]),
)


class World:
    """The people's rows in a database, and whose each row is."""

    def __init__(self, folder: str, cast: list[Person]) -> None:
        self.owner: dict[tuple[str, str, str], int] = {}
        self._statements: list[str] = []
        for number, person in enumerate(cast):
            self._tell(number, person)
        self.url = make_database(
            Path(folder) / "world.sqlite", *TABLES, *self._statements
        )

    def email(self, number: int) -> str:
        return f"person{number}@example.org"

    def _put(self, whose: int, place: tuple[str, str], table: str, *values) -> None:
        self.owner[(*place, str(values[0]))] = whose
        written = ", ".join("NULL" if v is None else repr(v) for v in values)
        self._statements.append(f"INSERT INTO {table} VALUES ({written})")

    def _tell(self, whose: int, person: Person) -> None:
        # From 10: a 0 in a column says that there is nobody.
        email, row = self.email(whose).upper(), (whose + 1) * 10
        if person.in_crm:
            self._put(
                whose, ("crm", "people"), "crm_people",
                row, email, person.private_email, person.mobile, person.company,
            )  # fmt: skip
            for extra in range(person.rows):
                self._put(
                    whose,
                    ("crm", "notes"),
                    "crm_notes",
                    row + extra,
                    row,
                    person.company,
                )
        if person.in_desk:
            # Numbers like the other system's: only their kind keeps them apart.
            user = 70 - row
            self._put(
                whose, ("desk", "users"), "desk_users", user, email, person.mobile
            )
            for extra in range(person.rows):
                self._put(whose, ("desk", "tickets"), "desk_tickets", row + extra, user)
        # Also of who is listed nowhere: nobody could know that they share the number.
        if person.mobile:
            for extra in range(person.rows):
                self._put(
                    whose, ("exchange", "calls"), "calls", row + extra, person.mobile
                )


def sure_of(found) -> set[tuple[str, str, str]]:
    return {
        (system, dataset, row.key)
        for system, remembered in found.items()
        for dataset, rows in remembered.rows.items()
        for row in rows
        if row.standing is RowStanding.SURE
    }


def ways_of(found) -> set[str]:
    """Return the kinds by which sure rows were reached from another row."""
    return {
        step.kind
        for remembered in found.values()
        for rows in remembered.rows.values()
        for row in rows
        if row.standing is RowStanding.SURE
        for step in row.route[1:]
    }


def searched(world: World, number: int, systems) -> dict:
    with mock.patch.dict("os.environ", {"WORLD_DATABASE_URL": world.url}):
        return search_everywhere(register_with(*systems), world.email(number))


@settings(max_examples=80)
@given(cast=SHARING, order=st.permutations(SYSTEMS))
def test_no_row_of_another_person_is_ever_sure(cast, order):
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder, cast)

        for number in range(len(cast)):
            found = searched(world, number, order)

            strangers = {row for row in sure_of(found) if world.owner[row] != number}
            assert strangers == set()
            assert ways_of(found) & CONTACTS == set()


@settings(max_examples=30)
@given(cast=people(NOTHING, st.none(), st.none()))
def test_where_nothing_is_shared_nothing_is_missing(cast):
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder, cast)

        for number in range(len(cast)):
            found = searched(world, number, SYSTEMS)

            named = {
                place
                for place, whose in world.owner.items()
                if whose == number and place[0] != "exchange"
            }
            assert sure_of(found) == named


@settings(max_examples=20)
@given(cast=SHARING)
def test_the_answer_does_not_depend_on_the_order_of_systems(cast):
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder, cast)

        answers = {
            frozenset(sure_of(searched(world, 0, order)))
            for order in permutations(SYSTEMS)
        }

        assert len(answers) == 1


def call_them_one(known: list[KnownIdentifier]) -> list[KnownIdentifier]:
    """Say of everything in doubt that who carries it is one and the same."""
    return [
        replace(one, status=IdentifierStatus.SETTLED)
        for one in known
        if one.status is IdentifierStatus.CONTESTED
    ]


@settings(max_examples=60)
@given(cast=SHARING, newcomer=SHARING, order=st.permutations(SYSTEMS))
def test_who_comes_after_all_were_called_one_is_not_among_them(cast, newcomer, order):
    """Who is listed nowhere but in calls is nobody whom a search could tell apart."""
    late = replace(newcomer[0], in_crm=newcomer[0].in_crm or not newcomer[0].in_desk)
    register = register_with(*order)
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder, cast)
        proved = KnownIdentifier("email", world.email(0))
        with mock.patch.dict("os.environ", {"WORLD_DATABASE_URL": world.url}):
            _, known = search_on(register, proved)
        (Path(folder) / "world.sqlite").unlink()
        world = World(folder, [*cast, late])
        with mock.patch.dict("os.environ", {"WORLD_DATABASE_URL": world.url}):
            found, _ = search_on(register, proved, *call_them_one(known))

    assert not [row for row in sure_of(found) if world.owner[row] == len(cast)]
