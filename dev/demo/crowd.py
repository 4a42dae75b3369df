"""A crowd round the named people: invented, and the same every time."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from faker import Faker

from dev.demo import tables as t
from dev.demo.records import (
    contact,
    customer,
    equipment,
    portal_user,
    preference,
    ticket,
)
from dev.demo.rows import Rows

SEED = 20180525
COLLEAGUES = 4  # people to a company, on average
# Names are combined from lists: Faker takes a millisecond a person, this microseconds.
NAMES = 600
# Ofcom keeps these for drama: nobody can be rung by mistake.
_AREAS = ("0113 496", "0114 496", "0121 496", "0131 496", "0151 496", "0161 496")
_MOBILES = range(200, 1_000)
_SUBJECTS = (
    "Printer offline",
    "Cannot sign in",
    "New starter",
    "Line noise on the telephone",
    "Broadband slow since Monday",
    "Voicemail not arriving",
    "Laptop will not charge",
)
_REPLIES = ("Restarted the service.", "Called back, left a message.", "Replaced.")
_HOBBIES = ("Cycling", "Gardening", "Sea swimming", "Chess", "Allotment", "Running")
_SOURCES = (
    ("direct", "met at an event"),
    ("direct", "met at an event"),
    ("website", "enquiry form"),
    ("referral", "introduced by a customer, who had asked first"),
    ("social-media", "wrote to us on LinkedIn"),
)


@dataclass(frozen=True, slots=True)
class Company:
    """An employer in the crowd; its numbers are nobody's own."""

    number: str
    name: str
    domain: str
    switchboard: str
    address: str


class Crowd:
    """Makes people at companies. The same seed makes the same people."""

    def __init__(self, people: int, today: date) -> None:
        faker = Faker("en_GB")
        faker.seed_instance(SEED)
        self._chance = random.Random(SEED)  # noqa: S311 (invented people, not secrets)
        self._today = today
        self._taken: set[str] = set()
        self._firsts = [faker.first_name() for _ in range(NAMES)]
        self._lasts = [faker.last_name() for _ in range(NAMES)]
        self._jobs = [faker.job() for _ in range(200)]
        self._streets = [
            faker.street_address().replace("\n", ", ") for _ in range(NAMES)
        ]
        self._towns = [f"{faker.city()} {faker.postcode()}" for _ in range(200)]
        wanted = max(1, people // COLLEAGUES)
        self._companies = list(self._employers(faker, wanted))

    def _employers(self, faker: Faker, wanted: int) -> Iterator[Company]:
        for number in range(wanted):
            name = faker.company()
            slug = re.sub(r"[^a-z]+", "-", name.lower()).strip("-")
            area = _AREAS[number % len(_AREAS)]
            yield Company(
                f"C-{10_000 + number}",
                name,
                f"{slug}-{number}.example",
                f"{area} {number // len(_AREAS) % 1_000:04}",
                self._address(),
            )

    def add(self, rows: Rows, number: int) -> None:
        """Add the person ``number`` to every system that knows them."""
        chance = self._chance
        first, last = chance.choice(self._firsts), chance.choice(self._lasts)
        company = chance.choice(self._companies)
        email = self._address_of(first, last, company)
        self._in_crm(rows, number, first, last, email, company)
        if chance.random() < 0.5:
            self._in_service_desk(rows, f"{first} {last}", email, company)
        if chance.random() < 0.25:
            self._in_billing(rows, f"{first} {last}", email, company)

    def _address_of(self, first: str, last: str, company: Company) -> str:
        local = re.sub(r"[^a-z.]", "", f"{first}.{last}".lower())
        address, again = f"{local}@{company.domain}", 2
        while address in self._taken:
            address, again = f"{local}{again}@{company.domain}", again + 1
        self._taken.add(address)
        return address

    def _in_crm(
        self,
        rows: Rows,
        number: int,
        first: str,
        last: str,
        email: str,
        company: Company,
    ) -> None:
        chance, today = self._chance, self._today
        source, evidence = chance.choice(_SOURCES)
        person = contact(
            rows,
            today,
            first_name=first,
            last_name=last,
            email=email,
            mobile=f"07700 900{_MOBILES[number]}" if number < len(_MOBILES) else None,
            company_id=company.number,
            company_name=company.name,
            switchboard=company.switchboard,
            office_email=f"office@{company.domain}",
            work_address=company.address,
            job_title=chance.choice(self._jobs),
            source=source,
            source_evidence=evidence,
            obtained_on=self._ago(60, 2_000),
            last_contact=self._ago(1, 1_500),
        )
        for channel in ("email", "phone", "post"):
            if chance.random() < 0.3:
                since = self._ago(30, 1_500)
                wanted = chance.random() < 0.7
                preference(rows, person, channel=channel, wanted=wanted, since=since)
        if chance.random() < 0.08:
            rows.add(
                t.personalisation,
                contact_id=person,
                nickname=first[:3],
                hobbies=chance.choice(_HOBBIES),
                consented_on=self._ago(30, 1_000),
            )

    def _in_service_desk(
        self, rows: Rows, name: str, email: str, company: Company
    ) -> None:
        chance, today = self._chance, self._today
        for _ in range(chance.randrange(3)):
            ticket(
                rows,
                email,
                name,
                chance.choice(_SUBJECTS),
                *chance.sample(_REPLIES, chance.randrange(3)),
                opened_on=self._ago(3, 1_000),
                company_id=company.number,
                # One in twenty belongs to the customer's own helpdesk (decision D13).
                held_for=company.name if chance.random() < 0.05 else None,
            )
        if chance.random() < 0.6:
            portal_user(rows, email, today, company_id=company.number)
        if chance.random() < 0.4:
            serial = f"LX-{chance.randrange(10**6):06}"
            equipment(rows, email, today, serial_number=serial)

    def _in_billing(self, rows: Rows, name: str, email: str, company: Company) -> None:
        first_year = self._today.year - self._chance.randrange(8)
        customer(
            rows,
            range(max(first_year, self._today.year - 2), self._today.year + 1)
            if self._chance.random() < 0.8
            else range(first_year, self._today.year + 1),
            self._today,
            name=name,
            email=email,
            switchboard=company.switchboard,
            address=company.address,
            kind="company",
            since=date(first_year, 1, 2),
        )

    def _ago(self, least: int, most: int) -> date:
        return self._today - timedelta(days=self._chance.randrange(least, most))

    def _address(self) -> str:
        return (
            f"{self._chance.choice(self._streets)}, {self._chance.choice(self._towns)}"
        )
