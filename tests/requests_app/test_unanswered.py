"""What we asked for does not come (decision C9; law brief, CK-10 and CK-11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import unanswered
from requests_app.models import Letter
from requests_app.states import CaseStatus, EventKind, LetterKind
from requests_app.tasks.jobs import NIGHT, chase_persons
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.factories.cases import make_case, make_reviewed
from tests.factories.clock import again, ask, deliver, noon, receive

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ASKED_ON = "2026-11-03"
DAY = timedelta(days=1)


def asked(what: Asked = Asked.CLARIFICATION, **fields):
    case = make_case(received_at=noon("2026-11-02"), **fields)
    return case, ask(case, what, at=noon(ASKED_ON))


def on_day(number: int):
    return noon(ASKED_ON) + number * DAY


def close(case, *, at, reason="We wrote twice.", by=None):
    unanswered.close(case, reason=reason, by=by or make_staff(), at=at)


def test_person_is_reminded_on_days_7_and_21_and_no_more():
    case, _ = asked()
    for number in (1, 6, 7, 8, 20, 21, 22, 60):
        chase_persons(on_day(number))
        deliver(on_day(number))

    chased = case.events.filter(kind=EventKind.CHASED).order_by("seq")
    assert [event.happened_at for event in chased] == [on_day(7), on_day(21)]
    reminders = Letter.objects.filter(kind=LetterKind.REMINDER)
    assert reminders.count() == 2
    assert "We asked you on Tuesday 3 November 2026" in reminders[0].body
    assert "a call to the number on file" in reminders[0].body
    assert again(case).clock_state == "paused"


def test_reminder_moves_no_day():
    case, seq = asked()
    chase_persons(on_day(7))
    deliver(on_day(7))

    receive(case, seq, at=on_day(9))

    # 3 to 12 November do not count: ten days more than 2 December.
    assert str(again(case).due_on) == "2026-12-14"


def test_nobody_is_reminded_of_a_fee_for_further_copies():
    case = make_case(received_at=noon("2026-11-02"))
    ask(case, Asked.FEE, at=noon(ASKED_ON), basis="article_15_3")

    assert unanswered.chase(case, by=NIGHT, at=on_day(30)) == 0


def test_nobody_is_reminded_of_what_came_or_is_not_asked_any_more():
    case, seq = asked()
    receive(case, seq, at=on_day(2))

    assert unanswered.chase(case, by=NIGHT, at=on_day(30)) == 0


@pytest.mark.parametrize(
    ("what", "days"),
    [
        (Asked.IDENTITY, 28),
        (Asked.AUTHORITY, 28),
        (Asked.FEE, 28),
        (Asked.CLARIFICATION, 90),
    ],
)
def test_closing_waits_its_days(what, days):
    case, _ = asked(what)
    with pytest.raises(Refused, match="We wait for the person until"):
        close(case, at=on_day(days - 1))

    close(case, at=on_day(days))

    assert again(case).status == CaseStatus.NO_REPLY
    letter = Letter.objects.get(kind=LetterKind.CLOSURE)
    assert "we take it up again" in letter.body
    assert "section 167" in letter.body
    assert "Our reasons: We wrote twice." in letter.body
    deliver(on_day(days))
    assert Message.objects.get(purpose="case-closure").statutory


def test_closing_without_a_reason_or_a_right_or_a_wait_is_refused():
    case, _ = asked()
    with pytest.raises(Refused, match="Write why"):
        close(case, at=on_day(90), reason=" ")
    with pytest.raises(Refused, match="for a decider"):
        close(case, at=on_day(90), by=make_staff(Role.AUDITOR))
    with pytest.raises(Refused, match="waits for nothing"):
        close(make_case(), at=on_day(90))

    assert again(case).status == CaseStatus.RECEIVED


def test_late_answer_takes_the_case_up_again_and_its_clock_goes_on():
    case, seq = asked(Asked.IDENTITY)
    close(case, at=on_day(30))
    by = make_staff()
    with pytest.raises(Refused, match="Write what came"):
        unanswered.take_up_again(again(case), reason="", by=by, at=on_day(40))

    unanswered.take_up_again(again(case), reason="A call.", by=by, at=on_day(40))
    receive(again(case), seq, at=on_day(40))

    case = again(case)
    assert (case.status, case.clock_state) == (CaseStatus.RECEIVED, "running")
    assert str(case.due_on) == "2027-01-13"
    with pytest.raises(Refused, match="not closed for want"):
        unanswered.take_up_again(case, reason="x", by=by, at=on_day(41))


def test_hold_ends_with_the_closing_and_begins_again_with_the_answer():
    case, _ = asked(Asked.IDENTITY)
    close(case, at=on_day(30))
    unanswered.take_up_again(
        again(case), reason="A call.", by=make_staff(), at=on_day(40)
    )

    assert again(case).hold is not None


def test_a_case_in_review_may_be_closed_too():
    case = make_reviewed(received_at=noon("2026-11-02"))
    ask(case, Asked.IDENTITY, at=noon(ASKED_ON))

    close(case, at=on_day(28))

    assert again(case).status == CaseStatus.NO_REPLY


def test_closing_and_taking_up_again_on_the_pages():
    case = make_case(received_at=noon("2026-06-01"))
    ask(case, Asked.IDENTITY, at=noon("2026-06-02"))
    client, args = staff_client(), [case.reference]
    page = client.get(reverse("staff-case", args=args)).content.decode()
    assert reverse("case-no-reply", args=args) in page

    shown = client.post(reverse("case-no-reply", args=args), {"reason": "Twice."})
    assert "Our reasons: Twice." in shown.content.decode()
    client.post(
        reverse("case-no-reply", args=args), {"reason": "Twice.", "confirm": "yes"}
    )

    person = subject_client(case.submission.address)
    seen = person.get(reverse("case", args=args)).content.decode()
    assert "Closed until you answer" in seen
    page = client.get(reverse("staff-case", args=args)).content.decode()
    assert "Take it up again" in page
    client.post(reverse("case-take-up", args=args), {"reason": "They rang."})
    assert again(case).status == CaseStatus.RECEIVED
