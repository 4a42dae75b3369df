"""Mail that comes back later, as a mail server's pipe gives it (RFC 3464)."""

from __future__ import annotations

import io
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from audit.models import Event
from outbox import actions, queries, rules
from outbox.models import Message
from tests.outbox.conftest import AT, queue, send

pytestmark = pytest.mark.django_db

# As Postfix 3.7 writes it.
REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: bounces@luminatech.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

This is a MIME-encapsulated message.

--B
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

<ann@example.org>: host mx2.example.org said: 550 5.1.1 no such user

--B
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4XyZ
Arrival-Date: Mon,  2 Nov 2026 10:00:00 +0000 (UTC)

Final-Recipient: rfc822; ann@example.org
Original-Recipient: rfc822;ann@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mx2.example.org
Diagnostic-Code: smtp; 550 5.1.1 no such user

--B
Content-Description: Undelivered Message
Content-Type: {kind}

From: privacy@luminatech.example
To: ann@example.org
Subject: We have your request
Message-ID: <{public_id}@luminatech.example>

{body}
--B--
"""


def report(public_id, action="failed", status="5.1.1", kind="message/rfc822", **more):
    known = {"body": "Dear Ann", **more}
    return REPORT.format(
        public_id=public_id, action=action, status=status, kind=kind, **known
    )


def sent(**changed):
    pk = queue(statutory=True, **changed)
    send()
    return Message.objects.get(pk=pk)


@pytest.fixture
def bounce(monkeypatch, capsys):
    """Give the way to run the command on one message; it returns what was said."""

    def run(text):
        raw = text if isinstance(text, bytes) else text.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        call_command("bounce")
        return capsys.readouterr().out.strip()

    return run


def alarms():
    return [
        (one.state, one.problem)
        for one in queries.alarms(unsent_since=AT - timedelta(days=1))
    ]


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_mail_that_came_back_is_an_alarm_once(sink, bounce, kind):
    message = sent()
    text = report(message.public_id, kind=kind)

    said = [bounce(text), bounce(text.replace("\n", "\r\n"))]

    assert said == [
        "Noted: came back with 5.1.1.",
        "No mail of ours that is known to have been sent, or noted before.",
    ]
    assert alarms() == [("bounced", "came back with 5.1.1")]
    event = Event.objects.get(event="outbox.message.bounced")
    assert event.details["problem"] == "dsn-5.1.1"


def test_server_that_gave_up_after_many_tries_is_an_alarm_too(sink, bounce):
    message = sent()

    bounce(report(message.public_id, status="4.4.7 (delivery time expired)"))

    assert alarms() == [("failed", "came back with 4.4.7")]


@pytest.mark.parametrize(
    ("action", "status"),
    [("delayed", "4.4.1"), ("delivered", "2.0.0"), ("relayed", "2.0.0")],
)
def test_delay_and_good_news_change_nothing(sink, bounce, action, status):
    message = sent()

    said = bounce(report(message.public_id, action=action, status=status))

    assert said == "No report of a mail of ours that did not arrive."
    assert alarms() == []


@pytest.mark.parametrize(
    "text",
    [
        report(uuid4()),
        report("not-a-uuid"),
        "Subject: I am on leave\n\nBack on Monday.",
        "",
        b"\xff\xfe\x00 no mail at all \x80",
        report(uuid4()).replace("multipart/report", "multipart/mixed"),
    ],
)
def test_what_is_not_ours_changes_nothing_and_ends_well(sink, bounce, text):
    sent()

    assert bounce(text).startswith("No ")
    assert alarms() == []


def test_message_id_that_somebody_quotes_deeper_down_is_not_believed(sink, bounce):
    """Only what came back itself counts, not what a reader attached to it."""
    message = sent()
    inner = report(message.public_id)
    text = report(uuid4(), body=f"--C\n{inner}")

    bounce(text)

    assert alarms() == []


def test_mail_that_is_not_sent_yet_is_not_bounced(sink, bounce):
    pk = queue()

    bounce(report(Message.objects.get(pk=pk).public_id))

    assert Message.objects.get(pk=pk).state == "queued"


def test_report_without_a_code_is_still_a_failure():
    public_id = uuid4()

    found = rules.report_in(report(public_id, status="").encode())

    assert found == rules.Report(public_id, "5.0.0")


def test_database_away_has_the_mail_server_try_again(sink, bounce, monkeypatch):
    message = sent()

    def away(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(actions, "bounce", away)
    with pytest.raises(CommandError) as error:
        bounce(report(message.public_id))
    assert error.value.returncode == 75


def test_reports_go_where_the_setting_says_and_replies_do_not(sink, settings):
    settings.LUMINA_BOUNCES_TO = "bounces@luminatech.example"
    sent()

    [(_, mail)] = sink.mails
    assert sink.senders == ["bounces@luminatech.example"]
    assert mail["From"] == settings.DEFAULT_FROM_EMAIL
