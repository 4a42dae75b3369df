"""GET and HEAD change nothing: mail scanners follow every link there is (C11)."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.urls import reverse

from accounts import emails as account_emails
from accounts.actions import role_changes
from accounts.roles import Role
from audit.models import Event
from lumina_privacy.lib.actor import system
from outbox.models import Message
from requests_app import emails
from requests_app.actions import owner, subject
from requests_app.models import SystemTask
from tests.accounts.test_doors import PAGES
from tests.factories.accounts import (
    make_key,
    make_staff,
    make_subject,
    staff_client,
    subject_client,
)
from tests.factories.cases import RECEIVED_AT, make_case, make_revision, make_task

pytestmark = pytest.mark.django_db

# Sessions are told when they were last seen; the ledger notes who read a case.
SEEN = {"django_session", "audit_unsealed", "audit_event", "audit_pseudonym"}
READS = {"case.read", "case.file.read"}


def state():
    """Return a digest of every row of every table but those, and the ledger's acts."""
    tables = {model._meta.db_table for model in apps.get_models()} - SEEN
    digests = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) "
                f"FROM {table} t"
            )
            digests[table] = cursor.fetchone()
    acts = Event.objects.exclude(event__in=READS).count()
    return {**digests, "acts": acts}


@pytest.fixture
def mails(client):
    """Give the texts of every kind of mail that carries a link."""
    from datamap.queries import register

    make_revision()
    case = make_case("ann@example.org")
    submission = case.submission
    emails.acknowledgement(submission, at=RECEIVED_AT)
    subject.withdraw(make_case("ann@example.org"), by=make_subject(), at=RECEIVED_AT)
    emails.unproved_reminder(submission, number=1, at=RECEIVED_AT)
    dco = make_staff(Role.DCO)
    account_emails.recovery_used(dco, to=dco.email, at=RECEIVED_AT, key="k")
    make_key(dco)
    change, _ = role_changes.propose_colleague(
        address="new@luminatech.example",
        name="New",
        role=Role.AUDITOR,
        why="She audits us.",
        by=make_staff(Role.DCO).actor,
        at=RECEIVED_AT,
    )
    assert change.state == "waiting"
    declared = {known.id: known for known in register().systems}["cctv"]
    task = make_task(case, "cctv")
    owner.ask(task, declared, by=system("test"), at=RECEIVED_AT)
    assert SystemTask.objects.count() == 1
    return case, dco, list(Message.objects.all())


def links_of(message):
    found = re.findall(r"https?://[^\s<>\"]+", message.text)
    return [link for link in found if link.startswith(settings.LUMINA_ORIGIN)]


def test_client_that_follows_every_link_of_every_mail_changes_nothing(mails, client):
    _, dco, messages = mails
    links = {
        link.removeprefix(settings.LUMINA_ORIGIN)
        for message in messages
        for link in links_of(message)
    }
    assert len(links) >= 4, links
    clients = [client, subject_client("ann@example.org"), staff_client(dco)]
    before = state()

    for visitor in clients:
        for link in sorted(links):
            for method in (visitor.get, visitor.head):
                assert method(link, follow=True).status_code in (200, 404, 405), link

    assert state() == before


def test_links_in_mails_name_nobody(mails):
    for message in mails[2]:
        for link in links_of(message):
            assert "@" not in link
            assert "ann" not in link
            assert "?" not in link


@pytest.mark.parametrize("visitor", ["stranger", "subject", "staff"])
def test_every_page_of_the_portal_may_be_fetched_and_nothing_changes(
    mails, client, visitor
):
    case, dco, _ = mails
    visit = {
        "stranger": lambda: client,
        "subject": lambda: subject_client("ann@example.org"),
        "staff": lambda: staff_client(dco),
    }[visitor]()
    real = [
        reverse("staff-case", args=[case.reference]),
        *(url.replace("/0/", f"/{case.pk}/") for url, _ in PAGES),
        *(url.replace("/x/", f"/{case.reference}/") for url, _ in PAGES),
    ]
    before = state()

    for url in sorted({*real, *(url for url, _ in PAGES)}):
        response = visit.get(url)
        assert response.status_code < 500 or url == "/readyz", url

    assert state() == before
