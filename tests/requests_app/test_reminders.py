"""Colleagues are reminded of a case's day: each step once for the day it counts to."""

from __future__ import annotations

import re
import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.actor import STRANGER
from outbox.models import Message
from requests_app.actions import calendar, reminders
from requests_app.models import Case
from requests_app.queries import staff as queries
from requests_app.reminders import Reminds, Step, due_steps, steps_of
from requests_app.states import CaseStatus, EventKind
from requests_app.tasks.jobs import NIGHT, remind_of_due
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_case
from tests.factories.clock import again, ask, extend, noon, receive

DAY = timedelta(days=1)
SAFE = date(2026, 12, 2)  # received on 2 November
STEPS = steps_of([7, 3], [2, 0])


@pytest.fixture
def officer(db):
    return make_staff(Role.DCO, name="Olga Officer")


def given(**fields):
    """Return a case that somebody has, received on 2 November."""
    worker = fields.pop("assignee", None) or make_staff(name="Wanda Worker")
    return make_case(received_at=noon("2026-11-02"), assignee=worker, **fields)


def mails() -> list[str]:
    rows = Message.objects.filter(purpose="case-due-soon").order_by("pk")
    return [row.recipient for row in rows]


def taken(case) -> list[tuple[str, int, str]]:
    rows = case.events.filter(kind=EventKind.DUE_REMINDED).order_by("seq")
    return [
        (row.facts["who"], row.facts["days"], row.facts["safe_due_on"]) for row in rows
    ]


# --- Which steps are due ----------------------------------------------------------


@pytest.mark.parametrize(
    ("days_before", "due"),
    [
        (8, []),
        (7, [("worker", 7)]),
        (4, [("worker", 7)]),
        (3, [("worker", 3)]),
        (2, [("worker", 3), ("officer", 2)]),
        (0, [("worker", 3), ("officer", 0)]),
        (-9, [("worker", 3), ("officer", 0)]),
    ],
)
def test_only_the_nearest_step_that_has_begun_is_due(days_before, due):
    steps = due_steps(STEPS, safe_due=SAFE, today=SAFE - days_before * DAY, done=[])

    assert [(step.who, step.days) for step in steps] == due


def test_step_is_done_for_its_own_day_alone():
    done = [(Step(Reminds.WORKER, 7), SAFE)]

    assert due_steps(STEPS, safe_due=SAFE, today=SAFE - 7 * DAY, done=done) == ()
    assert due_steps(STEPS, safe_due=SAFE - DAY, today=SAFE - 7 * DAY, done=done)


# --- Night after night ------------------------------------------------------------


@pytest.mark.django_db
def test_who_has_the_case_is_reminded_and_then_the_officer(officer):
    case = given()
    worker = case.assignee.email

    for number in range(-8, 3):
        remind_of_due(noon(SAFE + number * DAY))

    assert mails() == [worker, worker, officer.email, officer.email]
    assert taken(case) == [
        ("worker", 7, "2026-12-02"),
        ("worker", 3, "2026-12-02"),
        ("officer", 2, "2026-12-02"),
        ("officer", 0, "2026-12-02"),
    ]
    assert again(case).status == case.status


@pytest.mark.django_db
def test_mail_names_nobody_and_leads_to_the_case(officer):
    case = given(name="Ann Other")
    remind_of_due(noon(SAFE - 2 * DAY))

    for mail in Message.objects.filter(purpose="case-due-soon"):
        said = f"{mail.subject}\n{mail.text}"
        assert case.reference in said
        assert "2 December 2026" in said
        assert reverse("staff-case", args=[case.reference]) in said
        assert not re.search("Ann|Other|ann@|copy", said)


