"""What is asked after the last day makes nothing in time that is late already."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from lumina_privacy.lib.verdict import Refused
from requests_app.actions import unanswered
from requests_app.models import Case, Letter
from requests_app.queries.clock import late_since, reckoning_of
from requests_app.queries.staff import urgency_of
from requests_app.states import CaseStatus, ClockState, LetterKind
from requests_app.tasks.jobs import chase_persons
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, staff_client
from tests.factories.authority import filed_for, make_authority
from tests.factories.cases import make_case
from tests.factories.clock import again, ask, deliver, noon, receive
from tests.requests_app.shown import text_of

pytestmark = pytest.mark.django_db
# Received on Monday 2 November 2026.
DUE = date(2026, 12, 2)
ASKED = noon("2026-12-10")
CAME = noon("2026-12-14")
STARTS = pytest.mark.parametrize("what", [Asked.IDENTITY, Asked.AUTHORITY])


def days(case: Case) -> tuple:
    case = again(case)
    return case.clock_state, case.due_on, case.safe_due_on


@STARTS
def test_case_that_is_late_stays_late_whatever_is_asked_and_whenever_it_comes(what):
    case = make_case()

    asked = ask(case, what, at=ASKED)
    waiting = days(case)
    receive(again(case), asked, at=CAME)

    assert waiting == days(case) == (ClockState.RUNNING, DUE, DUE)
    assert late_since(again(case), at=noon("2027-01-10")) == DUE
    assert urgency_of(again(case), today=date(2027, 1, 10)) == "late"
    said = reckoning_of(again(case)).steps[-1].text
    assert "We asked for something more on Thursday 10 December 2026" in said
    assert "The period had ended by then, so that moves no day." in said


@STARTS
def test_what_is_asked_on_the_last_day_still_starts_the_month(what):
    case = make_case()

    asked = ask(case, what, at=noon("2026-12-02"))
    receive(again(case), asked, at=CAME)

    assert again(case).due_on == date(2027, 1, 14)


def test_letter_that_leaves_after_the_last_day_asked_too_late():
    """A row is no notice: the person was told when the period had ended (C17)."""
    case = make_case()
    ask(case, Asked.IDENTITY, at=noon("2026-12-02"), sent=False)

    deliver(noon("2026-12-03"))

    assert days(case) == (ClockState.RUNNING, DUE, DUE)


def test_what_is_asked_while_the_month_waits_is_in_time():
    case = make_case()
    first = ask(case, Asked.IDENTITY, at=noon("2026-11-03"))
    second = ask(again(case), Asked.AUTHORITY, at=ASKED)
    receive(again(case), first, at=CAME)
    receive(again(case), second, at=noon("2026-12-15"))

    assert again(case).due_on == date(2027, 1, 15)


@STARTS
def test_letter_says_that_the_answer_is_late_and_not_that_the_month_begins(what):
    ask(make_case(), what, at=ASKED)

    body = Letter.objects.get(kind=LetterKind(what)).body
    assert "does not start anew" in body
    assert "wanted our answer was Wednesday 2 December 2026" in body
    assert "Our answer is late, and we are sorry" in body
    assert "Our month to answer starts" not in body


@STARTS
def test_effect_is_said_beside_the_control(what):
    case = filed_for(make_case(received_at=noon("2026-06-01")))
    make_authority(case)

    page = staff_client().get(reverse("case-ask", args=[case.reference, what]))

    assert "The last day was Wednesday 1 July 2026. Whatever you ask now" in text_of(
        page
    )


def test_who_does_not_answer_is_chased_and_the_late_case_may_be_closed():
    case = make_case()
    ask(case, Asked.IDENTITY, at=ASKED)

    chase_persons(ASKED + timedelta(days=7))

    reminder = Letter.objects.get(kind=LetterKind.REMINDER).body
    assert "does not run until it reaches us" not in reminder
    with pytest.raises(Refused, match="We wait for the person until"):
        close(case, at=ASKED + timedelta(days=27))
    assert close(case, at=ASKED + timedelta(days=28)).status == CaseStatus.NO_REPLY


def close(case: Case, *, at) -> Case:
    return unanswered.close(again(case), reason="None.", by=make_staff(), at=at)
