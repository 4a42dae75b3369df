"""The tables of the demonstration systems."""

from __future__ import annotations

import sqlalchemy as sa

CRM = sa.MetaData()
contacts = sa.Table(
    "contacts",
    CRM,
    sa.Column("contact_id", sa.Integer, primary_key=True),
    *(
        sa.Column(name, sa.String)
        for name in (
            "title",
            "first_name",
            "last_name",
            "email",
            "private_email",
            "office_email",
            "mobile",
            "switchboard",
            "home_address",
            "work_address",
            "company_id",
            "company_name",
            "job_title",
            "department",
            "manager",
            "social_handle",
            "source",
            "source_evidence",
            "note",
        )
    ),
    sa.Column("date_of_birth", sa.Date),
    sa.Column("obtained_on", sa.Date),
    sa.Column("last_contact", sa.Date),
)
personalisation = sa.Table(
    "personalisation",
    CRM,
    sa.Column("contact_id", sa.Integer, primary_key=True),
    sa.Column("nickname", sa.String),
    sa.Column("hobbies", sa.String),
    sa.Column("partner_first_name", sa.String),
    sa.Column("children_first_names", sa.String),
    sa.Column("consented_on", sa.Date),
)
preferences = sa.Table(
    "preferences",
    CRM,
    sa.Column("preference_id", sa.Integer, primary_key=True),
    sa.Column("contact_id", sa.Integer, index=True),
    sa.Column("channel", sa.String),
    sa.Column("wanted", sa.Boolean),
    sa.Column("since", sa.Date),
)

SERVICE_DESK = sa.MetaData()
users = sa.Table(
    "users",
    SERVICE_DESK,
    sa.Column("user_id", sa.Integer, primary_key=True),
    sa.Column("username", sa.String),
    sa.Column("email", sa.String),
    sa.Column("company_id", sa.String),
    sa.Column("password_hash", sa.String),
    sa.Column("credentials_set_on", sa.Date),
    sa.Column("last_sign_in_at", sa.DateTime),
    sa.Column("last_ip", sa.String),
)
tickets = sa.Table(
    "tickets",
    SERVICE_DESK,
    sa.Column("ticket_id", sa.Integer, primary_key=True),
    sa.Column("requester_name", sa.String),
    sa.Column("requester_email", sa.String),
    sa.Column("company_id", sa.String, index=True),
    sa.Column("subject", sa.String),
    sa.Column("opened_at", sa.DateTime),
    sa.Column("closed_at", sa.DateTime),
    sa.Column("status", sa.String),
    sa.Column("held_for", sa.String),
)
comments = sa.Table(
    "comments",
    SERVICE_DESK,
    sa.Column("comment_id", sa.Integer, primary_key=True),
    sa.Column("ticket_id", sa.Integer, index=True),
    sa.Column("author", sa.String),
    sa.Column("body", sa.String),
    sa.Column("written_at", sa.DateTime),
)
assets = sa.Table(
    "assets",
    SERVICE_DESK,
    sa.Column("asset_id", sa.Integer, primary_key=True),
    sa.Column("serial_number", sa.String),
    sa.Column("device", sa.String),
    sa.Column("device_id", sa.String),
    sa.Column("user_email", sa.String),
    sa.Column("issued_on", sa.Date),
    sa.Column("returned_on", sa.Date),
    sa.Column("held_for", sa.String),
)

BILLING = sa.MetaData()
customers = sa.Table(
    "customers",
    BILLING,
    sa.Column("customer_id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String),
    sa.Column("email", sa.String),
    sa.Column("phone", sa.String),
    sa.Column("switchboard", sa.String),
    sa.Column("address", sa.String),
    sa.Column("kind", sa.String),
    sa.Column("since", sa.Date),
)
invoices = sa.Table(
    "invoices",
    BILLING,
    sa.Column("invoice_id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.Integer, index=True),
    sa.Column("number", sa.String),
    sa.Column("issued_on", sa.Date),
    sa.Column("net", sa.Numeric(10, 2)),
    sa.Column("vat", sa.Numeric(10, 2)),
    sa.Column("total", sa.Numeric(10, 2)),
    sa.Column("status", sa.String),
)
invoice_lines = sa.Table(
    "invoice_lines",
    BILLING,
    sa.Column("line_id", sa.Integer, primary_key=True),
    sa.Column("invoice_id", sa.Integer, index=True),
    sa.Column("description", sa.String),
    sa.Column("quantity", sa.Integer),
    sa.Column("unit_price", sa.Numeric(10, 2)),
)
for table, column in (
    (contacts, "email"),
    (contacts, "private_email"),
    (users, "email"),
    (tickets, "requester_email"),
    (assets, "user_email"),
    (customers, "email"),
):
    sa.Index(f"{table.name}_{column}_lower", sa.func.lower(table.c[column]))

SYSTEMS = {"crm": CRM, "service_desk": SERVICE_DESK, "billing": BILLING}
