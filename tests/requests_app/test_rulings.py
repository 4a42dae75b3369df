"""A request decided thing by thing: ruled, decided, told, and recorded as done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import decision, owner, ruling, search
from requests_app.models import Case, Letter, OwnerTask, Ruling
from requests_app.rulings import RULINGS, Ruled
from requests_app.states import (
    CaseStatus,
    EventKind,
    Outcome,
    Right,
)
from retention import actions as retention
from tests.factories.accounts import make_staff
from tests.factories.cases import CCTV, happen, make_case, make_revision
from tests.factories.clock import again, by_post, deliver
from tests.requests_app.ruled import (
    AT,
    CONTACTS,
    INVOICES,
    WORDS,
    check,
    decide,
    letter,
    propose_cases_line,
    rule,
)
from tests.requests_app.test_search import work_off

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=2)


@pytest.fixture(autouse=True)
def _cases_line():
    line, by = propose_cases_line(), make_staff().actor
    retention.approve_line(line.pk, reason="As decided.", by=by, at=AT)


def test_period_of_the_case_itself_that_is_only_proposed_is_told_as_such(searched):
    propose_cases_line()
    case = searched(Right.ERASURE)
    for thing in (CONTACTS, INVOICES):
        rule(case, thing, Ruled.ERASE, "not_needed")

    decide(case)

    assert "are to be kept until Friday 5 November 2032" in letter(case)
    assert "That period is proposed" in letter(case)


def test_erasure_in_part_from_receipt_to_done(searched):
    case = searched(Right.ERASURE)
    rule(case, CONTACTS, Ruled.ERASE, "not_needed")
    rule(
        case,
        INVOICES,
        Ruled.KEEP,
        "legal_duty",
        words="Tax law wants invoices for six years.",
        until=date(2032, 12, 31),
    )

    made = decide(case, words="Thank you for writing.")

    assert made.outcome == Outcome.PARTLY
    assert again(case).status == CaseStatus.DECIDED
    said = letter(case)
    for words in (
        "We have decided: we do a part of what you asked",
        "Customers: Contacts\nWe erase it. We need it no longer. (UK GDPR Article 17",
        f"Our reasons: {WORDS}",
        "Billing: Invoices\nWe keep it. A law makes us keep it for a time. (UK GDPR",
        "Article 17(3)(b)) It is kept until Friday 31 December 2032.",
        "Tax law wants invoices for six years.",
        "Thank you for writing.",
        # The case itself stays (decision C16), six years from the day of the decision.
        "are kept until Friday 5 November 2032 (UK GDPR Article 17(3)(b) and (e))",
        "it is not done yet. We write to you once more when it is.",
        "section 167",
    ):
        assert words in said

    ruling.carry_out(
        again(case), done="Erased in the CRM on 6 November.", by=make_staff(), at=LATER
    )

    case = again(case)
    assert (case.status, case.closed_at) == (CaseStatus.DONE, LATER)
    deliver(LATER)
    mail = Message.objects.get(purpose="case-done")
    assert "What was done: Erased in the CRM on 6 November." in mail.text
    assert "On Thursday 5 November 2026 we wrote to you" in mail.text


def test_rectification_corrected_noted_and_left(searched):
    case = searched(Right.RECTIFICATION)
    rule(case, CONTACTS, Ruled.CORRECT, "out_of_date", category="contact")
    rule(case, CONTACTS, Ruled.LEAVE, "accurate", category="identity")
    rule(case, INVOICES, Ruled.ADD_NOTE, "not_settled")

    made = decide(case)

    assert made.outcome == Outcome.PARTLY
    said = letter(case)
    assert "Customers: Contacts, Contact data\nWe correct it." in said
    assert "Customers: Contacts, Identity data\nWe leave it as it is." in said
    assert "We leave it as it is and add to it what you say." in said
    assert "are kept until" not in said


def test_what_is_all_declined_needs_nobody_to_do_anything(searched):
    case = searched(Right.RECTIFICATION)
    for thing in (CONTACTS, INVOICES):
        rule(case, thing, Ruled.LEAVE, "accurate")

    made = decide(case)

    assert made.outcome == Outcome.DECLINED
    assert again(case).status == CaseStatus.DONE
    said = letter(case)
    assert "we do not do what you asked (UK GDPR Article 12(4))" in said
    assert "it is not done yet" not in said
    assert case.events.latest("seq").facts["nothing_to_do"]


def test_restriction_granted_without_a_further_check(searched):
    case = searched(Right.RESTRICTION, checked=False)
    for thing in (CONTACTS, INVOICES):
        rule(case, thing, Ruled.RESTRICT, "contested")

    made = decide(case)

    assert made.outcome == Outcome.GRANTED
    assert "We store it and do nothing else with it." in letter(case)
    assert "UK GDPR Article 18(1)(a)" in letter(case)


def test_erasure_of_who_is_not_known_to_us_says_that_nothing_was_found(searched):
    case = searched(Right.ERASURE)
    case.found.all().delete()

    made = decide(case)

    assert made.outcome == Outcome.NOTHING_HELD
    assert "we found nothing about you that your request could change" in letter(case)
    assert again(case).status == CaseStatus.DONE


def test_decision_by_post_waits_for_its_posting(searched):
    case = searched(Right.RESTRICTION)
    case = by_post(case)
    for thing in (CONTACTS, INVOICES):
        rule(case, thing, Ruled.RESTRICT, "contested")

    decide(case)

    sending = Letter.objects.get(case=case).sendings.get()
    assert (sending.message, sending.state) == (None, "waiting")


# --- Refused with the reason --------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"what": "correct"}, "Choose what is done"),
        ({"ground": ""}, "Choose a ground that the law gives"),
        ({"ground": "legal_duty"}, "Choose a ground that the law gives"),
        ({"words": " "}, "The person will read this"),
        ({"category": "cctv"}, "holds nothing of that category"),
        ({"what": "keep", "ground": "legal_duty"}, "until which day it is kept"),
        (
            {"what": "keep", "ground": "legal_duty", "until": AT.date()},
            "until which day it is kept",
        ),
        ({"thing": ("crm", "nothing")}, "not about that"),
        ({"by": Role.AUDITOR}, "for the people who work cases"),
    ],
)
def test_ruling_is_refused_and_nothing_changes(searched, said, why):
    case = searched(Right.ERASURE)
    known = {"thing": CONTACTS, "what": "erase", "ground": "not_needed", **said}
    if "by" in known:
        known["by"] = make_staff(known["by"])

    with pytest.raises(Refused, match=why):
        rule(case, **known)

    assert not Ruling.objects.exists()


def test_case_is_decided_only_when_each_thing_and_category_is_ruled_on(searched):
    case = searched(Right.ERASURE)
    with pytest.raises(Refused, match="Billing: Invoices; Customers: Contacts"):
        decide(case)
    rule(case, INVOICES, Ruled.ERASE, "not_needed")
    rule(case, CONTACTS, Ruled.ERASE, "not_needed", category="contact")

    with pytest.raises(Refused, match="Not ruled on yet: Customers: Contacts"):
        decide(case)
    rule(case, CONTACTS, Ruled.ERASE, "not_needed", category="identity")

    assert decide(case).outcome == Outcome.GRANTED


def test_two_who_decide_at_once_decide_once(searched):
    case = searched(Right.ERASURE)
    for thing in (CONTACTS, INVOICES):
        rule(case, thing, Ruled.ERASE, "not_needed")
    first, second = Case.objects.get(pk=case.pk), Case.objects.get(pk=case.pk)
    ruling.decide(first, words="", by=make_staff(), at=AT)

    with pytest.raises(Refused, match="while it is in review"):
        ruling.decide(second, words="", by=make_staff(), at=AT)

    assert Letter.objects.filter(case=case).count() == 1


def test_later_ruling_takes_the_place_of_an_earlier_one_until_it_is_decided(searched):
    case = searched(Right.ERASURE)
    rule(case, CONTACTS, Ruled.ERASE, "not_needed", category="contact")
    rule(case, CONTACTS, Ruled.ERASE, "unlawful")
    rule(case, INVOICES, Ruled.ERASE, "not_needed")
    last = rule(case, INVOICES, Ruled.ERASE, "unlawful")

    made = decide(case)

    assert len(made.reviewed["rulings"]) == 2
    assert str(last.pk) in made.reviewed["rulings"]
    with pytest.raises(Refused, match="while the case is in review"):
        rule(again(case), CONTACTS, Ruled.ERASE, "not_needed")


def test_what_was_ruled_before_a_new_search_does_not_count(searched):
    case = searched(Right.ERASURE)
    for thing in (CONTACTS, INVOICES):
        rule(case, thing, Ruled.ERASE, "not_needed")
    search.start_search(again(case), by=make_staff(), at=AT)
    work_off(case, at=AT)

    with pytest.raises(Refused, match="Not ruled on yet"):
        decide(case)


def test_erasure_needs_one_more_check_of_who_asks_and_every_verdict(searched):
    case = searched(Right.ERASURE, checked=False)
    for thing in (CONTACTS, INVOICES):
        rule(case, thing, Ruled.ERASE, "not_needed")
    with pytest.raises(Refused, match="Control of a mailbox is enough to ask"):
        decide(case)
    check(case)
    case.tasks.filter(system="billing").update(state="needs_person", verdict="")

    with pytest.raises(Refused, match="No verdict yet from Billing"):
        decide(case)


def test_erasure_is_not_decided_while_its_letter_cannot_say_what_stays(searched):
    from retention.models import ScheduleLine

    ScheduleLine.objects.all().delete()
    case = searched(Right.ERASURE)
    for thing in (CONTACTS, INVOICES):
        rule(case, thing, Ruled.ERASE, "not_needed")

    with pytest.raises(Refused, match="until when this request itself is kept"):
        decide(case)

    assert again(case).status == CaseStatus.IN_REVIEW


def test_decided_case_goes_back_and_is_decided_anew_but_a_done_one_is_not(searched):
    case = searched(Right.RESTRICTION)
    for thing in (CONTACTS, INVOICES):
        rule(case, thing, Ruled.RESTRICT, "contested")
    decide(case)
    decision.reopen(again(case), reason="A slip.", by=make_staff(), at=AT)
    rule(again(case), CONTACTS, Ruled.DO_NOT_RESTRICT, "not_restricted")

    assert decide(case).outcome == Outcome.PARTLY

    ruling.carry_out(again(case), done="Set.", by=make_staff(), at=LATER)
    with pytest.raises(Refused, match="Only a case that is decided"):
        decision.reopen(again(case), reason="x", by=make_staff(), at=LATER)
    with pytest.raises(Refused, match="decided thing by thing is recorded"):
        ruling.carry_out(again(case), done="Twice.", by=make_staff(), at=LATER)


def test_what_is_done_is_said_in_words(searched):
    case = searched(Right.RESTRICTION)
    for thing in (CONTACTS, INVOICES):
        rule(case, thing, Ruled.RESTRICT, "contested")
    decide(case)

    with pytest.raises(Refused, match="Write what was done"):
        ruling.carry_out(again(case), done=" ", by=make_staff(), at=LATER)


# --- What the law gives, by hand ----------------------------------------------------

# By what is ruled, the articles that its grounds may cite (law brief, 3.4 to 3.8).
CITES = {
    Ruled.CORRECT: {"16"},
    Ruled.ADD_NOTE: {"5(1)(d)", "16"},
    Ruled.LEAVE: {"16"},
    Ruled.ERASE: {f"17(1)({letter})" for letter in "abcdefg"},
    Ruled.REMOVE_DETAILS: {f"17(3)({letter})" for letter in "abcde"},
    Ruled.KEEP: {f"17(3)({letter})" for letter in "abcde"} | {"17(1)"},
    Ruled.RESTRICT: {f"18(1)({letter})" for letter in "abcd"},
    Ruled.DO_NOT_RESTRICT: {"18(1)"},
    Ruled.STOP: {"21(1)"},
    Ruled.GO_ON: {"21(1)", "12(5)"},
    Ruled.NOT_MEANT: {"16", "17(1)", "18(1)"},
}


def test_grounds_of_each_ruling_are_those_of_the_law_and_no_others():
    cited: dict[Ruled, set[str]] = {}
    for choices in RULINGS.values():
        for choice in choices:
            for ground in choice.grounds:
                provision = ground.provision.removeprefix("UK GDPR Article ")
                cited.setdefault(choice.what, set()).add(provision)

    assert cited == CITES


def test_marketing_stop_and_withdrawal_are_not_ruled_on():
    assert not {Right.OBJECTION_DIRECT_MARKETING, Right.WITHDRAW_CONSENT} & set(RULINGS)


def test_owner_files_are_a_thing_of_their_own():
    case = make_case(right=Right.ERASURE, revision=make_revision([CCTV]))
    search.start_search(case, by=make_staff(), at=AT)
    asked = OwnerTask.objects.get(task__case=case)
    owner.add_file(asked, name="a.mp4", claimed_type="", chunks=[b"a"], at=AT)
    owner.finish(asked, note="", at=AT)
    case = again(case)
    check(case)

    rule(case, ("cctv", "-"), Ruled.ERASE, "not_needed")

    assert decide(case).outcome == Outcome.GRANTED
    assert "Cameras: files of its owner\nWe erase it." in letter(case)


def test_events_say_what_was_ruled(searched):
    case = searched(Right.ERASURE)
    made = rule(case, CONTACTS, Ruled.ERASE, "not_needed")

    event = case.events.filter(kind=EventKind.RULED).get()

    assert event.facts == {
        "ruling": made.pk,
        "what": "erase",
        "ground": "not_needed",
        "system": "crm",
        "dataset": "contacts",
    }


# --- What stops at once -------------------------------------------------------------


@pytest.mark.parametrize(
    "right", [Right.OBJECTION_DIRECT_MARKETING, Right.WITHDRAW_CONSENT]
)
def test_what_stopped_at_once_is_confirmed_and_done(right):
    case = happen(make_case(right=right), EventKind.STOPPED_AT_ONCE)

    made = ruling.confirm(case, words="", by=make_staff(), at=AT)

    assert made.outcome == Outcome.GRANTED
    assert again(case).status == CaseStatus.DONE
    assert "it is done as you asked (UK GDPR Articles 7(3) and 21(3))" in letter(case)
    with pytest.raises(Refused, match="not twice"):
        ruling.confirm(again(case), words="", by=make_staff(), at=AT)


def test_what_was_never_stopped_is_not_confirmed():
    case = make_case(right=Right.WITHDRAW_CONSENT)

    with pytest.raises(Refused, match="Nothing has been stopped yet"):
        ruling.confirm(case, words="", by=make_staff(), at=AT)


def test_what_is_weighed_is_not_confirmed_at_once():
    with pytest.raises(Refused, match="does not stop at once"), transaction.atomic():
        ruling.confirm(make_case(right=Right.ERASURE), words="", by=make_staff(), at=AT)
