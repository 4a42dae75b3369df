"""What was told too late, came back, or is not true any more, moves no day."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.roles import Role
from datamap import actions as datamap
from lumina_privacy.lib.bank_holidays import bank_holidays
from lumina_privacy.lib.verdict import Refused
from outbox import actions as outbox
from requests_app import clock
from requests_app.actions import answer, casework, letters, timekeeping, unanswered
from requests_app.models import Case, Letter, Sending, Submission
from requests_app.queries.clock import reckoning_of
from requests_app.states import Channel, CheckMethod, EventKind, Right, SendingState
from requests_app.tasks.jobs import NIGHT
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff
from tests.factories.cases import happen, make_case, make_reviewed
from tests.factories.clock import again, ask, by_post, extend, noon, receive
from tests.requests_app.test_release_page import make_built
from tests.requests_app.test_timekeeping import bounce, send_again

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _holidays():
    datamap.seed_holidays(bank_holidays(date(2033, 1, 1)))


def make_received(**fields) -> Case:
    return make_case(received_at=noon("2026-11-02"), **fields)


def test_each_reading_judges_for_itself_whether_the_notice_was_in_time():
    """Identity asked late: under the strict reading the month was over by then."""
    case = make_received()
    asked = ask(case, Asked.IDENTITY, at=noon("2026-11-10"))
    receive(case, asked, at=noon("2026-12-01"))
    assert again(case).safe_due_on == date(2026, 12, 2)

    extend(case, at=noon("2026-12-20"))

    assert again(case).due_on == date(2027, 3, 1)
    assert again(case).safe_due_on == date(2026, 12, 2)


def test_a_late_notice_is_not_revived_by_what_is_asked_afterwards():
    case = make_received()
    address = case.submission.address
    extend(by_post(case), at=noon("2026-12-02"), sent=False)
    late = noon("2026-12-03")  # no mail would leave then
    letters.record_posting(
        Sending.objects.get(), method="Post", posted_at=late, by=make_staff(), at=late
    )
    Submission.objects.update(address=address, channel=Channel.WEB)
    steps = " ".join(step.text for step in reckoning_of(again(case)).steps)
    assert "The period had ended by then, so it is not extended." in steps

    ask(case, Asked.IDENTITY, at=noon("2026-12-04"))

    assert again(case).safe_due_on == date(2026, 12, 2)


def test_a_question_after_the_last_day_is_refused_for_it_pauses_nothing():
    with pytest.raises(Refused, match="pauses nothing any more"):
        ask(make_received(), Asked.CLARIFICATION, at=noon("2026-12-10"))


@pytest.mark.parametrize("begun", [True, False])
def test_a_fee_that_moves_the_clock_is_charged_before_the_work(begun):
    case = make_received()
    if begun:
        happen(case, EventKind.SEARCH_STARTED, at=noon("2026-11-03"))

    with pytest.raises(Refused, match="before the work"):
        ask(again(case), Asked.FEE, at=noon("2026-11-04" if begun else "2027-01-11"))

    ask(again(case), Asked.FEE, at=noon("2026-11-04"), basis="article_15_3")


def test_nothing_is_asked_of_a_case_that_is_decided():
    case = make_reviewed()
    happen(case, EventKind.DECIDED, at=noon("2026-11-20"))

    with pytest.raises(Refused, match="Reopen the review first"):
        ask(again(case), Asked.IDENTITY, at=noon("2026-11-21"))


def doubt(case: Case, *, at) -> None:
    """Note what makes somebody doubt who was checked before."""
    casework.record_check(
        case,
        method=CheckMethod.CALL_BACK,
        passed=False,
        reason="Whoever answered knew nothing of it.",
        by=make_staff(),
        at=at,
    )


@pytest.mark.parametrize("what", [Asked.IDENTITY, Asked.AUTHORITY, Asked.FEE])
def test_nothing_is_released_while_it_is_open_who_may_have_it(what):
    """Nor decided: a further check of an earlier day settles no doubt of today."""
    package = make_built()
    at = package.case.events.latest("seq").recorded_at
    happen(package.case, EventKind.REVIEW_REOPENED, at=at)
    case = again(package.case)
    if what is Asked.FEE:
        # Charged before the work, and never paid.
        Case.objects.filter(pk=case.pk).update(status="received")
    if what is Asked.IDENTITY:
        doubt(case, at=at)
    ask(again(case), what, at=at, sent=False)

    with pytest.raises(Refused, match=r"and it is open|not paid|did not pass"):
        answer.release(
            type(package).objects.get(pk=package.pk),
            by=make_staff(Role.REVIEWER),
            at=at,
            alone_reason="",
        )


def test_a_notice_that_came_back_is_not_sent_again_when_it_is_late():
    case = make_received()
    extend(case, at=noon("2026-12-01"))
    bounce(noon("2026-12-02"))

    with pytest.raises(Refused, match="late notice extends nothing"):
        send_again(Letter.objects.get(), at=noon("2026-12-10"))


def test_an_old_notice_is_not_sent_again_after_a_new_one():
    case = make_received()
    extend(case, at=noon("2026-11-10"))
    bounce(noon("2026-11-11"))
    extend(case, at=noon("2026-11-12"))

    with pytest.raises(Refused, match="Another notice has taken its place"):
        send_again(Letter.objects.earliest("pk"), at=noon("2026-11-13"))


def test_what_is_not_awaited_any_more_is_not_asked_again():
    case = make_received()
    asked = ask(case, Asked.IDENTITY, at=noon("2026-11-03"))
    bounce(noon("2026-11-04"))
    by = make_staff()
    timekeeping.drop(case, asked=asked, reason="x", by=by, at=noon("2026-11-05"))

    with pytest.raises(Refused, match="not awaited any more"):
        send_again(Letter.objects.get(), at=noon("2026-11-07"))


def test_a_letter_that_came_back_may_go_by_post():
    case = make_received()
    Submission.objects.filter(pk=case.submission_id).update(postal="1 High Street")
    ask(case, Asked.IDENTITY, at=noon("2026-11-03"))
    bounce(noon("2026-11-04"))

    sending = send_again(Letter.objects.get(), at=noon("2026-11-05"), by_post=True)

    assert (sending.message, sending.state) == (None, SendingState.WAITING)
    assert again(case).due_on == date(2026, 12, 2), "nobody is told yet"


def test_a_mail_that_comes_back_after_weeks_or_while_the_sweep_was_away_is_noted():
    case = make_received()
    extend(case, at=noon("2026-11-10"))
    assert again(case).due_on == date(2027, 2, 2)

    bounce(noon("2026-12-20"))

    assert again(case).due_on == date(2026, 12, 2)
    assert Sending.objects.get().state == SendingState.RETURNED


def test_an_overdue_case_is_not_closed_for_want_of_an_answer():
    """Nobody was told of the question: the clock ran, so the case is late."""
    case = make_received()
    ask(case, Asked.CLARIFICATION, at=noon("2026-11-30"), sent=False)

    with pytest.raises(Refused, match="waits for nothing"):
        unanswered.close(
            again(case), reason="none", by=make_staff(), at=noon("2027-03-20")
        )


def test_two_reminders_do_not_follow_one_outage():
    case = make_received()
    ask(case, Asked.CLARIFICATION, at=noon("2026-11-03"))
    assert unanswered.chase(again(case), by=NIGHT, at=noon("2026-11-30")) == 1

    assert unanswered.chase(again(case), by=NIGHT, at=noon("2026-12-01")) == 0
    assert unanswered.chase(again(case), by=NIGHT, at=noon("2026-12-07")) == 1


def test_what_is_taken_up_again_waits_its_days_again():
    case, by = make_received(), make_staff()
    ask(case, Asked.IDENTITY, at=noon("2026-11-03"))
    unanswered.close(again(case), reason="none", by=by, at=noon("2026-12-10"))
    unanswered.take_up_again(again(case), reason="x", by=by, at=noon("2026-12-14"))

    with pytest.raises(Refused, match=clock.in_words(date(2027, 1, 11))):
        unanswered.close(again(case), reason="none", by=by, at=noon("2026-12-14"))


def test_receipt_is_corrected_though_a_sibling_is_closed():
    case = by_post(make_received())
    sibling = make_received(right=Right.OBJECTION_DIRECT_MARKETING)
    Case.objects.filter(pk=sibling.pk).update(submission=case.submission)
    happen(again(sibling), EventKind.CLOSED, at=noon("2026-11-03"))

    timekeeping.correct_receipt(
        again(case),
        received_at=noon("2026-10-29"),
        reason="The stamp says so.",
        by=make_staff(),
        at=noon("2026-11-05"),
    )

    assert again(case).due_on == date(2026, 11, 30)


@pytest.mark.parametrize("year", [1, 206, 2023])
def test_a_year_that_nobody_meant_is_refused(year):
    case = by_post(make_received())

    with pytest.raises(Refused, match="Look at the year"):
        timekeeping.correct_receipt(
            case,
            received_at=noon(date(year, 11, 2)),
            reason="The stamp says so.",
            by=make_staff(),
            at=noon("2026-11-05"),
        )


def test_news_of_other_mail_is_no_news_of_letters():
    make_received()
    outbox.send_due(now=lambda: noon("2026-11-03"))

    assert not Sending.objects.exists()
