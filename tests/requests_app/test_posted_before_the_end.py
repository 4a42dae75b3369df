"""No case is closed while its acknowledgement or answer on paper is still with us."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused, Verdict
from requests_app.actions import authority as authorities
from requests_app.actions import complaint as complaints
from requests_app.actions import confirming, letters, unanswered
from requests_app.actions import ruling as ruling_actions
from requests_app.models import Case, Letter, Sending, Submission
from requests_app.policies import decision, posting, ruling
from requests_app.states import (
    CaseStatus,
    EventKind,
    LetterKind,
    Outcome,
    Right,
    SendingState,
)
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff
from tests.factories.authority import make_authority
from tests.factories.cases import happen, make_case, make_reviewed, make_revision
from tests.factories.clock import again, ask, noon
from tests.requests_app.test_complaints import concluded, sent
from tests.requests_app.test_ends import LATER
from tests.requests_app.test_posted_first import answered, post

__all__ = ["answered"]
pytestmark = pytest.mark.django_db
DAY = LATER.date()


def wait(case: Case, kind: LetterKind) -> Sending:
    """Have a letter of ``kind`` wait to be posted."""
    letter = Letter.objects.create(
        case=case,
        event=case.events.order_by("seq").last(),
        kind=kind,
        subject="x",
        body="x",
        at=noon("2026-11-03"),
    )
    return letter.sendings.create(state=SendingState.WAITING, at=letter.at)


def posted(sending: Sending) -> None:
    at = noon("2026-11-04")
    letters.record_posting(
        sending, method="First class", posted_at=at, by=make_staff(), at=at
    )


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (LetterKind.ACKNOWLEDGEMENT, "The acknowledgement waits"),
        (LetterKind.COMPLAINT_ACKNOWLEDGEMENT, "The acknowledgement waits"),
        (LetterKind.DECISION, "The letter with the decision waits"),
        (LetterKind.PARTIAL, "The letter with the answer in part waits"),
        (LetterKind.IDENTITY, ""),
    ],
)
def test_acknowledgement_and_answer_are_posted_before_the_end(kind, said):
    case = make_case()
    sending = wait(case, kind)

    assert said in posting.nothing_to_post(case, today=DAY).reason
    assert bool(posting.nothing_to_post(case, today=DAY)) is not bool(said)
    posted(sending)
    assert posting.nothing_to_post(case, today=DAY)


@pytest.mark.parametrize(
    ("kind", "need_not_go"),
    [
        (LetterKind.DECISION, True),
        (LetterKind.PARTIAL, False),  # the part stands
        (LetterKind.ACKNOWLEDGEMENT, False),
    ],
)
def test_letter_of_a_decision_that_was_taken_back_need_not_go(kind, need_not_go):
    case, by = make_reviewed(), make_staff(Role.DCO)
    happen(case, EventKind.DECIDED)
    wait(case, kind)
    assert not posting.nothing_to_post(case, today=DAY)

    happen(case, EventKind.REVIEW_REOPENED)

    assert bool(decision.may_open_refusal(again(case), by, today=DAY)) is need_not_go
    happen(case, EventKind.DECIDED)
    wait(case, kind)
    assert waits_in(posting.nothing_to_post(case, today=DAY)), (
        "what tells of the later one goes"
    )


def test_answer_on_paper_is_posted_before_the_end(answered):
    assert (
        "waits to be posted" in posting.nothing_to_post(answered.case, today=DAY).reason
    )

    post(answered, posted_at=LATER, at=LATER)

    assert posting.nothing_to_post(answered.case, today=DAY)


def test_request_is_not_refused_before_its_acknowledgement_is_posted():
    case, by = make_case(), make_staff()
    assert decision.may_open_refusal(case, by, today=DAY)

    wait(case, LetterKind.ACKNOWLEDGEMENT)

    assert waits_in(decision.may_open_refusal(case, by, today=DAY))


def test_stop_is_not_confirmed_before_its_acknowledgement_is_posted():
    make_revision()
    case, by = make_case(right=Right.OBJECTION_DIRECT_MARKETING), make_staff()
    happen(case, EventKind.STOPPED_AT_ONCE)
    assert ruling.may_confirm(case, by, today=DAY)

    wait(case, LetterKind.ACKNOWLEDGEMENT)

    with pytest.raises(Refused, match="The acknowledgement waits"):
        ruling_actions.confirm(case, words="", by=by, at=noon("2026-11-04"))


def waits_in(verdict: Verdict) -> bool:
    return "waits to be printed and posted" in verdict.reason


WAITS = "The acknowledgement waits to be printed and posted"


def test_complaint_is_not_answered_before_its_acknowledgement_is_posted():
    make_revision()
    case, by = sent(), make_staff()
    concluded(case, by)
    sending = wait(case, LetterKind.COMPLAINT_ACKNOWLEDGEMENT)

    with pytest.raises(Refused, match=WAITS):
        complaints.answer(case, discloses=False, by=by, at=noon("2026-11-04"))

    posted(sending)
    complaints.answer(case, discloses=False, by=by, at=noon("2026-11-04"))
    assert again(case).status == CaseStatus.DONE


def test_case_is_not_closed_for_want_of_an_answer_before_it_is_posted():
    case = make_case()
    ask(case, Asked.IDENTITY, at=noon("2026-11-03"))
    sending, at = wait(case, LetterKind.ACKNOWLEDGEMENT), noon("2026-12-20")
    by = make_staff()

    with pytest.raises(Refused, match=WAITS):
        unanswered.close(case, reason="Nothing came.", by=by, at=at)

    posted(sending)
    unanswered.close(case, reason="Nothing came.", by=by, at=at)
    assert again(case).status == CaseStatus.NO_REPLY


def test_what_nobody_may_ask_is_not_closed_before_it_is_posted():
    case, by, at = make_case(), make_staff(), noon("2026-11-05")
    Submission.objects.filter(pk=case.submission_id).update(for_another=True)
    one = make_authority(again(case))
    authorities.judge(one, verified=False, reason="Not signed.", by=by, at=at)
    sending = wait(case, LetterKind.ACKNOWLEDGEMENT)

    with pytest.raises(Refused, match=WAITS):
        confirming.end(one, reason="Nobody may.", by=by, at=at)

    posted(sending)
    confirming.end(one, reason="Nobody may.", by=by, at=at)
    assert again(case).status == CaseStatus.WITHDRAWN


def test_what_was_decided_is_not_done_before_the_person_is_told():
    case, by = make_case(), make_staff()
    made = case.decisions.create(
        outcome=Outcome.GRANTED, words="", form="download", by=str(by.actor), at=LATER
    )

    def verdict() -> Verdict:
        known = again(case)
        known.right, known.status = Right.ERASURE, CaseStatus.DECIDED
        return ruling.may_carry_out(known, by, made, today=DAY)

    assert verdict()

    sending = wait(case, LetterKind.DECISION)

    assert "The letter with the decision waits to be printed" in verdict().reason
    posted(sending)
    assert verdict()
