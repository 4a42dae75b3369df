"""GET and HEAD change nothing: mail scanners follow every link there is (C11)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.signals import template_rendered
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from outbox.models import Message
from requests_app.models import Case
from tests.accounts.test_doors import PAGES
from tests.factories.accounts import (
    make_key,
    make_staff,
    staff_client,
    subject_client,
)
from tests.factories.cases import make_case, make_revision
from tests.house.every_mail import make_all

pytestmark = pytest.mark.django_db

# Sessions are told when they were last seen; the ledger notes who read a case.
SEEN = {"django_session", "audit_unsealed", "audit_event", "audit_pseudonym"}
READS = {"case.read", "case.file.read"}
ANN = "ann@example.org"
ORIGIN = settings.LUMINA_ORIGIN
ROOT = Path(settings.BASE_DIR) / "templates"
MAILS = sorted(
    path
    for folder in ("emails", "letters")
    for path in ROOT.glob(f"*/{folder}/*.txt")
    if not path.name.endswith(".subject.txt")
)
# What a link is called in a mail; that of a row of a list is looked at in the text.
LINK_NAMES = ("page", "link", "list", "sign_in", "complain", "follow", "into_page")
LINK = re.compile(rf"{{{{\s*({'|'.join(LINK_NAMES)})\s*}}}}")


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
def seat():
    """Give a case that somebody is asked about, and an officer with a device."""
    make_revision()
    dco = make_staff(Role.DCO)
    make_key(dco)
    return make_case(ANN), dco


@dataclass
class Mails:
    """What was made: the mails, and what each template was given as links."""

    case: Case
    dco: User
    messages: list[Message]
    links: dict[str, set[str]]


@pytest.fixture
def mails(seat):
    """Give every mail and letter there is."""
    links: dict[str, set[str]] = defaultdict(set)
    case, dco = seat

    def made(sender, template, context, **_):
        values = context.flatten()
        links[template.name] |= {
            name for name in values if str(values[name]).startswith(ORIGIN)
        }

    template_rendered.connect(made)
    try:
        make_all(case, dco)
    finally:
        template_rendered.disconnect(made)
    return Mails(case, dco, list(Message.objects.all()), dict(links))


def test_every_mail_and_letter_there_is_was_made_and_each_link_in_it(mails):
    """A template that nobody makes here would carry a link that nobody follows."""
    missing = set()
    for path in MAILS:
        name = str(path.relative_to(ROOT))
        links = set(re.findall(LINK, path.read_text()))
        given = mails.links.get(name)
        if given is None or not links <= given:
            missing.add((name, tuple(links - (given or set()))))

    assert missing == set()
    assert set().union(*mails.links.values()) <= set(LINK_NAMES)


def links_of(message):
    found = re.findall(r"https?://[^\s<>\"]+", message.text)
    return [link for link in found if link.startswith(ORIGIN)]


def test_client_that_follows_every_link_of_every_mail_changes_nothing(mails, client):
    links = {
        link.removeprefix(ORIGIN)
        for message in mails.messages
        for link in links_of(message)
    }
    clients = [client, subject_client(ANN), staff_client(mails.dco)]
    before = state()

    for visitor in clients:
        for link in sorted(links):
            for method in (visitor.get, visitor.head):
                assert method(link, follow=True).status_code in (200, 404, 405), link

    assert state() == before


def test_links_in_mails_name_nobody(mails):
    for message in mails.messages:
        for link in links_of(message):
            assert "@" not in link
            assert "ann" not in link
            assert "?" not in link


@pytest.mark.parametrize("visitor", ["stranger", "subject", "staff"])
def test_every_page_of_the_portal_may_be_fetched_and_nothing_changes(
    seat, client, visitor
):
    case, dco = seat
    visit = {
        "stranger": lambda: client,
        "subject": lambda: subject_client(ANN),
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
