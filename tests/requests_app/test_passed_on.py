"""What a customer passes to us: taken in, its day, and no person in it (D13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from accounts.roles import Role
from datamap import actions as datamap
from lumina_privacy.lib.bank_holidays import bank_holidays
from lumina_privacy.lib.subject_ref import all_refs
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app import contract
from requests_app.actions import calendar, instruction, thread, timekeeping
from requests_app.contract import ContractSays
from requests_app.models import Letter, Sending, Submission, pages
from requests_app.policies import (
    authority,
    casework,
    check,
    contact_preference,
    mailbox,
    merging,
)
from requests_app.policies import decision as decisions
from requests_app.policies import intake as intake_policies
from requests_app.policies import thread as thread_policies
from requests_app.policies import timekeeping as clock_policies
from requests_app.queries import addresses
from requests_app.queries.clock import reckoning_of
from requests_app.queries.same_person import same_person
from requests_app.queries.staff import QueueFilter, queue_for, urgency_of
from requests_app.states import (
    CaseStatus,
    CheckMethod,
    EventKind,
    LetterKind,
    Right,
)
from requests_app.tasks.jobs import remind_of_due
from requests_app.timekeeping import Asked
from requests_app.views.staff_queue import RULES
from tests.factories.accounts import make_staff
from tests.factories.cases import make_case, make_revision
from tests.factories.clock import again, noon
from tests.requests_app.passed import (
    AT,
    CONTRACT_DAY,
    NO_DAY,
    RECEIVED,
    SAID,
    passed_on,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def revision():
    """Put a register in force: a case pins it."""
    return make_revision()


# --- Taken in ---------------------------------------------------------------------


def test_it_is_a_case_of_its_own_kind_that_the_queue_shows_with_its_day():
    case, today = passed_on(), AT.date()

    assert (case.right, case.status) == (Right.PASSED_ON, CaseStatus.RECEIVED)
    page = queue_for(
        make_staff(), show=QueueFilter(), after=None, today=today, rules=RULES
    )
    [row] = page.rows
    assert (row.reference, row.due_on) == (case.reference, CONTRACT_DAY)
    assert row.name == "Acme Ltd, about Ann Other"
    assert row.step.words == "Say whether it is the customer"


def test_customer_is_written_to_at_once_and_the_person_never():
    case = passed_on()

    mail = Message.objects.get()
    assert mail.recipient == "privacy@acme.example"
    assert "reached us on Monday 2 November 2026" in mail.text
    assert "by Friday 13 November 2026 at the latest" in mail.text
    assert "the day of our contract (clause 8.2)" in mail.text
    assert "ACME-17" in mail.text
    assert "/cases/" not in mail.text
    assert "Ann" not in f"{mail.subject} {mail.text}", "no personal detail (C23)"
    assert Letter.objects.get(case=case).kind == LetterKind.CUSTOMER_ACKNOWLEDGEMENT


def test_customer_without_a_mailbox_has_a_letter_to_be_posted():
    case = passed_on(email="", postal="1 Acme Way\nHemel Hempstead")

    assert Sending.objects.get(letter__case=case).message is None
    assert addresses.person_of(case).postal.startswith("1 Acme Way")


def test_late_when_it_is_taken_in_it_promises_no_day():
    passed_on(at=noon("2026-11-20"))

    text = Message.objects.get().text
    assert "The day for our help was Friday 13 November 2026" in text
    assert "at the latest" not in text


def test_same_form_is_one_request_however_often_it_is_sent():
    key = uuid4()

    first, second = passed_on(key=key), passed_on(key=key)

    assert first.pk == second.pk
    assert Submission.objects.get().times_sent == 2
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "fields", "why"),
    [
        ({"customer": " "}, {}, "which customer"),
        ({"data_subject": ""}, {}, "whose data"),
        ({"instruction": ""}, {}, "in their words"),
        ({}, {"email": ""}, "where the customer is answered"),
        ({}, {"due_on": None}, "the day that the contract names"),
        ({}, {"due_on": date(2026, 11, 1)}, "before it reached us"),
        ({}, {"due_on": date(2028, 11, 1)}, "Look at the year"),
        ({"clause": ""}, {}, "where the contract says so"),
        (NO_DAY, {"due_on": CONTRACT_DAY}, "Leave the day out"),
        ({}, {"known_by": [("phone", "none")]}, "“none” is not a telephone number"),
        ({}, {"by": Role.AUDITOR}, "people who work cases"),
        ({}, {"at": RECEIVED - timedelta(hours=1)}, "in the future"),
        ({}, {"at": RECEIVED + timedelta(days=800)}, "Look at the year"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(said, fields, why):
    if "by" in fields:
        fields = {**fields, "by": make_staff(fields["by"])}

    with pytest.raises(Refused, match=why):
        passed_on(replace(SAID, **said), **fields)

    assert not Submission.objects.exists()
    assert not Message.objects.exists()


# --- The person ---------------------------------------------------------------------


def test_nothing_of_the_person_is_proved_and_no_page_opens_for_it():
    case = passed_on()

    assert [(one.value, one.level) for one in case.proved.all()] == [
        ("ann@example.org", 0)
    ]
    for known in ("ann@example.org", "privacy@acme.example"):
        refs = [str(ref) for ref in all_refs("email", known)]
        assert not pages.known_to(refs).exists()
        assert not pages.opens_to(case, known)
    assert not check.is_asked(case), "the customer has made sure who asks"
    assert case.hold is None


def test_it_is_never_taken_for_a_request_of_the_person_to_us():
    own = make_case("ann@example.org")
    case = passed_on()

    assert same_person(case).others == ()
    assert same_person(own).others == ()
    verdict = merging.may_merge(case, own, make_staff(), reason="Both are hers.")
    assert "different things" in verdict.reason


def test_what_the_law_gives_against_a_person_is_refused_of_a_customer():
    case, by, today = passed_on(), make_staff(Role.DCO), AT.date()
    record, reckoning = case.record(), reckoning_of(case)
    asking = [
        clock_policies.may_open_asking(case, by, what=what, record=record, today=today)
        for what in Asked
    ]
    extending = clock_policies.may_open_extension(
        case, by, record=record, reckoning=reckoning, today=today
    )
    writing = thread_policies.may_write_to_us(case, body="I am Ann.", has_files=False)
    checking = check.may_record_check(
        case, by, method=CheckMethod.CALL_BACK, reason="Called.", passed=True
    )
    refused = [
        (checking, "we ask nothing"),
        *((one, "asks by message") for one in asking),
        (extending, "gives no longer period"),
        (writing, "nobody to write in this case"),
        (decisions.may_open_refusal(case, by, today=today), "gives no ground"),
        (decisions.may_reopen(case, by, today=today), "Record anew what was done"),
        (authority.may_open_recording(case, by), "nobody has to show an authority"),
        (authority.may_open_setting_aside(case, by), "never the person"),
        (mailbox.may_open_joining(case, by), "nobody fetches an answer"),
        (contact_preference.may_open_change(case, by), "never the person"),
        (thread_policies.may_answer(case, by, body="Dear Ann,"), "never the person"),
        (thread_policies.may_open_call(case, by), "a note for colleagues"),
        (casework.may_review(case, by), "held for a customer goes out"),
        (intake_policies.may_withdraw(case), "Only the customer takes back"),
    ]

    for verdict, why in refused:
        assert why in verdict.reason
    with pytest.raises(Refused, match="never the person"):
        thread.answer(case, body="Dear Ann,", token=uuid4(), by=by, at=AT)


# --- The clock ---------------------------------------------------------------------


def test_day_is_that_of_the_contract_and_says_where_it_stands():
    case = passed_on()

    reckoning = reckoning_of(case)
    assert case.due_on == case.safe_due_on == reckoning.due == CONTRACT_DAY
    assert reckoning.extension_notice_by is None
    says = next(step for step in reckoning.steps if step.day == CONTRACT_DAY)
    assert says.text == "The contract names Friday 13 November 2026."
    assert says.source == "The contract with Acme Ltd, clause 8.2"


def test_contract_that_names_no_day_gives_five_working_days_by_our_own_rule():
    datamap.seed_holidays(bank_holidays(date(2027, 1, 1)))
    case = passed_on(replace(SAID, **NO_DAY))

    assert case.due_on == date(2026, 11, 9)
    texts = " ".join(step.text for step in reckoning_of(case).steps)
    assert "names no day, so we help without undue delay" in texts
    holiday = date(2026, 11, 4)
    calendar.add_holiday(
        holiday, name="A day of mourning", by=make_staff(Role.DCO), at=AT
    )
    assert again(case).due_on == date(2026, 11, 10), "a holiday moves our own rule"


@pytest.mark.parametrize(
    ("named", "received", "due"),
    [
        (date(2026, 12, 25), date(2026, 11, 2), date(2026, 12, 25)),
        (date(2026, 11, 7), date(2026, 11, 2), date(2026, 11, 7)),
        (None, date(2026, 11, 6), date(2026, 11, 13)),
        (None, date(2026, 12, 23), date(2027, 1, 1)),
    ],
)
def test_no_holiday_moves_the_day_of_a_contract_and_each_moves_ours(
    named, received, due
):
    holidays = {date(2026, 12, 25), date(2026, 12, 28)}

    reckoning = contract.reckon(named, received, holidays=holidays)

    assert (reckoning.due, reckoning.safe_due) == (due, due)
    assert reckoning.steps[0].day == received


def test_it_is_late_the_day_after_and_reminded_of_before():
    case = passed_on()
    make_staff(Role.DCO)

    remind_of_due(noon(CONTRACT_DAY))

    assert urgency_of(case, today=CONTRACT_DAY) == "soon"
    assert urgency_of(case, today=CONTRACT_DAY + timedelta(days=1)) == "late"
    mail = Message.objects.filter(purpose="case-due-soon").first()
    assert mail.subject.strip() == f"{case.reference}: the last day is today"


def test_day_is_corrected_with_a_reason_and_both_stay():
    case = passed_on()

    instruction.correct(
        case,
        contract=ContractSays.A_DAY,
        due_on=date(2026, 11, 20),
        clause="amendment 2",
        held_as="ACME",
        reason="Petra Hall agreed to it by mail.",
        by=make_staff(),
        at=AT,
    )

    case = again(case)
    assert case.due_on == date(2026, 11, 20)
    event = case.events.get(kind=EventKind.INSTRUCTION_CORRECTED)
    assert event.facts == {"due_on": "2026-11-20", "was": "2026-11-13"}
    assert "Where the contract says so was: clause 8.2" in event.text.body
    [said] = [one for one in reckoning_of(case).steps if one.day == case.due_on]
    assert said.source == "The contract with Acme Ltd, amendment 2"


def test_day_goes_when_the_contract_names_none_after_all():
    case = passed_on()

    instruction.correct(
        case,
        contract=ContractSays.NO_DAY,
        due_on=None,
        clause="",
        held_as="",
        reason="Legal read it again.",
        by=make_staff(),
        at=AT,
    )

    assert again(case).due_on == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"reason": " "}, "who said so"),
        ({"due_on": date(2026, 10, 1)}, "before it reached us"),
        ({"clause": ""}, "where the contract says so"),
    ],
)
def test_day_is_not_corrected_without_what_shows_it(fields, why):
    case = passed_on()
    said = {
        "contract": ContractSays.A_DAY,
        "due_on": date(2026, 11, 20),
        "clause": "clause 9",
        "held_as": "",
        "reason": "They agreed.",
    }

    with pytest.raises(Refused, match=why):
        instruction.correct(case, by=make_staff(), at=AT, **{**said, **fields})

    assert again(case).due_on == CONTRACT_DAY


def test_receipt_can_be_corrected_and_moves_only_our_own_rule():
    named, none = passed_on(), passed_on(replace(SAID, **NO_DAY))
    earlier = noon("2026-10-30")

    for case in (named, none):
        timekeeping.correct_receipt(
            case, received_at=earlier, reason="The post room.", by=make_staff(), at=AT
        )

    assert again(named).due_on == CONTRACT_DAY
    assert again(none).due_on == date(2026, 11, 6)
