"""What must be told and has not gone is on top of the queue, and told to the DCO."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.days import LONDON
from outbox import actions as outbox
from outbox.models import Message
from outbox.states import MessageState
from requests_app.actions import alarms as acts
from requests_app.actions import complaint, intake, letters, preserving, thread
from requests_app.models import Case, Letter, Preservation, Sending
from requests_app.queries import clock
from requests_app.queries.alarms import alarms, not_raised
from requests_app.reminders import AlarmKind
from requests_app.rules import KeepOutcome
from requests_app.states import EventKind, LetterKind, Right
from requests_app.tasks import sweep_alarms
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_case, make_revision, register_in_force
from tests.factories.clock import (
    again,
    ask,
    by_post,
    deliver,
    extend,
    noon,
    receive,
)

pytestmark = pytest.mark.django_db
BY = system("alarms")
DUE = date(2026, 12, 2)  # a Wednesday; received on 2 November
BEFORE = date(2026, 12, 1)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


def kinds(at: datetime) -> list[AlarmKind]:
    return [alarm.kind for alarm in alarms(at=at)]


def extended(*, sent=False, post=False) -> Case:
    case = make_case(received_at=noon("2026-11-02"))
    extend(by_post(case) if post else case, at=noon("2026-11-20"), sent=sent)
    return case


def complained(**reach) -> Case:
    make_revision()
    reach = reach or {"reach": "post", "postal": "1 High Street"}
    said = complaint.Complaint(name="Cara Lund", words="Too late.", **reach)
    sent = complaint.complain(said, key=uuid4(), client="1", at=noon("2026-11-02"))
    return sent.cases.get()


def post(kind: LetterKind, at: datetime) -> None:
    letters.record_posting(
        Sending.objects.get(letter__kind=kind),
        method="First class",
        posted_at=at,
        by=make_staff(),
        at=at,
    )


# --- Extensions -------------------------------------------------------------------


def test_notice_that_has_not_left_is_an_alarm_from_the_working_day_before():
    extended()

    assert kinds(morning(BEFORE) - timedelta(seconds=1)) == []
    [alarm] = alarms(at=morning(BEFORE))
    assert alarm.kind is AlarmKind.EXTENSION
    assert "has not left by mail. It counts only if it leaves by 2 December" in (
        alarm.words
    )


def test_notice_is_safe_by_the_safe_day_and_counts_until_the_last():
    case = make_case(received_at=noon("2026-11-02"))
    asked = ask(case, Asked.IDENTITY, at=noon("2026-11-09"))  # late: two readings
    receive(case, asked, at=noon("2026-11-12"))
    extend(case, at=noon("2026-11-20"), sent=False)
    last = date(2026, 12, 14)
    known = again(case)
    assert (known.safe_due_on, known.due_on) == (DUE, last)
    assert clock.reckoning_of(known).extension_notice_by == last

    for day in (BEFORE, last):
        [alarm] = alarms(at=noon(day))
        assert alarm.words.endswith(
            "It is safe by every reading of the law if it leaves by 2 December 2026; "
            "the last day is 14 December 2026."
        )
    [alarm] = alarms(at=noon(last + timedelta(days=1)))
    assert alarm.words.endswith(
        "The last day for it was 14 December 2026: the extension does not count any "
        "more (UK GDPR Article 12A(4))."
    )


def test_clock_that_stands_still_has_no_last_day_to_name():
    case = extended()
    Case.objects.filter(pk=case.pk).update(due_on=None, clock_state="paused")

    [alarm] = alarms(at=noon(BEFORE))
    assert "the last day moves while the clock does not run" in alarm.words


def test_envelope_that_is_too_late_may_have_been_posted_in_time():
    case = extended(post=True)
    after = DUE + timedelta(days=1)
    [alarm] = alarms(at=noon(after))
    assert "does not count any more (UK GDPR Article 12A(4)), unless it was posted" in (
        alarm.words
    )

    letters.record_posting(
        Sending.objects.get(),
        method="First class",
        posted_at=noon(DUE),
        by=make_staff(),
        at=noon(after),
    )
    assert kinds(noon(after)) == []
    assert again(case).due_on == date(2027, 2, 2)


def test_monday_is_an_alarm_on_friday():
    case = make_case(received_at=noon("2026-10-30"))
    assert case.safe_due_on == date(2026, 11, 30)  # a Monday
    extend(case, at=noon("2026-11-20"), sent=False)

    assert kinds(noon("2026-11-26")) == []
    assert kinds(noon("2026-11-27")) == [AlarmKind.EXTENSION]


def test_envelope_that_nobody_posted_is_an_alarm_until_its_posting_is_recorded():
    extended(post=True)
    [alarm] = alarms(at=noon(BEFORE))
    assert "waits to be posted" in alarm.words

    letters.record_posting(
        Sending.objects.get(),
        method="First class",
        posted_at=noon(BEFORE),
        by=make_staff(),
        at=noon(BEFORE),
    )
    assert kinds(noon(BEFORE)) == []


def test_notice_that_left_is_no_alarm_and_one_that_came_back_is():
    case = extended(sent=True)
    assert kinds(noon(BEFORE)) == []

    mail = Message.objects.get(purpose="case-extension")
    outbox.bounce(mail.public_id, status="5.1.1", at=noon(BEFORE))
    deliver(noon(BEFORE))

    [alarm] = alarms(at=noon(BEFORE))
    assert (alarm.case.pk, "came back" in alarm.words) == (case.pk, True)


def test_extension_of_a_closed_case_is_no_alarm():
    case = extended()
    Case.objects.filter(pk=case.pk).update(
        status="withdrawn", closed_at=noon("2026-11-25")
    )

    assert kinds(noon(BEFORE)) == []


# --- Complaints -------------------------------------------------------------------


def test_acknowledgement_that_has_not_gone_is_an_alarm_until_it_has():
    case = complained()
    assert kinds(morning(BEFORE) - timedelta(seconds=1)) == []
    [alarm] = alarms(at=morning(BEFORE))
    assert alarm.kind is AlarmKind.ACKNOWLEDGEMENT
    assert "by 2 December 2026 (DPA 2018 s.164A(3))" in alarm.words

    letters.record_posting(
        Sending.objects.get(letter__case=case),
        method="Called",
        posted_at=noon(BEFORE),
        by=make_staff(),
        at=noon(BEFORE),
    )
    assert kinds(noon(DUE)) == []


def test_acknowledgement_by_mail_that_came_back_is_an_alarm():
    case = complained(email="cara@example.org")
    deliver(noon("2026-11-02"))
    assert kinds(noon(BEFORE)) == []

    mail = Message.objects.get(purpose="case-complaint_acknowledgement")
    outbox.bounce(mail.public_id, status="5.1.1", at=noon("2026-11-03"))
    deliver(noon("2026-11-03"))

    assert again(case).due_on == DUE
    assert kinds(noon(BEFORE)) == [AlarmKind.ACKNOWLEDGEMENT]


def test_message_acknowledges_nothing_and_how_it_stands_does():
    case, at = complained(), noon("2026-11-20")
    letters_of = Sending.objects.filter(letter__case=case)
    thread.answer(case, body="Hello.", token=uuid4(), by=make_staff(), at=at)
    complaint.tell_progress(case, words="We read the file.", by=make_staff(), at=at)
    assert letters_of.count() == 3

    post(LetterKind.MESSAGE, at)
    assert again(case).due_on == DUE
    assert kinds(noon(BEFORE)) == [AlarmKind.ACKNOWLEDGEMENT]

    post(LetterKind.COMPLAINT_PROGRESS, at)
    assert "reached us on" in Letter.objects.get(kind="complaint_progress").body
    assert again(case).due_on == date(2026, 12, 4)
    assert kinds(noon("2026-12-04")) == []


# --- Footage ----------------------------------------------------------------------


def filmed(at: datetime) -> Preservation:
    register_in_force()
    said: dict[str, object] = {
        "scope": "all",
        "cctv": {"when": "Monday", "where": "Desk", "who": "Red"},
    }
    filing = intake.Filing(
        "Ann Other", email="ann@example.org", answers=said, rights=(Right.ACCESS,)
    )
    intake.submit(filing, key=uuid4(), client="1", at=at)
    return Preservation.objects.get()


def test_mail_that_asks_to_keep_footage_is_an_alarm_after_an_hour():
    at = noon("2026-11-02")
    task = filmed(at)

    assert kinds(at + timedelta(minutes=59)) == []
    [alarm] = alarms(at=at + timedelta(hours=1))
    assert alarm.kind is AlarmKind.HOLD
    assert alarm.in_tray
    assert "asks to keep CCTV has not gone. Call its owner today" in alarm.words

    deliver(at + timedelta(hours=1))
    assert kinds(at + timedelta(hours=2)) == []
    assert Message.objects.get(pk=task.mail).sent_at


@pytest.mark.parametrize("state", [MessageState.BOUNCED, MessageState.FAILED])
def test_mail_that_did_not_arrive_is_an_alarm_at_once(state):
    at = noon("2026-11-02")
    task = filmed(at)
    Message.objects.filter(pk=task.mail).update(state=state)

    assert kinds(at) == [AlarmKind.HOLD]


def test_footage_that_is_kept_or_let_go_is_no_alarm():
    at = noon("2026-11-02")
    task = filmed(at)
    preserving.answer(task, outcome=KeepOutcome.KEPT, note="", at=at)

    assert kinds(at + timedelta(hours=9)) == []


def test_reminder_that_has_not_gone_is_an_alarm_of_its_own():
    at = noon("2026-11-02")
    task = filmed(at)
    deliver(at)
    preserving.chase(task, by=BY, at=at + timedelta(days=1))

    assert kinds(at + timedelta(days=1, hours=2)) == [AlarmKind.HOLD]


# --- Told to the DCO, once --------------------------------------------------------


def raise_all(at: datetime) -> None:
    for alarm in alarms(at=at):
        acts.raise_in(alarm.case, by=BY, at=at)


def test_officer_is_told_once_of_each_and_the_mail_names_nobody():
    officer, case = make_staff(Role.DCO), extended(post=True)
    for _ in range(3):
        raise_all(noon(BEFORE))
    raise_all(noon(DUE))

    [mail] = Message.objects.filter(purpose="case-alarm")
    assert mail.recipient == officer.email
    assert mail.subject.strip() == f"Alarm in case {case.reference}"
    assert "ann" not in mail.text.lower()
    assert case.events.filter(kind=EventKind.ALARM_RAISED).count() == 1


def test_what_left_before_the_lock_raises_nothing():
    make_staff(Role.DCO)
    case = extended()
    deliver(noon(BEFORE))

    assert acts.raise_in(case, by=BY, at=noon(BEFORE)) == 0


def test_without_an_officer_it_is_raised_once_there_is_one():
    case = extended()
    raise_all(noon(BEFORE))
    assert not case.events.filter(kind=EventKind.ALARM_RAISED).exists()

    make_staff(Role.DCO)
    raise_all(noon(BEFORE))
    assert case.events.filter(kind=EventKind.ALARM_RAISED).exists()


def test_sweep_raises_what_is_an_alarm_now():
    officer = make_staff(Role.DCO, name="Olga Officer")
    filmed(timezone.now() - timedelta(hours=2))
    sweep_alarms()
    sweep_alarms()

    [mail] = Message.objects.filter(purpose="case-alarm")
    assert mail.recipient == officer.email
    assert reverse("case-tray") in mail.text


def test_sweep_locks_no_case_whose_alarms_were_raised():
    make_staff(Role.DCO)
    case = filmed(timezone.now() - timedelta(hours=2)).case
    sweep_alarms()

    with CaptureQueriesContext(connection) as asked:
        sweep_alarms()
    assert not [one for one in asked.captured_queries if "FOR NO KEY" in one["sql"]]
    assert case.events.filter(kind=EventKind.ALARM_RAISED).count() == 1


@pytest.mark.parametrize("how_many", [1, 3])
def test_what_to_raise_costs_the_same_for_one_and_three(how_many):
    cases = [extended() for _ in range(how_many)]
    with CaptureQueriesContext(connection) as asked:
        found = not_raised(alarms(at=noon(BEFORE)))
    assert len(found) == how_many
    assert len(asked) == 5

    [alarm] = alarms(at=noon(BEFORE), case=cases[-1])
    assert alarm.case == cases[-1]


# --- On top of the queue ----------------------------------------------------------


def test_queue_and_case_say_it(monkeypatch):
    make_staff(Role.DCO, name="Olga Officer")
    case = extended(post=True)
    raise_all(noon(BEFORE))
    monkeypatch.setattr(timezone, "now", lambda: noon(BEFORE))

    page = staff_client().get(reverse("case-queue")).content.decode()
    said = page.index("What must be told and has not gone")
    assert said < page.index("Every open case")
    assert f'<a href="/staff/cases/{case.reference}/">' in page[said:]
    shown = staff_client().get(reverse("staff-case", args=[case.reference]))
    assert b"Alarm to Olga Officer: the notice of an extension" in shown.content


def test_who_may_not_see_the_tray_sees_no_alarm_of_it():
    filmed(timezone.now() - timedelta(hours=2))

    assert b"has not gone" not in staff_client().get(reverse("case-queue")).content
    officer = staff_client(Role.DCO).get(reverse("case-queue"))
    assert b"has not gone" in officer.content
