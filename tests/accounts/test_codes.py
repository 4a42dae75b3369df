"""Codes by mail: who may prove what, how often, and exactly once."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import redis
from django.db import connection

from accounts import actions
from accounts.actions import codes
from accounts.models import EmailCode
from accounts.states import CodePurpose
from lumina_privacy.lib import throttle
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from tests.factories.accounts import make_subject

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ANN = "ann@example.org"


def sent_code(address=ANN, *, about="browser:1", client="c1", at=AT):
    """Ask for a code and read it in the mail that is owed."""
    actions.send_code(
        address=address, purpose=CodePurpose.SIGN_IN, about=about, client=client, at=at
    )
    text = Message.objects.order_by("-pk")[0].text
    return next(
        word for word in text.split() if word.isdigit() and len(word) == codes.DIGITS
    )


def proved(
    code,
    address=ANN,
    *,
    about="browser:1",
    purpose=CodePurpose.SIGN_IN,
    at=AT,
    client="c1",
):
    return actions.prove_code(
        address=address, code=code, purpose=purpose, about=about, client=client, at=at
    )


def wrong(code):
    """Return a code that is not ``code``."""
    return f"{(int(code) + 1) % 10**codes.DIGITS:0{codes.DIGITS}d}"


@pytest.mark.django_db
def test_prove_code_takes_the_right_code_once():
    code = sent_code()

    first, second = proved(code), proved(code)

    assert (bool(first), second.reason) == (True, codes.EXPIRED)


@pytest.mark.django_db
def test_prove_code_forgives_blanks_and_capitals_in_the_address():
    code = sent_code(" Ann@Example.ORG ")

    assert proved(f" {code[:3]} {code[3:]} ", "ANN@example.org")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "elsewhere",
    [
        {"address": "bob@example.org"},
        {"about": "browser:2"},
        {"purpose": CodePurpose.DOWNLOAD},
    ],
)
def test_prove_code_opens_only_what_it_was_sent_for(elsewhere):
    code = sent_code()

    assert not proved(code, **elsewhere)


@pytest.mark.django_db
def test_prove_code_after_a_quarter_of_an_hour_is_expired():
    code = sent_code()

    assert proved(code, at=AT + codes.LIFETIME).reason == codes.EXPIRED
    assert proved(code, at=AT + codes.LIFETIME - timedelta(seconds=1))


@pytest.mark.django_db
def test_prove_code_takes_the_newest_only():
    old = sent_code()
    new = sent_code()

    assert (bool(proved(old)) and old != new, bool(proved(new))) == (False, True)


@pytest.mark.django_db
def test_a_code_that_a_stranger_asks_for_leaves_mine_alone():
    mine = sent_code(about="browser:mine")
    sent_code(about="browser:stranger", client="c2")

    assert proved(mine, about="browser:mine")


@pytest.mark.django_db
def test_twenty_wrong_guesses_shut_out_the_right_one_too():
    code = sent_code()

    reasons = [proved(wrong(code)).reason for _ in range(20)]

    most = codes.MOST_ATTEMPTS
    assert reasons == [codes.WRONG] * most + [codes.HAMMERED] * (20 - most)
    assert proved(code).reason == codes.HAMMERED
    assert EmailCode.objects.get().attempts == most


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "abcdef", "12345", "٠١٢٣٤٥", "\x00", "9" * 500])
def test_prove_code_answers_rubbish_as_a_wrong_code(text):
    sent_code()

    assert proved(text).reason == codes.WRONG


@pytest.mark.django_db
def test_send_code_is_throttled_per_address_from_whichever_client():
    for number in range(10):
        sent_code(client=f"client {number}")

    with pytest.raises(Refused, match="Too many tries"):
        sent_code(client="client 10")
    sent_code("bob@example.org", client="client 10")


@pytest.mark.django_db
@pytest.mark.parametrize("address", [ANN, "nobody@example.org"])
def test_one_client_alone_shuts_nobody_out_of_their_address(address):
    make_subject(ANN)
    sent = 0
    for _ in range(20):
        with suppress(Refused):
            sent_code(address, client="stranger")
            sent += 1

    assert sent == 4
    assert sent_code(address, client="c1", about="browser:mine")


def test_one_client_never_reaches_an_address_limit_by_hour_or_day():
    pairs = (codes.SEND_PER_PAIR, codes.SEND_PER_PAIR_DAY)
    for pair, (_, most) in zip(pairs, codes.MOST_PER_ADDRESS, strict=True):
        assert pair.item.amount * 2 < most


@pytest.mark.django_db
def test_address_gets_no_more_codes_a_day_than_guessing_allows():
    sent = 0
    for number in range(48):
        with suppress(Refused):
            at = AT + timedelta(minutes=30 * number)
            sent_code(client=f"client {number}", at=at)
            sent += 1

    assert sent == 18
    assert sent * codes.MOST_ATTEMPTS < 100  # in 10**6 codes: under 1 in 10,000


@pytest.mark.django_db
def test_limit_of_an_address_holds_while_redis_is_away_or_was_emptied(monkeypatch):
    def gone(*args, **kwargs):
        raise redis.ConnectionError

    monkeypatch.setattr(throttle, "_limiter", gone)
    for number in range(10):
        sent_code(client=f"client {number}")
        throttle._limiter_of_this_process.cache_clear()  # as in a new process

    with pytest.raises(Refused, match="Too many tries"):
        sent_code(client="client 10")


@pytest.mark.django_db
def test_send_code_throttles_a_client_before_it_can_use_up_an_address():
    for number in range(30):
        sent_code(f"person{number}@example.org", client="hammer")

    for _ in range(10):
        with pytest.raises(Refused):
            sent_code(client="hammer")
    assert sent_code(client="c1")


@pytest.mark.django_db
def test_prove_code_is_throttled_per_client():
    for number in range(60):
        proved("000000", f"person{number}@example.org", client="hammer")

    code = sent_code()
    assert proved(code, client="hammer").reason == codes.THROTTLED
    assert proved(code, client="c1")


@pytest.mark.django_db
def test_send_code_does_the_same_for_known_and_unknown_people(
    django_assert_num_queries,
):
    sent_code("warm@example.org")
    with django_assert_num_queries(18):
        sent_code("nobody@example.org")
    make_subject(ANN)
    with django_assert_num_queries(18):
        sent_code(ANN)


@pytest.mark.django_db
def test_no_row_holds_a_usable_code():
    code = sent_code()

    row = EmailCode.objects.get()
    kept = [str(getattr(row, field.name)) for field in EmailCode._meta.fields]
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, text FROM outbox_message")
        in_outbox = " ".join(cursor.fetchone())
    assert not any(code in value or ANN in value for value in [*kept, in_outbox])


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_code_are_one_success():
    code = sent_code()

    answers = at_once(8, lambda: bool(proved(code)))

    assert sorted(answers) == [False] * 7 + [True]


@pytest.mark.django_db(transaction=True)
def test_twenty_guesses_at_once_are_counted_one_by_one():
    code = sent_code()

    reasons = at_once(20, lambda: proved(wrong(code)).reason)

    assert sorted(reasons) == sorted([codes.WRONG] * 5 + [codes.HAMMERED] * 15)


def at_once(how_many, act):
    """Return what ``act`` answered in each of so many threads started together."""
    start, answers = threading.Barrier(how_many), []

    def run():
        try:
            start.wait()
            answers.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
