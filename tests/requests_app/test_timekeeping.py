"""What moves the clock and what does not, and what may not be asked or extended."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from accounts.roles import Role
from datamap import actions as datamap
from lumina_privacy.lib.bank_holidays import bank_holidays
from lumina_privacy.lib.verdict import Refused
from outbox import actions as outbox
from outbox.models import Message
from outbox.states import MessageState
from requests_app import clock
from requests_app.actions import letters, timekeeping
from requests_app.models import Case, Letter, Sending
from requests_app.states import EventKind, LetterKind, Right, SendingState
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff
from tests.factories.cases import make_case
from tests.factories.clock import (
    again,
    ask,
    by_post,
    deliver,
    extend,
    follow,
    noon,
    receive,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _holidays():
    datamap.seed_holidays(bank_holidays(date(2033, 1, 1)))


RECEIVED = "2026-11-02"  # due on Wednesday 2 December


def make_received(**fields) -> Case:
    return make_case(received_at=noon(RECEIVED), **fields)


def test_what_is_asked_moves_no_day_before_its_letter_has_left():
    case = make_received()
    ask(case, Asked.IDENTITY, at=noon("2026-11-03"), sent=False)
    assert again(case).due_on == date(2026, 12, 2)

    deliver(noon("2026-11-04"))

    assert (again(case).due_on, again(case).clock_state) == (None, "not_started")
    sent = case.events.get(kind=EventKind.LETTER_SENT)
    assert sent.happened_at == noon("2026-11-04")


def send_again(letter: Letter, *, at: datetime, by_post: bool = False) -> Sending:
    return letters.send_again(letter, by_post=by_post, by=make_staff(), at=at)


def bounce(at: datetime) -> None:
    """Let the newest letter come back, and the case know it."""
    message = Message.objects.get(pk=Sending.objects.latest("pk").message)
    outbox.bounce(message.public_id, status="5.1.1", at=at)
    follow(at)


def test_an_extension_whose_notice_came_back_is_none():
    case = make_received()
    extend(case, at=noon("2026-11-20"))
    assert again(case).due_on == date(2027, 2, 2)
    message = Message.objects.get(pk=Sending.objects.get().message)

    outbox.bounce(message.public_id, status="5.1.1", at=noon("2026-11-21"))
    follow(noon("2026-11-21"))

    assert again(case).due_on == date(2026, 12, 2)
    assert Sending.objects.get().state == SendingState.RETURNED
    send_again(Letter.objects.get(), at=noon("2026-11-23"))
    deliver(noon("2026-11-23"))
    assert again(case).due_on == date(2027, 2, 2)


def test_a_notice_that_left_after_the_last_day_extends_nothing():
    case = make_received()
    extend(case, at=noon("2026-12-02"), sent=False)

    deliver(noon("2026-12-03"))

    assert again(case).due_on == date(2026, 12, 2)


def test_old_news_of_a_letter_that_has_come_back_changes_nothing():
    case = make_received()
    extend(case, at=noon("2026-11-20"), sent=False)
    outbox.send_due(now=lambda: noon("2026-11-20"))
    [old] = letters.news()
    message = Message.objects.get(pk=Sending.objects.get().message)
    outbox.bounce(message.public_id, status="5.1.1", at=noon("2026-11-21"))
    follow(noon("2026-11-21"))

    assert not letters.note(old, at=noon("2026-11-21"))
    assert again(case).due_on == date(2026, 12, 2)


def test_following_twice_notes_once():
    case = make_received()
    ask(case, Asked.CLARIFICATION, at=noon("2026-11-03"))

    assert follow(noon("2026-11-03")) == 0
    assert case.events.filter(kind=EventKind.LETTER_SENT).count() == 1


def test_a_letter_by_post_counts_from_its_posting():
    case = by_post(make_received())
    extend(case, at=noon("2026-11-20"))
    assert again(case).due_on == date(2026, 12, 2)
    assert not Message.objects.filter(about=case.about).exists()
    sending = Sending.objects.get()
    poster = make_staff()
    with pytest.raises(Refused, match="in the future"):
        letters.record_posting(
            sending,
            method="First class",
            posted_at=noon("2026-11-24"),
            by=poster,
            at=noon("2026-11-23"),
        )

    letters.record_posting(
        sending,
        method="First class",
        posted_at=noon("2026-11-23"),
        by=poster,
        at=noon("2026-11-24"),
    )

    assert again(case).due_on == date(2027, 2, 2)
    with pytest.raises(Refused, match="The posting is recorded"):
        letters.record_posting(
            sending,
            method="First class",
            posted_at=noon("2026-11-23"),
            by=poster,
            at=noon("2026-11-24"),
        )


def test_what_came_counts_from_its_day_not_from_when_it_was_looked_at():
    case = make_received()
    asked = ask(case, Asked.IDENTITY, at=noon("2026-11-03"))

    receive(case, asked, came_at=noon("2026-11-05"), at=noon("2026-11-12"))

    assert again(case).due_on == date(2026, 12, 7)  # the fifth is a Saturday


def test_what_is_no_longer_asked_never_moved_the_day():
    case = make_received()
    asked = ask(case, Asked.IDENTITY, at=noon("2026-11-03"))

    timekeeping.drop(
        case,
        asked=asked,
        reason="They rang us.",
        by=make_staff(),
        at=noon("2026-11-09"),
    )

    assert again(case).due_on == date(2026, 12, 2)
    with pytest.raises(Refused, match="not asked for any more"):
        receive(again(case), asked, at=noon("2026-11-10"))


def test_a_fee_for_further_copies_moves_no_day():
    case = make_received()

    ask(case, Asked.FEE, at=noon("2026-11-03"), basis="article_15_3")

    assert again(case).due_on == date(2026, 12, 2)
    body = Letter.objects.get().body
    assert "the first copy costs nothing and does not wait" in body
    assert "Article 15(3)" in body


def test_late_identity_request_leaves_the_safe_day():
    """More than two working days after receipt: the clock may be held to run (C2)."""
    case = make_received()

    ask(case, Asked.IDENTITY, at=noon("2026-11-10"))

    assert again(case).due_on is None
    assert again(case).safe_due_on == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("right", "what", "fields", "why"),
    [
        (Right.ACCESS, Asked.IDENTITY, {"reason": " "}, "without a reasonable one"),
        (Right.ACCESS, Asked.IDENTITY, {"needed": ""}, "no more than that"),
        (Right.ERASURE, Asked.CLARIFICATION, {}, "Only a request for a copy"),
        (Right.OBJECTION_DIRECT_MARKETING, Asked.IDENTITY, {}, "done at once"),
        (Right.WITHDRAW_CONSENT, Asked.AUTHORITY, {}, "done at once"),
        (Right.ACCESS, Asked.FEE, {"basis": "x"}, "Choose the provision"),
        (Right.ACCESS, Asked.IDENTITY, {"by": Role.AUDITOR}, "who work cases"),
        (Right.ACCESS, Asked.FEE, {"by": Role.REVIEWER}, "Data Compliance Officer"),
        (
            Right.ACCESS,
            Asked.IDENTITY,
            {"needed": "a call to [number]"},
            None,
        ),
        (
            Right.ACCESS,
            Asked.IDENTITY,
            {"needed": "a call to {{ number }}"},
            "nobody filled in",
        ),
        (
            Right.ACCESS,
            Asked.IDENTITY,
            {"needed": "a call on [insert day]"},
            "nobody filled in",
        ),
    ],
)
def test_what_may_not_be_asked_is_refused_with_its_reason(right, what, fields, why):
    case = make_received(right=right)
    if "by" in fields:
        fields = {**fields, "by": make_staff(fields["by"])}
    if why is None:
        ask(case, what, at=noon("2026-11-03"), **fields)
        return

    with pytest.raises(Refused, match=why):
        ask(case, what, at=noon("2026-11-03"), **fields)

    assert not Letter.objects.exists()
    noted = case.events.exclude(kind=EventKind.AUTHORITY_RECORDED)
    assert noted.count() == 2


def test_the_same_is_not_asked_twice_at_once():
    case = make_received()
    asked = ask(case, Asked.IDENTITY, at=noon("2026-11-03"))
    with pytest.raises(Refused, match="already"):
        ask(case, Asked.IDENTITY, at=noon("2026-11-04"))
    receive(case, asked, at=noon("2026-11-05"))

    ask(case, Asked.IDENTITY, at=noon("2026-11-06"))

    assert again(case).clock_state == "not_started"


@pytest.mark.parametrize(
    ("came", "at", "why"),
    [
        ("2026-11-02", "2026-11-05", "before it was asked for"),
        ("2026-11-06", "2026-11-05", "in the future"),
    ],
)
def test_what_cannot_have_come_is_refused(came, at, why):
    case = make_received()
    asked = ask(case, Asked.IDENTITY, at=noon("2026-11-03"))

    with pytest.raises(Refused, match=why):
        receive(case, asked, came_at=noon(came), at=noon(at))

    with pytest.raises(Refused, match="not asked for in this case"):
        receive(case, 99, at=noon(at))


@pytest.mark.parametrize(
    ("at", "fields", "why"),
    [
        ("2026-12-03", {}, "A late notice extends nothing"),
        ("2026-11-20", {"ground": "busy"}, "one of the two grounds"),
        ("2026-11-20", {"reason": " "}, "Write the reasons"),
        ("2026-11-20", {"by": Role.OPERATIONS}, "for a decider"),
        ("2026-11-20", {"right": Right.COMPLAINT}, "no longer period"),
        ("2026-11-20", {"right": Right.OBJECTION_DIRECT_MARKETING}, "done at once"),
    ],
)
def test_what_extends_nothing_is_refused(at, fields, why):
    case = make_received(right=fields.get("right", Right.ACCESS))

    with pytest.raises(Refused, match=why):
        timekeeping.extend(
            case,
            ground=fields.get("ground", "number"),
            reason=fields.get("reason", "Four requests at once."),
            by=make_staff(fields.get("by", Role.DCO)),
            at=noon(at),
        )

    assert not Letter.objects.exists()


def test_a_period_is_extended_once_and_not_before_it_has_begun():
    case = make_received()
    asked = ask(case, Asked.IDENTITY, at=noon("2026-11-03"))
    with pytest.raises(Refused, match="has not started"):
        extend(case, at=noon("2026-11-04"))
    receive(case, asked, at=noon("2026-11-05"))
    extend(case, at=noon("2026-11-06"))

    with pytest.raises(Refused, match="extended once"):
        extend(case, at=noon("2026-11-09"))


def test_the_notice_says_the_day_that_then_stands():
    case = make_received()

    extend(case, at=noon("2026-11-20"))

    [letter] = Letter.objects.all()
    assert letter.kind == LetterKind.EXTENSION
    mail = Message.objects.get(purpose="case-extension")
    assert (mail.state, mail.statutory) == (MessageState.SENT, True)
    assert mail.text == letter.body
    assert clock.in_words(again(case).due_on) in mail.text
    assert "instead of Wednesday 2 December 2026" in mail.text
    assert "Eleven systems, and footage of nine days." in mail.text


def test_letters_stay_as_they_were_written():
    ask(make_received(), Asked.IDENTITY, at=noon("2026-11-03"))
    letter = Letter.objects.get()
    letter.subject = "Another"

    with pytest.raises(Refused, match="append-only"):
        letter.save()
