"""Who waits to be proved is reminded, whatever a stranger sends in between (D11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from outbox.models import Message
from requests_app.models import Submission
from requests_app.states import Right
from requests_app.tasks import jobs
from tests.factories.cases import register_in_force
from tests.requests_app.test_filing_for_another import ANN, FOR_ANN
from tests.requests_app.test_filing_rights import send, walk

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def register():
    register_in_force()


def filed(**changed) -> Submission:
    """Send a form that nobody proves."""
    browser = Client()
    walk(browser, Right.ACCESS, **changed)
    send(browser)
    return Submission.objects.latest("pk")


def filed_by(agent: str, *, persons: str = "") -> Submission:
    """Send a form for Ann as ``agent``, who says where she is written to, or not."""
    theirs = {
        **FOR_ANN["theirs"],
        "person_email": persons,
        "person_postal": "" if persons else "1 Mark Road",
    }
    return filed(
        **{**FOR_ANN, "theirs": theirs, "reach": {"email": agent, "phone": ""}}
    )


def reminded(newest: Submission) -> list[str]:
    """Return who is reminded in the two nights that are due, in order."""
    for days in (1, 3):
        jobs.remind_unproved(newest.received_at + timedelta(days=days, hours=1))
    mails = Message.objects.filter(purpose="case-unproved-reminder")
    return [mail.recipient for mail in mails.order_by("pk")]


def test_an_agent_who_names_the_persons_mailbox_silences_nobody():
    filed(reach={"email": ANN, "phone": ""})
    stranger = filed_by("stranger@example.net", persons=ANN)

    mails = reminded(stranger)

    assert mails.count(ANN) == 2
    assert mails.count("stranger@example.net") == 2


def test_two_agents_who_give_no_address_of_the_person_are_both_reminded():
    filed_by("one@firm.example")
    second = filed_by("two@firm.example")

    mails = reminded(second)

    assert sorted(mails) == ["one@firm.example"] * 2 + ["two@firm.example"] * 2


def test_an_agent_is_reminded_of_the_newest_of_their_own_alone():
    filed_by("one@firm.example", persons="jo@example.org")
    second = filed_by("one@firm.example", persons=ANN)

    mails = reminded(second)

    assert mails == ["one@firm.example"] * 2
    second.refresh_from_db()
    assert second.reminders == 2
