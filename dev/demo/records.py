"""What a record of each system looks like: a contact, a customer, a ticket."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from dev.demo import tables as t
from dev.demo.rows import Rows

_SOLD = (
    ("Managed support, per quarter", "Line rental"),
    ("Hosted telephony, per quarter", "Call charges"),
    ("Broadband, per quarter", "Router hire"),
)
_QUARTERS = range(4)


def contact(rows: Rows, today: date, **values: Any) -> int:
    """Add a contact of the CRM, with what most contacts have; return its number."""
    usual = {
        "source": "direct",
        "source_evidence": "met at an event",
        "obtained_on": today - timedelta(days=900),
        "last_contact": today - timedelta(days=40),
    }
    return rows.add(t.contacts, **usual | values)


def preference(
    rows: Rows, number: int, *, channel: str, wanted: bool, since: date
) -> None:
    """Add what a contact wants to hear by ``channel``: email, phone or post."""
    rows.add(
        t.preferences, contact_id=number, channel=channel, wanted=wanted, since=since
    )


def customer(
    rows: Rows, years: range, today: date, *, unpaid: bool = False, **values: Any
) -> int:
    """Add a customer with an invoice a quarter; return its number.

    The newest invoice is open when ``unpaid``. Nothing is invoiced after ``today``.
    """
    number = rows.add(t.customers, **values)
    days = [
        date(year, 1 + quarter * 3, 1 + number % 27)
        for year in years
        for quarter in _QUARTERS
    ]
    days = [day for day in days if day <= today]
    for place, day in enumerate(days, start=1):
        _invoice(rows, number, day, is_open=unpaid and place == len(days))
    return number


def _invoice(rows: Rows, customer: int, day: date, *, is_open: bool) -> None:
    net = Decimal(120 + (customer * 37 + day.toordinal()) % 400)
    vat = (net / 5).quantize(Decimal("0.01"))
    number = rows.add(
        t.invoices,
        customer_id=customer,
        number=f"L{day.year}-{customer:05}-{(day.month + 2) // 3}",
        issued_on=day,
        net=net,
        vat=vat,
        total=net + vat,
        status="open" if is_open else "paid",
    )
    for description in _SOLD[customer % len(_SOLD)]:
        rows.add(
            t.invoice_lines,
            invoice_id=number,
            description=description,
            quantity=1,
            unit_price=net / 2,
        )


def ticket(
    rows: Rows,
    email: str,
    name: str,
    subject: str,
    *bodies: str,
    opened_on: date,
    **more: Any,
) -> None:
    """Add a ticket that was closed after two days, with the service desk's comments."""
    opened_at = datetime.combine(opened_on, time(9, 30))
    closed_at = opened_at + timedelta(days=2)
    number = rows.add(
        t.tickets,
        requester_email=email,
        requester_name=name,
        subject=subject,
        opened_at=opened_at,
        closed_at=closed_at,
        status="closed",
        **more,
    )
    for place, body in enumerate(bodies):
        rows.add(
            t.comments,
            ticket_id=number,
            author="Jo, service desk",
            body=body,
            written_at=opened_at + timedelta(hours=place + 1),
        )


def portal_user(rows: Rows, email: str, today: date, **more: Any) -> None:
    """Add somebody who may sign in to the customers' portal."""
    local, _, domain = email.partition("@")
    usual = {
        "username": f"{local}.{domain.partition('.')[0]}",
        "password_hash": "argon2id$v=19$invented",
        "credentials_set_on": today - timedelta(days=600),
        "last_sign_in_at": datetime.combine(today - timedelta(days=9), time(8, 12)),
        "last_ip": "192.0.2.44",
    }
    rows.add(t.users, email=email, **usual | more)


def equipment(rows: Rows, email: str, today: date, **more: Any) -> None:
    """Add a device that somebody uses."""
    usual = {"issued_on": today - timedelta(days=500), "device": "Laptop"}
    rows.add(t.assets, user_email=email, **usual | more)
