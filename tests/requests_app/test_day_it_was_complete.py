"""The month starts on the day the proof was complete, not on that of the last file."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from datamap import actions as datamap
from lumina_privacy.lib.bank_holidays import bank_holidays
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import thread, timekeeping
from requests_app.states import EventKind
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, staff_client, subject_of
from tests.factories.cases import make_case
from tests.factories.clock import again, ask, deliver, noon
from tests.pictures import photo
from tests.requests_app.shown import AT, asked, decide, show, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]
DECIDED = noon("2026-11-26")
# 5 December is a Saturday.
FIRST_DAY = date(2026, 12, 7)
LATER_DAY = date(2026, 12, 29)  # after Christmas


@pytest.fixture(autouse=True)
def _holidays():
    datamap.seed_holidays(bank_holidays(date(2033, 1, 1)))


def shown_twice():
    """Asked on 3 November; shown on the 5th, and once more on the 25th."""
    case = asked()
    deliver(AT)
    show(again(case), photo(), at=noon("2026-11-05"))
    show(again(case), photo(), at=noon("2026-11-25"))
    return again(case)


def plain(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def days(case) -> tuple[date | None, date | None]:
    case = again(case)
    return case.due_on, case.safe_due_on


def test_what_is_shown_once_more_moves_no_day():
    case = shown_twice()

    decide(case, at=DECIDED)

    assert days(case) == (FIRST_DAY, FIRST_DAY)


def test_who_says_only_the_later_was_enough_says_why_and_is_reminded_by_the_first():
    case = shown_twice()
    later = noon("2026-11-25")
    with pytest.raises(Refused, match="Write what was missing of it"):
        decide(case, at=DECIDED, complete_at=later)

    decide(case, at=DECIDED, complete_at=later, why_later="The first was blurred.")

    assert days(case) == (LATER_DAY, FIRST_DAY)
    received = case.events.get(kind=EventKind.ID_RECEIVED)
    assert received.text.body == "The first was blurred."


def test_it_was_complete_no_later_than_the_last_that_was_shown():
    case = shown_twice()

    with pytest.raises(Refused, match="Nothing was shown after Wednesday 25 November"):
        decide(case, at=DECIDED, complete_at=noon("2026-11-26"), why_later="Today.")

    assert days(case) == (None, FIRST_DAY)


def test_it_may_have_come_by_post_before_it_was_put_in():
    case = shown_twice()

    decide(case, at=DECIDED, complete_at=noon("2026-11-04"))

    assert days(case) == (date(2026, 12, 4), date(2026, 12, 4))


def test_the_safe_day_goes_by_what_was_shown_though_it_was_not_enough():
    case = shown_twice()

    decide(case, passed=False, at=DECIDED)

    assert days(case) == (None, FIRST_DAY)
    page = staff_client().get(reverse("staff-case", args=[case.reference]))
    assert "every reading of the law: Monday 7 December 2026" in plain(page)


def test_what_staff_record_as_come_is_reminded_of_by_what_was_shown_before():
    case = shown_twice()
    seq = case.events.get(kind=EventKind.ID_REQUESTED).seq

    timekeeping.receive(
        case, asked=seq, came_at=DECIDED, note="", by=make_staff(), at=DECIDED
    )

    assert days(case) == (date(2026, 12, 29), FIRST_DAY)


@pytest.mark.parametrize(
    ("what", "due", "safe"),
    [
        (Asked.CLARIFICATION, None, date(2026, 12, 4)),
        (Asked.IDENTITY, None, FIRST_DAY),
        # A message pays no fee.
        (Asked.FEE, None, None),
    ],
)
def test_a_message_may_be_the_answer_and_the_safe_day_goes_by_it(what, due, safe):
    case = make_case("ann@example.org")
    ask(case, what, at=noon("2026-11-04"))

    thread.write_to_us(
        again(case),
        body="All of it.",
        files=[],
        token=uuid4(),
        by=subject_of("ann@example.org"),
        at=noon("2026-11-05"),
    )

    assert days(case) == (due, safe)


def test_form_names_the_first_day_and_asks_why_it_is_another():
    case = asked()
    [row] = show(case, photo(), at=noon("2026-11-05"))
    client = staff_client()
    client.post(reverse("case-identity-look", args=[case.reference, row.pk]))
    url = reverse("case-identity-decide", args=[case.reference])
    said = {"method": "document", "passed": "yes", "reason": "A work pass."}

    page = client.get(url)
    refused = client.post(url, {**said, "complete_on": "2026-11-10"})

    assert 'value="2026-11-05"' in page.content.decode()
    assert refused.status_code == 422
    assert "Nothing was shown after Thursday 5 November 2026" in text_of(refused)
    client.post(url, {**said, "complete_on": "2026-11-05"})
    came = case.events.get(kind=EventKind.ID_RECEIVED)
    assert came.happened_at == noon("2026-11-05")