@pytest.mark.django_db
def test_night_that_runs_twice_writes_once(officer):
    given()
    for _ in range(2):
        remind_of_due(noon(SAFE - 3 * DAY))

    assert len(mails()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_once():
    officer = make_staff(Role.DCO)
    case, at = given(), noon(SAFE)
    start = threading.Barrier(2)
    failed = []

    def work():
        try:
            start.wait(10)
            reminders.remind(case, by=NIGHT, at=at)
        except Exception as error:  # noqa: BLE001 (told in the thread of the test)
            failed.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert failed == []
    assert sorted(mails()) == sorted([case.assignee.email, officer.email])
    assert len(taken(case)) == 2


@pytest.mark.django_db
def test_case_that_comes_to_the_sweep_late_makes_one_mail_a_reader(officer):
    case = given()
    remind_of_due(noon(SAFE + 5 * DAY))

    assert sorted(mails()) == sorted([case.assignee.email, officer.email])
    late = Message.objects.filter(purpose="case-due-soon").first()
    assert late.subject.strip() == f"Late: {case.reference}"


# --- Who ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_case_that_nobody_has_is_the_officers(officer):
    make_case(received_at=noon("2026-11-02"))
    make_staff()
    remind_of_due(noon(SAFE - 7 * DAY))

    [mail] = Message.objects.filter(purpose="case-due-soon")
    assert mail.recipient == officer.email
    assert "Nobody has it yet" in mail.text


@pytest.mark.django_db
def test_deputy_stands_in_for_who_is_away(officer):
    deputy = make_staff()
    given(assignee=make_staff(absent_until=SAFE, deputy=deputy))
    remind_of_due(noon(SAFE - 7 * DAY))

    assert mails() == [deputy.email]


@pytest.mark.django_db
def test_officer_is_written_to_for_who_is_away_without_a_deputy_or_has_left(officer):
    given(assignee=make_staff(absent_until=SAFE))
    given(assignee=make_staff(is_active=False))
    remind_of_due(noon(SAFE - 7 * DAY))

    assert mails() == [officer.email, officer.email]


@pytest.mark.django_db
def test_nobody_to_write_to_is_no_step_taken():
    case = make_case(received_at=noon("2026-11-02"))
    remind_of_due(noon(SAFE))
    assert taken(case) == []

    make_staff(Role.DCO)
    remind_of_due(noon(SAFE))
    assert len(taken(case)) == 2


# --- Who is not reminded -----------------------------------------------------------


@pytest.mark.django_db
def test_paused_closed_and_unproved_cases_are_not_reminded_of(officer):
    ask(given(), Asked.CLARIFICATION, at=noon("2026-11-03"))
    closed = given()
    Case.objects.filter(pk=closed.pk).update(
        status=CaseStatus.DONE, closed_at=noon("2026-11-10")
    )
    given(proved=False)

    remind_of_due(noon(SAFE))

    assert mails() == []


@pytest.mark.django_db
def test_month_that_waits_by_our_reading_alone_is_reminded_of_and_marked(officer):
    """We asked late who asks: by the strictest reading that does not move the day."""
    case = given()
    ask(case, Asked.IDENTITY, at=noon("2026-11-27"))
    case = again(case)
    assert (case.clock_state, case.due_on) == ("not_started", None)
    assert case.safe_due_on == SAFE

    remind_of_due(noon(SAFE))

    assert mails() != []
    text = Message.objects.filter(purpose="case-due-soon").first().text
    assert "By our reading the month" in text
    assert "None" not in text
    assert queries.urgency_of(case, today=SAFE) == "soon"
    assert queries.urgency_words(case, today=SAFE) == "Safe day today"
    assert queries.urgency_words(case, today=SAFE - DAY) == "Safe day in 1 day"
    assert queries.urgency_words(case, today=SAFE + DAY) == "Safe day 1 day ago"


@pytest.mark.django_db
def test_case_that_is_closed_while_the_night_runs_is_not_reminded_of(officer):
    case = given()
    Case.objects.filter(pk=case.pk).update(
        status=CaseStatus.DONE, closed_at=noon("2026-11-10")
    )

    assert reminders.remind(case, by=NIGHT, at=noon(SAFE)) == 0


# --- When the day moves ------------------------------------------------------------


@pytest.mark.django_db
def test_nearer_day_is_reminded_of_again(officer):
    case = given()
    remind_of_due(noon("2026-11-30"))
    assert taken(case)[-1] == ("officer", 2, "2026-12-02")
    make_holiday_that_moves(case, "2026-12-02")
    assert taken(case)[-1] == ("officer", 2, "2026-12-02")

    # 3 December was reckoned with; without the holiday the day is nearer again.
    remind_of_due(noon("2026-12-01"))
    assert taken(case)[-1] == ("officer", 2, "2026-12-03")
    calendar.cancel_holiday(SAFE, by=make_staff(Role.DCO), at=noon("2026-12-01"))
    remind_of_due(noon("2026-12-01"))
    assert again(case).safe_due_on == SAFE
    assert taken(case)[-1] == ("officer", 2, "2026-12-03")
    remind_of_due(noon("2026-12-02"))
    assert taken(case)[-1] == ("officer", 0, "2026-12-02")


def make_holiday_that_moves(case, day):
    calendar.add_holiday(
        date.fromisoformat(day),
        name="Proclaimed",
        by=make_staff(Role.DCO),
        at=noon("2026-11-30"),
    )
    assert str(again(case).safe_due_on) == "2026-12-03"


@pytest.mark.django_db
def test_day_that_a_question_moved_is_reminded_of_in_its_turn(officer):
    case = given()
    remind_of_due(noon("2026-11-25"))
    seq = ask(case, Asked.CLARIFICATION, at=noon("2026-11-26"))
    remind_of_due(noon("2026-12-02"))
    receive(case, seq, at=noon("2026-12-03"))
    moved = again(case).safe_due_on

    remind_of_due(noon(moved - 8 * DAY))
    remind_of_due(noon(moved - 7 * DAY))

    assert taken(case) == [
        ("worker", 7, "2026-12-02"),
        ("worker", 7, str(moved)),
    ]


@pytest.mark.django_db
def test_extended_day_is_reminded_of_two_months_later(officer):
    case = given()
    remind_of_due(noon("2026-11-25"))
    extend(case, at=noon("2026-11-26"))
    moved = again(case).safe_due_on

    remind_of_due(noon("2026-12-02"))
    assert len(mails()) == 1
    remind_of_due(noon(moved))

    assert len(mails()) == 3


# --- What staff see ----------------------------------------------------------------


@pytest.mark.django_db
def test_queue_and_case_say_what_was_reminded_when(officer):
    case = given()
    remind_of_due(noon("2026-11-30"))
    client = staff_client(Role.CASEWORKER)

    queue = client.get(reverse("case-queue")).content.decode()
    assert "The DCO was told on 30 November 2026" in queue
    page = client.get(reverse("staff-case", args=[case.reference])).content.decode()
    assert "Reminded of it" in page
    assert "Told Olga Officer of the safe day, 2 December 2026: 2 days left" in page
    # The step of three days, taken a day late.
    assert "Wanda Worker of the safe day, 2 December 2026: 2 days left" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "said"), [("2026-12-02", "the day itself"), ("2026-12-11", "9 days late")]
)
def test_timeline_counts_the_days_as_they_were(officer, day, said):
    case = given()
    remind_of_due(noon(day))

    shown = staff_client().get(reverse("staff-case", args=[case.reference]))
    assert f"of the safe day, 2 December 2026: {said}" in shown.content.decode()


@pytest.mark.django_db
def test_settings_name_the_days(officer, settings):
    settings.LUMINA_REMIND_DAYS, settings.LUMINA_ESCALATE_DAYS = (10,), ()
    case = given()
    remind_of_due(noon(SAFE - 10 * DAY))
    remind_of_due(noon(SAFE))

    assert mails() == [case.assignee.email]
    settings.LUMINA_REMIND_DAYS = ()
    remind_of_due(noon(SAFE))
    assert str(STRANGER) not in str(taken(case))
    assert len(mails()) == 1
