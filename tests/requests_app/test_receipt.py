"""When a request really came: corrected with a reason, and the clock follows (C38)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from datamap import actions as datamap
from lumina_privacy.lib.bank_holidays import bank_holidays
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import letters, timekeeping
from requests_app.models import Case, Sending, Submission
from requests_app.states import EventKind, Right
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff
from tests.factories.cases import make_case
from tests.factories.clock import again, ask, by_post, noon, receive

pytestmark = pytest.mark.django_db
RECEIVED = "2026-11-02"


@pytest.fixture(autouse=True)
def _holidays():
    datamap.seed_holidays(bank_holidays(date(2033, 1, 1)))


def make_received(**fields) -> Case:
    return make_case(received_at=noon(RECEIVED), **fields)


def test_receipt_is_corrected_in_every_case_of_the_submission_and_both_stay():
    case = by_post(make_received())
    sibling = make_case(right=Right.ERASURE, received_at=noon(RECEIVED))
    Case.objects.filter(pk=sibling.pk).update(submission=case.submission)

    timekeeping.correct_receipt(
        case,
        received_at=noon("2026-10-29"),
        reason="The envelope is stamped the 29th; reception said so.",
        by=make_staff(),
        at=noon("2026-11-05"),
    )

    assert again(case).due_on == again(sibling).due_on == date(2026, 11, 30)
    assert again(case).submission.received_at == noon("2026-10-29")
    facts = case.events.get(kind=EventKind.RECEIPT_CORRECTED).facts
    assert datetime.fromisoformat(facts["was"]) == noon(RECEIVED)


def correct(case: Case, received: str, *, reason: str = "The stamp says so.") -> None:
    timekeeping.correct_receipt(
        case,
        received_at=noon(received),
        reason=reason,
        by=make_staff(),
        at=noon("2026-11-16"),
    )


@pytest.mark.parametrize(
    ("received", "reason", "why"),
    [
        ("2026-11-17", "The stamp says so.", "in the future"),
        (RECEIVED, "The stamp says so.", "when it came already"),
        ("2026-11-11", "The stamp says so.", "written down"),
        ("2026-10-30", " ", "who said so"),
    ],
)
def test_receipt_that_cannot_be_is_refused(received, reason, why):
    case = by_post(make_received())
    ask(case, Asked.IDENTITY, at=noon("2026-11-10"), sent=False)
    letters.record_posting(
        Sending.objects.get(),
        method="First class",
        posted_at=noon("2026-11-10"),
        by=make_staff(),
        at=noon("2026-11-10"),
    )

    with pytest.raises(Refused, match=why):
        correct(case, received, reason=reason)

    assert again(case).submission.received_at == noon(RECEIVED)


def test_receipt_is_never_after_what_was_written_down_or_asked():
    """A day that no replay could bear would block the case for good."""
    case = by_post(make_received())
    with pytest.raises(Refused, match="written down"):
        correct(case, "2026-11-09")
    Submission.objects.filter(pk=case.submission_id).update(
        recorded_at=noon("2026-11-12")
    )
    asked = ask(case, Asked.IDENTITY, at=noon("2026-11-04"), sent=False)
    receive(case, asked, at=noon("2026-11-05"))

    with pytest.raises(Refused, match="cannot have come later"):
        correct(again(case), "2026-11-09")


def test_receipt_of_this_site_is_not_corrected():
    with pytest.raises(Refused, match="This site noted itself"):
        correct(make_received(), "2026-10-30")
