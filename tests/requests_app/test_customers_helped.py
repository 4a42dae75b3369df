"""What a customer passed to us is worked, answered and closed (D13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.roles import Role
from datamap.models import Revision
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import instruction, search
from requests_app.contract import ContractSays
from requests_app.models import Case
from requests_app.policies import decision as decisions
from requests_app.queries.instruction import assisted_in, rows_held
from requests_app.states import (
    Assistance,
    CaseStatus,
    EventKind,
    TaskVerdict,
)
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import BILLING, CRM, DESK, make_case, make_revision
from tests.factories.clock import again, deliver, noon
from tests.requests_app.passed import (
    AT,
    RECEIVED,
    SAID,
    WORDS,
    answer,
    assist,
    judge,
    passed_on,
)
from tests.requests_app.test_search import ARCHIVE_SQL, BILLING_SQL, CRM_SQL, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def revision():
    """Put a register in force: a case pins it."""
    return make_revision()


# --- Worked -------------------------------------------------------------------------


@pytest.fixture
def systems(sqlite_source, postgres_source):
    """Give three systems; the last holds rows of ours and of two customers."""
    sqlite_source("TEST_CRM_URL", CRM_SQL)
    postgres_source("TEST_BILLING_URL", BILLING_SQL)
    more = "INSERT INTO tickets VALUES (4, 'A-7', 'Van', 'Other plc');"
    sqlite_source("TEST_ARCHIVE_URL", f"{ARCHIVE_SQL}{more}")
    revision = make_revision([DESK, BILLING, CRM])
    Revision.objects.filter(pk=revision.pk).update(approved_at=RECEIVED)
    return revision


def searched(**changes) -> Case:
    case = judge(passed_on(replace(SAID, **changes)))
    search.start_search(case, by=make_staff(), at=AT)
    work_off(case, at=AT)
    return again(case)


def held_as(case: Case, name: str, **fields) -> Case:
    """Correct how our records name the customer, or where they are answered."""
    instruction.correct(
        case,
        contract=ContractSays.NO_DAY,
        due_on=None,
        clause="",
        held_as=name,
        reason="Petra.",
        by=make_staff(),
        at=AT,
        **fields,
    )
    return again(case)


def test_search_counts_what_is_held_for_this_customer_and_keeps_nothing_else(systems):
    case = searched()

    assert case.status == CaseStatus.IN_REVIEW
    assert [(one.system, one.surely, one.perhaps) for one in rows_held(case)] == [
        ("Ticket archive", 1, 0)
    ]
    assert not case.found.filter(spool__isnull=False).exists()
    assert not case.found.exclude(sure=0, possible=0).exists()
    assert all("Other plc" not in one.customers for one in case.found.all())
    assert all(one.secrets == [] for one in case.found.all())
    assert not case.pass_ons.exists(), "no other customer learns of it"


def test_customer_is_known_by_what_our_records_call_it(systems):
    case = searched(customer="Acme Holdings", held_as=" acme  LTD ")

    [held] = rows_held(case)
    assert held.surely == 1


def test_nothing_held_is_said_only_when_the_search_says_so(systems):
    with pytest.raises(Refused, match="Search first"):
        assist(judge(passed_on()), Assistance.NOTHING_HELD)
    with pytest.raises(Refused, match="found rows"):
        assist(searched(), Assistance.NOTHING_HELD)

    case = assist(searched(customer="Third Ltd"), Assistance.NOTHING_HELD)

    assert case.status == CaseStatus.DECIDED
    with pytest.raises(Refused, match="Correct what was taken in"):
        search.start_search(case, by=make_staff(), at=AT)


def test_nothing_held_is_not_said_while_a_system_has_no_verdict(systems):
    case = searched(customer="Third Ltd")
    case.tasks.filter(system="archive").update(
        state="needs_person", verdict=TaskVerdict.NONE
    )

    with pytest.raises(Refused, match="No verdict yet from Ticket archive"):
        assist(case, Assistance.NOTHING_HELD)


def test_page_says_of_no_row_that_none_was_found_only_when_all_have_answered(systems):
    case = judge(passed_on(replace(SAID, customer="Third Ltd")))
    search.start_search(case, by=make_staff(), at=AT)
    url = reverse("staff-case", args=[case.reference])

    before = staff_client().get(url).content.decode()
    work_off(case, at=AT)
    after = staff_client().get(url).content.decode()

    assert "0 of 3 systems have answered" in before
    assert "No row was found" not in before
    assert "No row was found" in after
    assert "systems have answered" not in after


def test_nothing_held_is_not_said_of_a_search_that_did_not_know_what_we_know(systems):
    case, by = searched(customer="Acme Holdings"), make_staff()
    case = held_as(case, "Acme Ltd")

    with pytest.raises(Refused, match="corrected after the search"):
        assist(case, Assistance.NOTHING_HELD)

    search.start_search(again(case), by=by, at=AT)
    work_off(case, at=AT)
    with pytest.raises(Refused, match="found rows"):
        assist(again(case), Assistance.NOTHING_HELD)


def test_what_was_recorded_is_recorded_anew_once_the_instruction_was_corrected(systems):
    case = assist(searched(customer="Acme Holdings"), Assistance.NOTHING_HELD)

    case = held_as(case, "Acme Ltd")

    assert case.status == CaseStatus.IN_REVIEW
    with pytest.raises(Refused, match="Record first"):
        answer(case)
    search.start_search(case, by=make_staff(), at=AT)
    work_off(case, at=AT)
    assert [one.surely for one in rows_held(again(case))] == [1]


def test_reason_for_a_system_without_a_search_is_read_by_no_person(systems):
    case = searched()
    url = reverse("case-system-settle", args=[case.reference, "archive"])

    page = staff_client().get(url).content.decode()

    assert "The person will read this" not in page


@pytest.mark.parametrize("outcome", [Assistance.GIVEN, Assistance.NOTHING_HELD])
def test_nothing_is_given_or_told_before_it_is_surely_the_customer(outcome):
    case = passed_on()
    with pytest.raises(Refused, match="Say first whether"):
        assist(case, outcome)

    judge(case, sure=False)

    with pytest.raises(Refused, match="not sure"):
        assist(again(case), outcome)
    assert again(case).status == CaseStatus.RECEIVED


@pytest.mark.parametrize(
    "outcome", [Assistance.NOT_OURS, Assistance.DECLINED, Assistance.TAKEN_BACK]
)
def test_what_tells_of_no_data_needs_no_judgement(outcome):
    assert assist(passed_on(), outcome).status == CaseStatus.DECIDED


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"what": " "}, "what was done"),
        ({"who": ""}, "who did it"),
        ({"done_on": date(2026, 11, 4)}, "to come"),
        ({"done_on": date(2026, 11, 1)}, "before it reached us"),
    ],
)
def test_what_was_done_is_recorded_with_day_and_person_or_not_at_all(fields, why):
    case = judge(passed_on())

    with pytest.raises(Refused, match=why):
        assist(case, **fields)

    assert again(case).status == CaseStatus.RECEIVED


def test_judging_wants_what_shows_it():
    case = passed_on()

    with pytest.raises(Refused, match="what shows it"):
        instruction.judge(case, sure=True, reason=" ", by=make_staff(), at=AT)


def test_customer_is_asked_or_told_how_it_stands():
    case, by, token = passed_on(), make_staff(), uuid4()

    for _ in range(2):
        instruction.write(case, words="Which year?", token=token, by=by, at=AT)

    mail = Message.objects.get(purpose="case-customer_message")
    assert mail.recipient == "privacy@acme.example"
    assert "Which year?" in mail.text
    with pytest.raises(Refused, match="Write the message"):
        instruction.write(case, words="", token=uuid4(), by=by, at=AT)


def test_customer_is_answered_where_it_was_corrected_to_and_judged_anew():
    case = assist(judge(passed_on(email="privcay@acme.example")))

    case = held_as(case, "", email="Privacy@Acme.example")

    text = case.events.get(kind=EventKind.INSTRUCTION_CORRECTED).text.body
    assert "Answered until now at: privcay@acme.example" in text
    with pytest.raises(Refused, match="Say first whether it is surely the customer"):
        assist(case)
    answer(assist(judge(case)))
    mail = Message.objects.get(purpose="case-customer_answer")
    assert mail.recipient == "privacy@acme.example"
    with pytest.raises(Refused, match="where the customer is answered"):
        held_as(passed_on(), "", email="", postal=" ")


# --- Answered -----------------------------------------------------------------------


def test_answer_goes_to_the_customer_and_closes_it():
    case = answer(assist(judge(passed_on())))

    assert (case.status, case.closed_at) == (CaseStatus.DONE, AT)
    mail = Message.objects.get(purpose="case-customer_answer")
    assert mail.recipient == "privacy@acme.example"
    assert "Our answer: We have done what you asked, on Tuesday 3 November" in (
        mail.text
    )
    assert WORDS in mail.text
    assert "Sam" not in mail.text, "who did it is for colleagues"
    deliver(AT)
    assert case.events.filter(kind=EventKind.LETTER_SENT).count() == 2
    with pytest.raises(Refused, match="closed"):
        answer(case)


def test_late_answer_says_that_it_is_late():
    at = noon("2026-11-20")

    answer(assist(judge(passed_on()), at=at), at=at)

    text = Message.objects.get(purpose="case-customer_answer").text
    assert "The day for our help was Friday 13 November 2026: it is late" in text


def test_nothing_is_answered_before_it_is_recorded_nor_by_who_may_not_decide():
    case = judge(passed_on())
    with pytest.raises(Refused, match="Record first"):
        answer(case)

    case = assist(case)
    with pytest.raises(Refused, match="for a decider"):
        answer(case, by=make_staff(Role.AUDITOR))
    with pytest.raises(Refused, match="Write what was done"):
        answer(case, words=" ")
    judge(case, sure=False)
    with pytest.raises(Refused, match="not sure"):
        answer(case)
    assert again(case).status == CaseStatus.DECIDED


def test_customer_is_told_only_what_the_decider_has_read():
    case, by = assist(judge(passed_on())), make_staff()
    seen = assisted_in(case).mark
    case = assist(case, Assistance.DECLINED)

    with pytest.raises(Refused, match="has changed since you opened the page"):
        instruction.answer(case, words=WORDS, seen=seen, by=by, at=AT)

    assert again(case).status == CaseStatus.DECIDED


def test_what_was_done_is_recorded_anew_until_it_is_answered():
    case = assist(judge(passed_on()), Assistance.DECLINED)

    case = assist(case, what="Now handed out.")

    assert case.status == CaseStatus.DECIDED
    verdict = decisions.may_reopen(case, make_staff(), today=AT.date())
    assert "Record anew" in verdict.reason


def test_no_customer_passed_any_other_case_to_us():
    case, by = make_case(), make_staff()

    with pytest.raises(Refused, match="No customer"):
        judge(case)
    with pytest.raises(Refused, match="No customer"):
        answer(case, by=by)
