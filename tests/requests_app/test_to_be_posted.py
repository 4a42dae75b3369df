"""Letters that wait to be printed and posted: listed, reminded of, recorded (C36)."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.roles import Role
from outbox.models import Message
from requests_app.actions import authority, intake, letters
from requests_app.models import Case, Letter, Sending
from requests_app.policies.posting import to_be_posted
from requests_app.queries.posting import to_post
from requests_app.states import (
    Channel,
    DeliveryForm,
    EventKind,
    LetterKind,
    Right,
    WhoAsks,
)
from requests_app.tasks.jobs import remind_of_post
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_case, make_revision
from tests.factories.clock import again, ask, by_post, noon
from tests.requests_app.test_ends import make_answered

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = noon("2026-11-03")  # a Tuesday
DAY = timedelta(days=1)


def lettered(at=AT, **fields) -> Case:
    case = by_post(make_case(received_at=noon("2026-11-02"), **fields))
    ask(case, Asked.IDENTITY, at=at)
    return again(case)


def taken_in(rights=(Right.ACCESS,), **fields) -> Case:
    make_revision()
    said = {"name": "Pat Paper", "phone": "+442079460123", **fields}
    submission = intake.take_in(
        intake.Filing(**said, answers={"scope": "all"}, rights=rights),
        channel=Channel.PHONE,
        received_at=noon("2026-11-02"),
        who=WhoAsks.KNOWN,
        known_by="Called back.",
        key=uuid4(),
        by=make_staff(),
        at=AT,
    )
    return submission.cases.order_by("pk").first()


def post(case: Case, *, at) -> None:
    letters.record_posting(
        Sending.objects.get(letter__case=case),
        method="First class",
        posted_at=at,
        by=make_staff(),
        at=at,
    )


def listed(user, day):
    return to_post(user, today=day, to_be_posted=to_be_posted)


def page(role=Role.CASEWORKER) -> str:
    return staff_client(role).get(reverse("to-be-posted")).content.decode()


# --- What comes next --


@pytest.mark.parametrize(
    ("reached", "next_step", "letter"),
    [
        ({"postal": "1 High Street"}, "Post the letter", "1 High Street"),
        ({}, "Ask for an address, or tell them by telephone", "+44 20 7946 0123"),
    ],
)
def test_letter_without_an_address_is_not_said_to_be_posted(reached, next_step, letter):
    case = taken_in(**reached)
    client = staff_client()

    said = client.get(reverse("staff-case", args=[case.reference])).content.decode()
    read = client.get(
        reverse("letter", args=[case.reference, case.letters.get().pk])
    ).content.decode()

    assert next_step in said
    assert letter in read
    assert ("No postal address of theirs may be used" in read) is not bool(reached)


def test_letter_to_who_is_reached_nowhere_is_not_said_to_be_posted():
    case = taken_in(postal="1 High Street")
    case.submission.phone = ""
    case.submission.save(update_fields=["phone"])
    asked = {"kind": "postal", "value": "1 High Street", "said": "She rang."}
    authority.set_aside(case, **asked, by=make_staff(), at=AT)

    page = staff_client().get(reverse("staff-case", args=[case.reference]))

    assert "Find out how they are reached: the letter can go nowhere" in page.text


def test_letter_has_a_button_that_prints_it_and_waits_for_its_script():
    case = taken_in(postal="1 High Street")
    url = reverse("letter", args=[case.reference, case.letters.get().pk])

    page = staff_client().get(url).content.decode()

    assert re.search(r'<script src="[^"]*js/print[^"]*\.js" defer>', page)
    hidden = re.search(r"<div class=\"no-print\" data-print hidden>(.+?)</div>", page)
    assert "Print this letter" in hidden[1]
    assert "use your browser’s own command" in page


def test_letter_to_an_address_that_is_not_to_be_used_goes_nowhere():
    case, by = taken_in(postal="1 High Street"), make_staff()
    asked = {"kind": "postal", "value": "1 High Street", "said": "She rang."}
    authority.set_aside(case, **asked, by=by, at=AT)

    client = staff_client()
    page = client.get(reverse("staff-case", args=[case.reference])).content.decode()

    assert "Ask for an address, or tell them by telephone" in page
    assert "Post the letter" not in page


# --- The list ---------------------------------------------------------------------


def test_list_has_what_nobody_posted_and_leads_to_print_and_to_the_posting():
    case = lettered(name="Pat Paper")
    at = [case.reference, Letter.objects.get().pk]

    said = page()
    assert "Letter asking who they are" in said
    assert "Pat Paper" in said
    assert reverse("letter", args=at) in said
    assert reverse("letter-posted", args=at) in said
    assert reverse("letter-posted", args=at) not in page(Role.AUDITOR)

    post(case, at=AT)
    assert "Nothing waits to be posted" in page()


def test_mail_stands_not_in_the_list_and_an_answer_on_paper_does():
    mailed = make_case(received_at=noon("2026-11-02"))
    ask(mailed, Asked.IDENTITY, at=AT, sent=False)
    make_answered()
    answer = make_answered(form=DeliveryForm.PRINT)

    [row] = listed(make_staff(), AT.date())

    assert (row.case, row.package) == (answer.case, answer.reference)
    assert "Print and record it on the case" in page()


def test_who_reads_no_cases_sees_no_list():
    lettered()

    client = staff_client(Role.OPERATIONS)
    assert client.get(reverse("to-be-posted")).status_code in {403, 404}
    assert listed(make_staff(Role.OPERATIONS), AT.date()) == ()


@pytest.mark.parametrize(
    ("written", "day", "late"),
    [
        ("2026-11-03", "2026-11-04", False),
        ("2026-11-03", "2026-11-05", True),
        ("2026-11-06", "2026-11-09", False),  # a Friday, and the Monday after
        ("2026-11-06", "2026-11-10", True),
    ],
)
def test_more_than_a_working_day_is_late(written, day, late):
    lettered(noon(written))

    [row] = listed(make_staff(), noon(day).date())

    assert row.is_late is late


@pytest.mark.parametrize("how_many", [1, 3])
def test_list_costs_the_same_for_one_and_for_three(how_many, django_assert_num_queries):
    for _ in range(how_many):
        lettered()
    user = make_staff()

    with django_assert_num_queries(3):
        listed(user, AT.date())


# --- Reminded of ------------------------------------------------------------------


def test_who_has_the_case_is_reminded_once_after_a_working_day():
    worker = make_staff(name="Wanda Worker")
    case = lettered(assignee=worker, name="Pat Paper")
    for days in range(8):
        remind_of_post(AT + days * DAY)

    [mail] = Message.objects.filter(purpose="case-post-waits")
    assert mail.recipient == worker.email
    assert mail.queued_at == AT + 2 * DAY
    assert "Pat" not in mail.subject + mail.text
    assert reverse("to-be-posted") in mail.text
    shown = staff_client().get(reverse("staff-case", args=[case.reference]))
    assert "Reminded Wanda Worker of a letter to be posted" in shown.content.decode()


def test_letter_that_nobody_has_is_the_officers_and_one_posted_nobodys():
    officer, case = make_staff(Role.DCO), lettered()
    posted = lettered()
    post(posted, at=AT)
    remind_of_post(AT + 3 * DAY)

    mails = Message.objects.filter(purpose="case-post-waits")
    assert officer.email in {mail.recipient for mail in mails}
    assert {mail.about for mail in mails} == {case.about}
    assert case.events.filter(kind=EventKind.POST_REMINDED).count() == 1
    assert not posted.events.filter(kind=EventKind.POST_REMINDED).exists()


# --- The acknowledgement ----------------------------------------------------------


def test_acknowledgement_of_who_has_no_mail_is_a_letter_to_print_and_post():
    case = taken_in(postal="1 High Street", rights=(Right.ACCESS, Right.ERASURE))

    letter = Letter.objects.get()
    assert (letter.kind, letter.case) == (LetterKind.ACKNOWLEDGEMENT, case)
    references = [one.reference for one in case.submission.cases.all()]
    assert all(one in letter.body for one in references)
    assert "We received your request on Monday 2 November 2026" in letter.body
    assert "You made it by telephone" in letter.body
    assert "here: \n" not in letter.body
    assert "To ask where it stands" in letter.body
    assert not Message.objects.exists()

    shown = staff_client().get(reverse("letter", args=[case.reference, letter.pk]))
    assert "1 High Street" in shown.content.decode()
    post(case, at=AT)
    assert again(case).events.filter(kind=EventKind.LETTER_SENT).count() == 1
    assert again(case).due_on == case.due_on


def test_acknowledgement_of_who_has_a_mailbox_goes_there():
    taken_in(email="pat@example.org", postal="1 High Street")

    assert not Letter.objects.exists()
    assert Message.objects.filter(purpose="case-acknowledgement").count() == 1


def test_stop_from_who_has_only_a_telephone_makes_no_envelope():
    taken_in(rights=(Right.OBJECTION_DIRECT_MARKETING,))
    assert not Letter.objects.exists()

    taken_in(rights=(Right.OBJECTION_DIRECT_MARKETING,), postal="1 High Street")
    assert Letter.objects.count() == 1
