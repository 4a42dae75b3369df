"""What the reminder of a case's day says, and to whom."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from accounts.roles import Role
from outbox.models import Message
from requests_app.actions import breach, complaint, reminders
from requests_app.models import Case, Package
from requests_app.tasks.jobs import NIGHT, remind_of_due
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff
from tests.factories.cases import make_case, make_revision
from tests.factories.clock import again, ask, noon, receive
from tests.requests_app.test_reminders import DAY, SAFE, given, mails, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_staff(Role.DCO, name="Olga Officer")


# --- Its day ----------------------------------------------------------------------


def subjects() -> list[str]:
    rows = Message.objects.filter(purpose="case-due-soon").order_by("pk")
    return [row.subject.strip() for row in rows]


def test_subject_counts_to_the_last_day_where_every_reading_has_it(officer, settings):
    settings.LUMINA_REMIND_DAYS, settings.LUMINA_ESCALATE_DAYS = (3, 1, 0), ()
    name = given().reference
    for left in (3, 1, 0, -1):
        remind_of_due(noon(SAFE - left * DAY))

    assert subjects() == [
        f"{name}: last day in 3 days",
        f"{name}: last day in 1 day",
        f"{name}: the last day is today",
    ]


def test_subject_counts_to_the_safe_day_and_says_so(officer, settings):
    settings.LUMINA_REMIND_DAYS, settings.LUMINA_ESCALATE_DAYS = (3, 0), (-1, -13)
    case = given()
    asked = ask(case, Asked.IDENTITY, at=noon("2026-11-09"))  # late: two readings
    receive(case, asked, at=noon("2026-11-12"))
    assert again(case).due_on == date(2026, 12, 14)
    for left in (3, 0, -1, -13):
        remind_of_due(noon(SAFE - left * DAY))

    assert list(dict.fromkeys(subjects())) == [
        f"{case.reference}: safe day in 3 days",
        f"{case.reference}: the safe day is today",
        f"{case.reference}: the safe day is over",
        f"Late: {case.reference}",
    ]
    body = Message.objects.filter(purpose="case-due-soon").first().text
    assert "The last day of case" in body
    assert "14 December 2026; safe by every reading of the law is" in body


def opened_breach(at) -> Case:
    answered = make_case(received_at=noon("2026-11-02"))
    package = Package(case=answered)
    opened = breach.open_breach(
        answered, package, reason="Her brother.", by=NIGHT, at=at
    )
    Case.objects.exclude(pk=opened.pk).update(clock_state="paused")
    return again(opened)


def test_breach_is_reminded_of_by_its_hour(officer):
    case = opened_breach(noon("2026-11-05"))
    hour = "8 November 2026 at 12:00"
    remind_of_due(noon("2026-11-06"))
    remind_of_due(noon("2026-11-08") - timedelta(hours=1))
    assert subjects()[-1] == f"{case.reference}: the 72 hours end on {hour}"
    mail = Message.objects.filter(purpose="case-due-soon").latest("pk")
    assert f"breach {case.reference}, then within 72 hours: by {hour}.\n" in mail.text

    remind_of_due(noon("2026-11-08") + timedelta(hours=1))
    assert len(subjects()) == len(taken(case))
    reminders_before = len(subjects())
    reminders.remind(opened_breach(noon("2026-11-01")), by=NIGHT, at=noon("2026-11-05"))
    late = Message.objects.filter(purpose="case-due-soon").order_by("pk")
    assert late[reminders_before].subject.startswith("Late: ")
    assert "That hour is over." in late[reminders_before].text


def test_complaint_is_reminded_of_the_letter_that_is_owed(officer):
    make_revision()
    said = complaint.Complaint(name="Cara", words="Late.", email="c@example.org")
    sent = complaint.complain(said, key=uuid4(), client="1", at=noon("2026-11-02"))
    remind_of_due(noon(SAFE - 2 * DAY))

    name = sent.cases.get().reference
    mail = Message.objects.filter(purpose="case-due-soon").latest("pk")
    assert mail.subject.strip() == f"{name}: last day in 2 days"
    assert f"In complaint {name} the next letter has to leave by Wed" in mail.text


# --- Its reader -------------------------------------------------------------------


def said_to(user) -> str:
    rows = Message.objects.filter(purpose="case-due-soon")
    [text] = [row.text for row in rows if row.recipient == user.email]
    return str(text)


def test_mail_says_whether_the_reader_has_the_case_or_stands_in(officer):
    mine = given()
    remind_of_due(noon(SAFE - 2 * DAY))
    assert "You have it.\n" in said_to(mine.assignee)
    assert "A colleague has it. You are told" in said_to(officer)

    deputy = make_staff()
    given(assignee=make_staff(absent_until=SAFE, deputy=deputy))
    remind_of_due(noon(SAFE - 2 * DAY))
    assert "You stand in for the colleague who has it." in said_to(deputy)


def test_officer_who_has_the_case_is_told_that_they_have_it(officer):
    given(assignee=officer)
    remind_of_due(noon(SAFE - 7 * DAY))

    assert "You have it.\n" in said_to(officer)


def test_officer_reads_of_a_colleague_who_has_left_that_somebody_must_get_it(officer):
    given(assignee=make_staff(is_active=False))
    remind_of_due(noon(SAFE - 7 * DAY))

    assert "Whoever has it has left, or is away" in said_to(officer)
    assert "You have it" not in said_to(officer)


def test_deputy_who_is_away_too_is_not_written_to(officer):
    deputy = make_staff(absent_until=SAFE)
    given(assignee=make_staff(absent_until=SAFE, deputy=deputy))
    remind_of_due(noon(SAFE - 7 * DAY))

    assert mails() == [officer.email]
    assert "is away and nobody stands in" in said_to(officer)
