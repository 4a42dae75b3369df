"""How long a case is kept is told from the schedule, as proposed while it is (C22)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from outbox.models import Message
from requests_app import emails
from requests_app.states import Right
from retention import actions as retention
from tests.factories.accounts import make_staff
from tests.factories.cases import make_case, register_in_force
from tests.requests_app.ruled import AT, propose_cases_line
from tests.requests_app.test_filing_rights import walk

pytestmark = [pytest.mark.django_db, pytest.mark.long]
PROPOSED = "That period is proposed: our Data Compliance Officer has not approved it"


@pytest.fixture(autouse=True)
def _register():
    register_in_force()


def approve(line):
    by = make_staff().actor
    retention.approve_line(line.pk, reason="As decided.", by=by, at=AT)


def acknowledged() -> str:
    case = make_case()
    emails.acknowledgement(case.submission, at=AT)
    return Message.objects.get(about=case.submission.about).text


def checked() -> str:
    client = Client()
    walk(client, Right.ACCESS)
    return " ".join(client.get(reverse("ask-check")).content.decode().split())


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (acknowledged, "for 6 years after it is closed"),
        (checked, "for 6 years after the case is closed"),
    ],
    ids=["mail", "page"],
)
def test_period_is_told_and_that_it_is_only_proposed(read, said):
    line = propose_cases_line()
    proposed = read()
    approve(line)

    assert said in proposed
    assert PROPOSED in proposed
    approved = read()
    assert said in approved
    assert PROPOSED not in approved


@pytest.mark.parametrize("read", [acknowledged, checked], ids=["mail", "page"])
def test_nothing_is_told_while_the_schedule_says_nothing(read):
    assert "6 years" not in read()
