"""A mail server that takes nothing of ours: mail waits, and staff are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit import queries as audit
from outbox import actions
from outbox.models import Message
from tests.factories.accounts import staff_client
from tests.factories.cases import make_revision
from tests.outbox.conftest import AT, queue, send

pytestmark = pytest.mark.django_db


def server_is_late(at):
    return {run.name: bool(run.late) for run in audit.runs(at=at)}[actions.SERVER]


@pytest.mark.parametrize(
    "said",
    [
        "530 5.7.0 Must issue a STARTTLS command first",
        "535 5.7.8 Authentication credentials invalid",
        "550 5.7.1 privacy@luminatech.example: sender rejected",
        "451 4.7.1 sender domain must resolve",
    ],
)
def test_server_that_refuses_us_loses_nothing_and_staff_are_told(sink, said, caplog):
    """What it says to MAIL FROM is of our own address: nobody's mailbox is gone."""
    queue("ann@example.org", statutory=True, text="Your code is 482915", secret=True)
    queue("ben@example.org", statutory=True)
    send()
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    Message.objects.update(state="queued", attempts=0, sent_at=None)
    Message.objects.filter(secret=True).update(text="Your code is 482915")
    sink.of_us, later = said, AT + timedelta(minutes=16)

    assert (send(later), send(later)) == (0, 0)

    rows = Message.objects.order_by("pk")
    assert [(row.state, row.attempts) for row in rows] == [("queued", 0)] * 2
    assert rows[0].text == "Your code is 482915"
    assert server_is_late(later)
    [first, _] = [r.getMessage() for r in caplog.records if r.name == "outbox.actions"]
    assert first.endswith(f"refuses us with {said[:3]} (SMTPSenderRefused)")
    sink.of_us = ""
    assert send(later) == 2
    assert not server_is_late(later)


@pytest.mark.parametrize("code", [530, 535])
def test_sign_in_asked_for_at_the_recipient_is_no_bounce_of_theirs(sink, code):
    queue()
    sink.answers["ann@example.org"] = f"{code} 5.7.0 Authentication required"

    assert send() == 0
    assert (Message.objects.get().state, Message.objects.get().attempts) == (
        "queued",
        0,
    )


def test_mail_too_large_at_mail_from_is_of_that_mail_alone(sink):
    queue()
    sink.of_us = "552 5.3.4 message too large"

    assert send() == 1
    assert (Message.objects.get().state, Message.objects.get().problem) == (
        "bounced",
        "refused with 552",
    )


def test_server_that_does_not_answer_is_seen_on_the_page_of_systems(port):
    queue()
    make_revision()
    actions.audit.beat(actions.SERVER, at=timezone.now() - timedelta(hours=1))

    send()

    page = staff_client(Role.OPERATIONS).get(reverse("system-list")).content.decode()
    assert "Have the mail server take what is due" in page
    assert "Late: it came to its end 60 minutes ago" in page


def test_server_that_breaks_off_within_a_mail_is_late_and_costs_that_mail_one(sink):
    send()
    queue("ann@example.org")
    queue("ben@example.org")
    sink.breaks_off, later = True, AT + timedelta(minutes=16)

    assert send(later) == 0

    attempts = Message.objects.order_by("pk").values_list("state", "attempts")
    assert list(attempts) == [("queued", 1), ("queued", 0)]
    assert server_is_late(later)
    sink.breaks_off = False
    assert send(later + timedelta(minutes=1)) == 2
    assert not server_is_late(later + timedelta(minutes=1))
