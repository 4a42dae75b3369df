"""Mail as rows: owed with the act, sent once, tried again, and alarming when lost."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Event
from lumina_privacy.lib import ports
from lumina_privacy.lib.ports import Ports, SendingRule
from lumina_privacy.lib.subject_ref import subject_ref
from lumina_privacy.lib.verdict import ALLOWED, refuse
from outbox import actions, queries
from outbox.models import Message
from outbox.states import MessageKind, MessageState
from tests.database import at_once
from tests.outbox.conftest import AT, Sink, queue, send, serving

CODE = "482915"

pytestmark = pytest.mark.django_db


def only():
    return Message.objects.get()


# --- Owed -----------------------------------------------------------------------------


def test_mail_goes_with_the_transaction_it_tells_of(sink):
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)

    assert (send(), sink.mails) == (0, [])


def test_same_key_twice_is_one_mail(sink):
    assert queue(dedupe_key="a") == queue(dedupe_key="a", text="other")

    assert send() == 1
    assert [mail.get_content() for _, mail in sink.mails] == ["Dear Ann\r\n"]


def test_mail_arrives_as_it_was_written(sink, settings):
    settings.DEFAULT_FROM_EMAIL = "Lumina <privacy@luminatech.example>"
    queue(subject="Your request — received", text="Grüße\n")

    assert send() == 1
    [(to, mail)] = sink.mails
    assert to == ["ann@example.org"]
    assert mail["Subject"] == "Your request — received"
    assert mail["From"] == "Lumina <privacy@luminatech.example>"
    assert mail["Message-ID"] == f"<{only().public_id}@luminatech.example>"
    assert mail["Date"].datetime == AT
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content() == "Grüße\r\n"
    assert (only().state, only().sent_at, only().attempts) == ("sent", AT, 1)


def test_oldest_due_goes_first_and_a_sweep_has_an_end(sink):
    for number in (3, 1, 2):
        queue(f"p{number}@example.org", at=AT + timedelta(minutes=number))
    later = AT + timedelta(hours=1)

    assert actions.send_due(now=lambda: later, most=2) == 2
    assert sink.recipients == [["p1@example.org"], ["p2@example.org"]]


# --- Once -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_mail_once(sink):
    for number in range(30):
        queue(f"p{number}@example.org")
    start = Barrier(2)

    def work(_):
        start.wait(10)
        return send()

    first, second = at_once(work, 2)
    assert first + second == 30
    assert sorted(sink.recipients) == sorted([f"p{n}@example.org"] for n in range(30))
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


@pytest.mark.django_db(transaction=True)
def test_second_sender_passes_a_row_by_that_another_holds(sink):
    held, free = queue("held@example.org"), queue("free@example.org")

    def work(_):
        return send()

    with transaction.atomic():
        Message.objects.select_for_update().get(pk=held)
        assert at_once(work, 1) == [1]
    assert Message.objects.get(pk=free).state == MessageState.SENT
    assert sink.recipients == [["free@example.org"]]


@pytest.mark.django_db(transaction=True)
def test_sender_killed_after_the_servers_answer_sends_again_under_the_same_id(
    sink, monkeypatch
):
    queue()

    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(actions, "_settle", killed)
        with pytest.raises(KeyboardInterrupt):
            send()
    assert send() == 1
    [(_, first), (_, second)] = sink.mails
    assert first["Message-ID"] == second["Message-ID"]


# --- Tried again ----------------------------------------------------------------------


def test_server_down_costs_no_attempt_and_up_again_gets_everything(port):
    queue("ann@example.org")
    queue("ben@example.org")

    assert send() == 0
    assert set(Message.objects.values_list("state", "attempts")) == {("queued", 0)}
    with serving(Sink(), port) as sink:
        assert send() == 2
    assert sink.recipients == [["ann@example.org"], ["ben@example.org"]]


def test_server_that_hangs_up_ends_the_sweep(sink):
    for name in ("ann", "ben", "cy"):
        queue(f"{name}@example.org")
    sink.answers["ann@example.org"] = "421 closing down"

    assert send() == 0
    assert sink.mails == []
    attempts = Message.objects.order_by("pk").values_list("attempts", flat=True)
    assert list(attempts) == [1, 0, 0]
    assert send() == 2


def test_waits_double_up_to_four_hours_then_it_is_given_up(sink):
    queue()
    sink.answers["ann@example.org"] = "451 later"
    at, waits = AT, []
    for _ in range(actions.MOST_ATTEMPTS - 1):
        send(at)
        waits.append((only().due_at - at) / timedelta(minutes=1))
        assert send(only().due_at - timedelta(seconds=1)) == 0
        at = only().due_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128] + [240] * 7
    assert only().problem == "refused with 451 for now"

    send(at)

    assert (only().state, only().attempts) == (MessageState.FAILED, 16)
    assert [alarm.state for alarm in queries.alarms(unsent_since=AT)] == ["failed"]


def test_one_mail_nobody_can_send_does_not_stop_the_others(sink):
    bad, lost, good = queue(), queue(), queue("ben@example.org")
    Message.objects.filter(pk=bad).update(subject="two\nlines")
    with connection.cursor() as cursor:  # sealed under a key that is gone
        cursor.execute("UPDATE outbox_message SET text = 'k0:xx' WHERE id = %s", [lost])

    assert send() == 3
    assert sink.recipients == [["ben@example.org"]]
    rows = Message.objects.defer("text").in_bulk([bad, lost, good])
    assert (rows[bad].state, rows[bad].problem) == ("queued", "BadHeaderError")
    assert (rows[lost].state, rows[lost].problem) == ("queued", "Undecryptable")
    assert rows[good].state == "sent"


# --- Lost -----------------------------------------------------------------------------


def test_recipient_refused_for_good_is_a_bounce_and_an_alarm(sink):
    queue(statutory=True)
    sink.answers["ann@example.org"] = "550 5.1.1 no such mailbox ann@example.org"

    send()

    [alarm] = queries.alarms(unsent_since=AT)
    assert (alarm.state, alarm.problem) == (MessageState.BOUNCED, "refused with 550")
    assert alarm.statutory


def test_mail_that_comes_back_later_is_a_bounce_once(sink):
    queue()
    send()
    public_id = only().public_id

    assert actions.bounce(public_id, status="5.1.1", at=AT)
    assert not actions.bounce(public_id, status="5.1.1", at=AT)
    assert not actions.bounce(uuid4(), status="5.1.1", at=AT)
    [alarm] = queries.alarms(unsent_since=AT)
    assert (alarm.state, alarm.problem) == ("bounced", "came back with 5.1.1")


def test_report_of_a_bounce_is_its_code_only():
    with pytest.raises(ValueError, match="enhanced status code"):
        actions.bounce(uuid4(), status="550 ann@example.org unknown", at=AT)


def test_statutory_mail_unsent_for_a_day_is_an_alarm():
    queue(statutory=True)
    queue(statutory=False)

    assert len(queries.alarms(unsent_since=AT + timedelta(seconds=1))) == 1
    assert queries.alarms(unsent_since=AT) == []


# --- Whether it may be sent -----------------------------------------------------------


@pytest.fixture
def rule(monkeypatch):
    """Let the test decide whether marketing reaches somebody."""
    asked, answer = [], [ALLOWED]

    def may_send(mail):
        asked.append((mail.recipient, mail.purpose))
        return answer[0]

    wired = Ports(
        sending_rules=(SendingRule(frozenset({MessageKind.MARKETING}), may_send),),
        events=ports.wired().events,
    )
    monkeypatch.setattr(ports, "wired", lambda: wired)
    return asked, answer


def test_may_send_is_asked_when_it_is_sent_not_when_it_is_queued(sink, rule):
    asked, answer = rule
    queue(kind=MessageKind.MARKETING, purpose="news")
    assert asked == []
    answer[0] = refuse("the person has asked us to stop")

    assert send() == 1
    assert asked == [("ann@example.org", "news")]
    assert sink.mails == []
    assert (only().state, only().problem) == (
        MessageState.DROPPED,
        "the person has asked us to stop",
    )
    assert queries.alarms(unsent_since=AT) == []


def test_rule_that_allows_lets_it_go(sink, rule):
    queue(kind=MessageKind.MARKETING, purpose="news")

    assert (send(), len(sink.mails)) == (1, 1)


@pytest.mark.parametrize("kind", [MessageKind.MARKETING, MessageKind.SURVEY])
def test_without_consent_nothing_but_service_is_sent(sink, kind):
    queue(kind=kind, purpose="news")

    assert (send(), sink.mails, only().state) == (1, [], "dropped")


# --- What stays -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "state"),
    [("", "sent"), ("550 gone", "bounced")],
    ids=["ok", "no"],
)
def test_code_is_nowhere_in_clear_and_gone_when_settled(sink, answer, state):
    queue(text=f"Your code is {CODE}\n", secret=True)
    sink.answers["ann@example.org"] = answer
    assert not found(CODE)
    assert CODE in only().text

    send()

    assert (only().state, only().text) == (state, "")


def test_nothing_of_a_mail_stands_in_clear_in_the_database():
    queue("ann.lee@example.org", subject="About bees", text="Dear Ann Lee\n")

    assert not any(found(word) for word in ("ann.lee", "bees", "Dear"))
    assert only().recipient_ref == subject_ref("email", "ann.lee@example.org")


def found(text):
    """Whether a column of any mail or ledger row holds ``text`` as it is stored."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT m::text t FROM outbox_message m UNION ALL "
            "SELECT e::text FROM audit_event e) r WHERE t LIKE %s",
            [f"%{text}%"],
        )
        return cursor.fetchone()[0] > 0


def test_ledger_tells_how_it_fared_in_codes(sink):
    queue()
    sink.answers["ann@example.org"] = "550 5.1.1 ann@example.org unknown"

    send()

    event = Event.objects.get()
    assert (event.event, event.about) == (
        "outbox.message.bounced",
        f"message:{only().pk}",
    )
    assert event.details == {
        "purpose": "acknowledgement",
        "about": "case:1",
        "statutory": False,
        "problem": "smtp-550",
    }


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("message_kind_known", {"kind": "spam"}),
        ("message_state_known", {"state": "lost"}),
        ("message_sent_has_instant", {"state": "sent"}),
        ("message_settled_secret_is_wiped", {"secret": True, "state": "dropped"}),
        ("message_settled_secret_is_wiped", {"secret": True, "state": "failed"}),
    ],
)
def test_database_refuses(constraint, changes):
    queue()

    with pytest.raises(IntegrityError, match=constraint):
        Message.objects.update(**changes)
