"""Every page and mail says for how long a code works, by the one rule there is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.actions import codes
from outbox.models import Message
from requests_app.states import Right
from tests.factories.accounts import make_staff
from tests.factories.authority import client_of
from tests.factories.cases import register_in_force
from tests.requests_app.test_filing_rights import send, walk
from tests.requests_app.test_two_persons import make_built
from tests.requests_app.test_who_fetches import let_go

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SAID = f"for {codes.LIFETIME // MINUTE} minutes."


def sign_in_of_a_person(client):
    return client.post(
        reverse("subject-sign-in"), {"address": "ann@example.org"}, follow=True
    )


def sign_in_of_an_owner(client):
    return client.post(
        reverse("owner-sign-in"), {"address": "sales@luminatech.example"}, follow=True
    )


def filing(client):
    register_in_force()
    walk(client, Right.ACCESS)
    return client.get(send(client).url)


def download(client):
    package = let_go(make_built(make_staff()))
    ann = client_of(package.case.submission.address)
    place = reverse(
        "package-download", args=[package.case.reference, package.reference]
    )
    return ann.post(place, {"send": "1"}, follow=True)


@pytest.mark.parametrize(
    "page", [sign_in_of_a_person, sign_in_of_an_owner, filing, download]
)
def test_page_and_mail_say_for_how_long_the_code_works(client, page):
    text = " ".join(page(client).content.decode().split())

    assert SAID in text
    mail = Message.objects.filter(purpose="sign-in-code").latest("pk")
    assert SAID in mail.text


def test_mail_says_it_by_the_rule(client, monkeypatch):
    monkeypatch.setattr(codes, "LIFETIME", 20 * MINUTE)

    sign_in_of_a_person(client)

    assert "for 20 minutes." in Message.objects.get().text
