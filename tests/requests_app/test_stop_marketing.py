"""One field, one button: marketing stops, and nobody is asked anything else (C34)."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from consent import queries as consent
from consent.rules import Channel as Way
from outbox.models import Message
from requests_app.actions import intake
from requests_app.models import Case, Submission
from requests_app.states import CaseStatus, Right
from tests.factories.cases import make_revision

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ANN = "ann@example.org"
STOP = Right.OBJECTION_DIRECT_MARKETING


@pytest.fixture(autouse=True)
def revision():
    """Put a register in force: a case pins it."""
    return make_revision()


def form_of(client) -> dict[str, str]:
    page = client.get(reverse("stop-marketing")).content.decode()
    return {"token": re.search(r'name="token" value="([^"]+)"', page)[1]}


def stop(client, address=ANN):
    form = {**form_of(client), "email": address}
    return client.post(reverse("stop-marketing"), form)


def test_one_field_stops_marketing_and_the_page_says_so(client):
    done = client.get(stop(client, " Ann@Example.ORG ").url)

    case = Case.objects.get()
    assert (case.right, case.status) == (STOP, CaseStatus.RECEIVED)
    assert case.reference in done.content.decode()
    verdict = consent.may_send(
        address=ANN, purpose="marketing-electronic", channel=Way.EMAIL
    )
    assert verdict.reason == "the person has asked us to stop"
    assert not Message.objects.filter(secret=True).exists()


def test_page_says_what_to_write(client):
    response = stop(client, "ann")

    assert response.status_code == 422
    assert "Write an e-mail address with an @" in response.content.decode()
    assert not Case.objects.exists()


def test_it_is_never_refused_and_floods_no_mailbox(client):
    most = int(intake.SEND_PER_CLIENT.rate.split()[0])
    for number in range(most + 2):
        assert stop(client, f"person{number}@example.org").status_code == 302

    assert Case.objects.filter(right=STOP).count() == most + 2
    assert Message.objects.filter(purpose="case-acknowledgement").count() == most


def test_same_form_sent_twice_is_one_request(client):
    form = {**form_of(client), "email": ANN}
    for _ in range(2):
        client.post(reverse("stop-marketing"), form)

    assert Submission.objects.get().times_sent == 2


@pytest.mark.parametrize("name", ["ask-code", "ask-check", "ask-done"])
def test_way_back_leads_to_what_was_done(client, name):
    stop(client)

    page = client.get(reverse(name), follow=True)

    assert "It is done" in page.content.decode()


def test_who_has_sent_nothing_finds_nothing_done(client):
    assert client.get(reverse("ask-done")).url == reverse("home")
