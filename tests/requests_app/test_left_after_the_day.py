"""A letter that leaves after the last day says of no day that it moves it (ADR 4)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from outbox.states import MessageState
from requests_app.actions import letters, timekeeping
from requests_app.models import Case, Letter, Sending
from requests_app.queries.next_step import next_steps
from requests_app.states import ClockState, LetterKind, SendingState
from requests_app.timekeeping import Asked
from requests_app.views.staff_queue import RULES
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_case
from tests.factories.clock import again, ask, by_post, deliver, extend, noon
from tests.requests_app.shown import text_of
from tests.requests_app.test_timekeeping import bounce, send_again
from tests.requests_app.test_to_be_posted import listed

pytestmark = pytest.mark.django_db
# Received on Monday 2 November 2026.
DUE = date(2026, 12, 2)
ASKED, LAST, AFTER = noon("2026-12-01"), noon(DUE), noon("2026-12-03")
MOVING = pytest.mark.parametrize("what", list(Asked))
STARTS = pytest.mark.parametrize("what", [Asked.IDENTITY, Asked.AUTHORITY])


def returned(what: Asked) -> tuple[Case, int]:
    """Return a case whose asking came back on its last day, and which event asked."""
    case = make_case()
    seq = ask(case, what, at=ASKED)
    bounce(LAST)
    return again(case), seq


def post(*, posted_at: datetime, at: datetime = AFTER) -> None:
    letters.record_posting(
        Sending.objects.latest("pk"),
        method="First class",
        posted_at=posted_at,
        by=make_staff(),
        at=at,
    )


def drop(case: Case, seq: int, *, at: datetime) -> None:
    timekeeping.drop(again(case), asked=seq, reason="x", by=make_staff(), at=at)


def said_of(*cases: Case) -> list[str]:
    steps = next_steps(cases, today=DUE, rules=RULES)
    return [steps[case.pk].words for case in cases]


def test_envelope_of_the_last_day_but_one_is_not_posted_after_it():
    case = by_post(make_case())
    ask(case, Asked.IDENTITY, at=ASKED)
    assert "Our month to answer starts on the day" in Letter.objects.get().body

    with pytest.raises(Refused, match="The last day was Wednesday 2 December 2026"):
        post(posted_at=AFTER)

    assert Sending.objects.get().state == SendingState.WAITING
    assert (again(case).clock_state, again(case).due_on) == (ClockState.RUNNING, DUE)


@MOVING
def test_what_came_back_and_went_into_an_envelope_is_not_posted_after_it(what):
    returned(what)
    send_again(Letter.objects.get(), by_post=True, at=LAST)

    with pytest.raises(Refused, match="Ask no longer, and ask anew"):
        post(posted_at=AFTER)


@MOVING
def test_mail_of_the_last_day_does_not_leave_after_it(what):
    case = make_case()
    ask(case, what, at=LAST, sent=False)

    deliver(AFTER)

    message, sending = Message.objects.latest("pk"), Sending.objects.get()
    assert message.state == MessageState.DROPPED
    assert "The last day was Wednesday 2 December 2026" in message.problem
    assert sending.state == SendingState.RETURNED
    assert said_of(again(case)) == ["A letter came back"]
    assert (again(case).clock_state, again(case).due_on) == (ClockState.RUNNING, DUE)


@MOVING
def test_mail_of_the_last_day_leaves_on_it(what):
    case = make_case()
    ask(case, what, at=LAST, sent=False)

    deliver(datetime(2026, 12, 2, 23, 59, tzinfo=UTC))

    assert Sending.objects.get().state == SendingState.SENT
    assert again(case).due_on is None


def test_extension_of_the_last_day_does_not_leave_after_it():
    case = make_case()
    extend(case, at=LAST, sent=False)

    deliver(AFTER)

    message = Message.objects.latest("pk")
    assert message.state == MessageState.DROPPED
    assert "A late notice extends nothing" in message.problem
    assert again(case).due_on == DUE


def test_extension_of_the_last_day_leaves_on_it():
    case = make_case()
    extend(case, at=LAST, sent=False)

    deliver(datetime(2026, 12, 2, 23, 59, tzinfo=UTC))

    assert again(case).due_on == date(2027, 2, 2)


def test_mail_that_says_of_no_day_that_it_moves_it_leaves_after_it():
    case = make_case()
    ask(case, Asked.IDENTITY, at=AFTER, sent=False)

    deliver(AFTER)

    assert "does not start anew" in Letter.objects.get().body
    assert Sending.objects.get().state == SendingState.SENT


@MOVING
def test_what_was_posted_in_time_is_recorded_later_by_its_day(what):
    case, _ = returned(what)
    send_again(Letter.objects.get(), by_post=True, at=LAST)

    post(posted_at=LAST, at=AFTER)

    assert again(case).due_on is None


@MOVING
def test_what_came_back_is_not_sent_again_after_the_last_day(what):
    case, _ = returned(what)

    for way in (True, False):
        with pytest.raises(Refused, match="this letter says that it does"):
            send_again(Letter.objects.get(), by_post=way, at=AFTER)

    assert (Sending.objects.count(), again(case).due_on) == (1, DUE)
    assert send_again(Letter.objects.get(), at=LAST)


def test_why_it_is_not_sent_again_stands_in_place_of_the_control():
    case = make_case(received_at=noon("2026-06-01"))
    ask(case, Asked.IDENTITY, at=noon("2026-06-30"))
    bounce(noon("2026-07-01"))
    args = [case.reference, Letter.objects.get().pk]

    page = staff_client().get(reverse("letter", args=args))

    assert "The last day was Wednesday 1 July 2026: what leaves" in text_of(page)
    assert reverse("letter-again", args=args) not in page.content.decode()


@STARTS
def test_what_is_asked_anew_says_how_it_is_and_may_be_sent_again(what):
    case, seq = returned(what)
    drop(case, seq, at=AFTER)

    ask(again(case), what, at=AFTER)
    bounce(AFTER)

    letter = Letter.objects.filter(kind=LetterKind(what)).latest("pk")
    assert "does not start anew" in letter.body
    assert send_again(letter, by_post=True, at=AFTER)
    post(posted_at=AFTER)
    assert (again(case).clock_state, again(case).due_on) == (ClockState.RUNNING, DUE)


def test_nobody_is_led_to_post_or_send_what_is_not_asked_for_any_more():
    case = by_post(make_case())
    seq = ask(case, Asked.IDENTITY, at=ASKED)
    came_back, its_seq = returned(Asked.IDENTITY)
    assert [one.case for one in listed(make_staff(), DUE)] == [case]
    assert said_of(case, came_back) == ["Post the letter", "A letter came back"]
    shown = text_of(staff_client().get(reverse("case-queue")))
    for one, words in ((case, "Post the letter"), (came_back, "A letter came back")):
        url = reverse("letter", args=[one.reference, one.letters.get().pk])
        assert f'<a href="{url}">{words}</a>' in shown

    drop(case, seq, at=AFTER)
    drop(came_back, its_seq, at=AFTER)

    assert listed(make_staff(), DUE) == ()
    assert not {"Post the letter", "A letter came back"} & {*said_of(case, came_back)}


def test_envelope_that_was_posted_too_late_is_recorded_once_nothing_is_asked():
    """What happened is written down; it moves nothing by then."""
    case = by_post(make_case())
    seq = ask(case, Asked.IDENTITY, at=ASKED)
    drop(case, seq, at=AFTER)

    post(posted_at=AFTER)

    assert Sending.objects.get().state == SendingState.SENT
    assert again(case).due_on == DUE
