"""What is concluded about a complaint, by whom, and how it is told (C3)."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import casework, complaint
from requests_app.models import Case, Letter
from requests_app.states import (
    CaseStatus,
    CheckMethod,
    EventKind,
    IssueOutcome,
    LetterKind,
    Outcome,
)
from tests.factories.accounts import make_staff
from tests.factories.cases import RECEIVED_AT, make_case
from tests.factories.clock import again
from tests.requests_app.test_complaints import concluded, noted, revision, sent

__all__ = ["revision"]
pytestmark = pytest.mark.django_db
AT = RECEIVED_AT


def decided_by(user) -> Case:
    """Give a case that ``user`` refused."""
    case = make_case("cara@example.org")
    case.decisions.create(
        outcome=Outcome.REFUSED,
        words="No.",
        ground="manifestly_unfounded",
        form="download",
        by=str(user.actor),
        at=AT,
    )
    return case


def test_the_outcome_answers_each_thing_and_names_regulator_and_court():
    case, by = sent(), make_staff()
    concluded(case, by)
    issue = noted(case, words="Nobody rang back.")
    with pytest.raises(Refused, match="1 thing is not concluded"):
        complaint.answer(case, discloses=False, by=by, at=AT)
    complaint.conclude(
        issue,
        outcome=IssueOutcome.NOT_UPHELD,
        reasons="We rang on 3 and 4 November.",
        action="",
        by=by,
        at=AT,
    )

    complaint.answer(case, discloses=False, by=by, at=AT)

    letter = Letter.objects.get(kind=LetterKind.COMPLAINT_OUTCOME)
    for said in (
        "1. The answer was late.",
        "Our conclusion: You are right.",
        "What we do about it: We have changed how we watch the days.",
        "2. Nobody rang back.",
        "Our reasons: We rang on 3 and 4 November.",
        "at any time",
        "section 167",
    ):
        assert said in letter.body
    assert again(case).status == CaseStatus.DONE
    with pytest.raises(Refused, match="closed"):
        noted(case)


def test_a_thing_that_is_upheld_says_what_is_done_and_every_one_why():
    case, by = sent(), make_staff()
    issue = noted(case)
    said: dict[str, Any] = {
        "outcome": IssueOutcome.UPHELD,
        "reasons": "So it was.",
        "action": "x",
    }

    with pytest.raises(Refused, match="what we do about it"):
        complaint.conclude(issue, **{**said, "action": " "}, by=by, at=AT)
    with pytest.raises(Refused, match="reasons"):
        complaint.conclude(issue, **{**said, "reasons": " "}, by=by, at=AT)
    with pytest.raises(Refused, match="Choose a conclusion"):
        complaint.conclude(
            issue, **{**said, "outcome": IssueOutcome.NONE}, by=by, at=AT
        )
    with pytest.raises(Refused, match="people who work cases"):
        complaint.conclude(issue, **said, by=make_staff(Role.AUDITOR), at=AT)
    issue.refresh_from_db()
    assert issue.outcome == ""


def test_who_decided_the_matter_does_not_conclude_about_it():
    decider, other = make_staff(), make_staff()
    case, by = sent(), make_staff()
    complaint.link(case, to=decided_by(decider), by=by, at=AT)

    with pytest.raises(Refused, match="You decided what is complained of"):
        concluded(again(case), decider)
    concluded(again(case), other)
    complaint.answer(case, discloses=False, by=other, at=AT)
    assert again(case).status == CaseStatus.DONE


def test_a_conclusion_reached_before_the_link_is_reached_anew():
    decider, other = make_staff(), make_staff()
    case = sent()
    concluded(case, decider)
    complaint.link(case, to=decided_by(decider), by=other, at=AT)

    with pytest.raises(Refused, match="Conclude anew"):
        complaint.answer(case, discloses=False, by=other, at=AT)


def test_who_decided_it_does_not_conclude_after_a_link_to_another_case_either():
    decider, officer, other = make_staff(), make_staff(Role.DCO), make_staff()
    case = sent()
    complaint.link(case, to=decided_by(decider), by=other, at=AT)
    complaint.link(case, to=decided_by(make_staff()), by=decider, at=AT)

    with pytest.raises(Refused, match="You decided what is complained of"):
        concluded(again(case), decider)
    with pytest.raises(Refused, match="Name somebody else"):
        complaint.name_handler(
            case, to=decider, director="Ines Karim", words="So.", by=other, at=AT
        )
    complaint.link(case, to=decided_by(officer), by=other, at=AT)
    complaint.link(case, to=make_case("dora@example.org"), by=officer, at=AT)
    with pytest.raises(Refused, match="A director names"):
        concluded(again(case), other)


def test_link_that_somebody_else_put_right_bars_nobody():
    decider, other = make_staff(), make_staff()
    case = sent()
    complaint.link(case, to=decided_by(decider), by=other, at=AT)
    complaint.link(case, to=decided_by(make_staff()), by=other, at=AT)

    assert concluded(again(case), decider)


def test_conclusion_of_who_decided_it_stays_void_after_a_link_to_another_case():
    decider, other = make_staff(), make_staff()
    case = sent()
    concluded(case, decider)
    complaint.link(case, to=decided_by(decider), by=other, at=AT)
    complaint.link(case, to=make_case("dora@example.org"), by=decider, at=AT)

    with pytest.raises(Refused, match="Conclude anew"):
        complaint.answer(case, discloses=False, by=other, at=AT)


def test_who_decided_the_case_that_one_was_merged_into_does_not_conclude():
    decider, case = make_staff(), sent()
    goes_on = decided_by(decider)
    merged = make_case("cara@example.org")
    Case.objects.filter(pk=merged.pk).update(
        related=goes_on, status=CaseStatus.MERGED, closed_at=AT
    )
    complaint.link(case, to=again(merged), by=make_staff(), at=AT)

    with pytest.raises(Refused, match="You decided what is complained of"):
        concluded(again(case), decider)


def test_where_the_officer_decided_a_director_names_who_concludes():
    officer, named, other = make_staff(Role.DCO), make_staff(), make_staff()
    case = sent()
    complaint.link(case, to=decided_by(officer), by=other, at=AT)
    said: dict[str, Any] = {
        "director": "Ines Karim",
        "words": "Look into it.",
        "by": other,
        "at": AT,
    }

    with pytest.raises(Refused, match="A director names"):
        concluded(again(case), named)
    with pytest.raises(Refused, match="Name somebody else"):
        complaint.name_handler(case, to=officer, **said)
    with pytest.raises(Refused, match="director’s words"):
        complaint.name_handler(case, to=named, **{**said, "words": " "})
    complaint.name_handler(case, to=named, **said)
    with pytest.raises(Refused, match="A director names"):
        concluded(again(case), other)
    concluded(again(case), named)
    event = case.events.get(kind=EventKind.HANDLER_NAMED)
    assert event.text.body == "Ines Karim: Look into it."
    assert again(case).assignee == named


def test_identity_matters_only_where_the_outcome_tells_personal_data():
    case, by = sent(), make_staff()
    concluded(case, by)

    with pytest.raises(Refused, match="tell somebody’s personal data"):
        complaint.answer(case, discloses=True, by=by, at=AT)
    casework.record_check(
        case,
        method=CheckMethod.CALL_BACK,
        passed=True,
        reason="Called the number on file.",
        by=by,
        at=AT,
    )
    complaint.answer(case, discloses=True, by=by, at=AT)
    assert again(case).status == CaseStatus.DONE
