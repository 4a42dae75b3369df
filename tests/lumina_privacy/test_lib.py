"""The leaves: references, subject references, days, CSV, rate limits."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
import redis
from hypothesis import assume, example, given
from hypothesis import strategies as st
from kombu.exceptions import OperationalError

from lumina_privacy.lib import crypto, csv_out, days, nudge, throttle
from lumina_privacy.lib.reference import new_reference, read_reference
from lumina_privacy.lib.subject_ref import (
    KEYED_HASH,
    all_refs,
    canonical,
    subject_ref,
)
from lumina_privacy.lib.throttle import Limit

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DAYS = st.dates(date(1971, 1, 1), date(2199, 12, 31))

# --- References (E1) ------------------------------------------------------------------

REFERENCES = st.builds(new_reference)


def body(reference):
    return reference.removeprefix("LP-").replace("-", "")


@given(REFERENCES)
def test_reference_is_read_however_it_is_copied(reference):
    assert re.fullmatch(r"LP(-[0-9A-HJKMNP-TV-Z]{5}){2}", reference)
    for copied in (
        reference.lower(),
        body(reference),
        f" {reference} ",
        reference.replace("-", " "),
        reference.replace("0", "O").replace("1", "l"),
    ):
        assert read_reference(copied) == reference


@given(REFERENCES, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(reference, place, character):
    right = body(reference)
    assume(right[place] != character)

    assert read_reference(right[:place] + character + right[place + 1 :]) is None


@given(REFERENCES, st.integers(0, 9), st.integers(0, 9))
def test_two_characters_that_changed_places_are_found(reference, one, other):
    swapped = list(body(reference))
    assume(swapped[one] != swapped[other])
    swapped[one], swapped[other] = swapped[other], swapped[one]

    assert read_reference("".join(swapped)) is None


@given(st.text(max_size=20))
def test_any_text_is_a_reference_or_none(text):
    assert read_reference(text) in (None, read_reference(read_reference(text) or ""))


def test_references_do_not_repeat():
    assert len({new_reference() for _ in range(2000)}) == 2000


# --- Subject references (E5) ----------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "one", "same"),
    [
        ("email", "Ann@Example.ORG", " ann@example.org "),
        ("email", "ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("email", "jose\u0301@example.org", "jos\u00e9@example.org"),
        ("phone", "01442 500890", "+44 (0)1442-500-890"),
        ("postal", "37  Mark Road\nHemel", "37 mark road hemel"),
    ],
)
def test_two_spellings_are_one_person(kind, one, same):
    assert subject_ref(kind, one) == subject_ref(kind, same)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email", "ann@example.org", "ann+news@example.org"),
        ("email", "ann.lee@example.org", "annlee@example.org"),
        ("email", "ann@example.org", "ann@example.com"),
        ("phone", "01442 500890", "01442 500891"),
    ],
)
def test_near_matches_are_two_people(kind, one, other):
    assert subject_ref(kind, one) != subject_ref(kind, other)


def test_kinds_do_not_meet():
    assert subject_ref("email", "a@b.example") != subject_ref("postal", "a@b.example")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "ann"),
        ("email", "@example.org"),
        ("email", "ann@"),
        ("email", "ann lee@example.org"),
        ("email", "ann@a..b"),
        ("phone", "12"),
        ("phone", "nobody"),
    ],
)
def test_value_that_is_not_of_its_kind_is_refused(kind, value):
    with pytest.raises(ValueError, match="not a") as refusal:
        subject_ref(kind, value)
    assert value not in str(refusal.value)


@given(st.emails())
@example("İ@example.org")
def test_canonical_address_is_its_own_canonical(address):
    once = canonical("email", address)

    assert canonical("email", once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_reference_is_a_hash_under_a_named_key_and_found_under_every_live_one(settings):
    old = subject_ref("email", "ann@example.org")
    assert re.match(KEYED_HASH, old)
    settings.LUMINA_REF_KEYS = f"new:{'A' * 43}=,{settings.LUMINA_REF_KEYS}"
    crypto.ref_keys.cache_clear()
    try:
        fresh = subject_ref("email", "ann@example.org")
        assert fresh.startswith("new:")
        assert all_refs("email", "ann@example.org") == (fresh, old)
    finally:
        crypto.ref_keys.cache_clear()


# --- Days -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 3, 28, 23, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_london_day_over_the_change_of_clocks(at, day):
    assert days.london_day(at) == day


def test_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        days.london_day(datetime(2026, 1, 1))  # noqa: DTZ001 (that is what is tested)


@given(DAYS)
def test_day_ends_a_microsecond_before_the_next(day):
    end = days.end_of_day(day)

    assert days.london_day(end) == day
    after = end + timedelta(microseconds=1)
    assert days.london_day(after) == day + timedelta(days=1)


@given(DAYS, st.integers(0, 60))
def test_months_later_is_that_month_and_that_day_or_its_last(day, months):
    later = days.add_months(day, months)

    assert later.year * 12 + later.month == day.year * 12 + day.month + months
    last = (later + timedelta(days=1)).month != later.month
    assert later.day == day.day or (later.day < day.day and last)


@given(DAYS, st.integers(1, 20), st.sets(DAYS, max_size=5))
def test_working_days_are_counted_and_end_on_one(day, count, holidays):
    end = days.add_working_days(day, count, holidays)

    between = [day + timedelta(days=n + 1) for n in range((end - day).days)]
    assert days.is_working_day(end, holidays)
    assert sum(days.is_working_day(d, holidays) for d in between) == count


# --- CSV (E17) ------------------------------------------------------------------------

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(CELLS)
@example("=1+1")
@example("'=1+1")
@example("''")
@example("-12.50")
@example("\t=1")
@example(" @x")
@example("\ufeff=1")
@example("\u200b+1")
@example("\uff1d1+1")
@example("\uff0b1")
@example("\uff0d1")
@example(" \uff20x")
def test_neutralised_cell_runs_nothing_and_is_restored(cell):
    safe = csv_out.neutralise(cell)

    assert csv_out.restore(safe) == cell
    assert safe in (cell, f"'{cell}")
    visible = re.sub(r"^[\s\x00-\x20\x7f-\xa0\u200b\ufeff]+", "", safe)
    if not re.fullmatch(r"-\d+(\.\d+)?", safe, re.ASCII):
        assert visible[:1] not in tuple("=+-@\uff1d\uff0b\uff0d\uff20")


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=5))
def test_rows_are_read_back_as_they_were_written(rows):
    sink = io.StringIO(newline="")

    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerows(csv_out.neutralised(row) for row in rows)

    read = csv.reader(io.StringIO(sink.getvalue(), newline=""), strict=True)
    assert [[csv_out.restore(cell) for cell in row] for row in read] == rows


# --- Rate limits ----------------------------------------------------------------------


def test_limit_counts_by_door_and_person_and_can_be_forgotten():
    limit, other = Limit("test-door", "2 per hour"), Limit("other-door", "2 per hour")
    assert [throttle.hit(limit, "ann") for _ in range(3)] == [True, True, False]
    assert throttle.hit(limit, "ben")
    assert throttle.hit(other, "ann")

    throttle.reset(limit, "ann")

    assert throttle.hit(limit, "ann")


def test_server_that_does_not_answer_is_waited_for_once(monkeypatch):
    waited = []

    def silent(*args, **kwargs):
        waited.append(args)
        raise redis.TimeoutError

    monkeypatch.setattr(throttle, "_limiter", silent)
    limit = Limit("test-door", "2 per hour")
    assert [throttle.hit(limit, "ann") for _ in range(3)] == [True, True, False]
    throttle.reset(limit, "ann")
    assert throttle.hit(limit, "ann")
    assert len(waited) == 1

    throttle.AWAY.forget()
    throttle.hit(limit, "ann")
    assert len(waited) == 2


def test_broker_that_does_not_answer_is_waited_for_once(monkeypatch):
    waited = []

    class Task:
        name = "test"

        def apply_async(self, **kwargs):
            waited.append(kwargs)
            raise OperationalError

    task = cast("Any", Task())
    assert [nudge.wake(task) for _ in range(3)] == [False] * 3
    assert len(waited) == 1


def test_limit_keeps_no_address_in_clear():
    throttle.hit(Limit("test-door", "2 per hour"), "ann.lee@example.org")

    store = throttle._limiter().storage.storage
    keys = [key.decode() for key in store.keys("*")]
    assert any("test-door" in key for key in keys)
    assert not any("ann.lee" in key for key in keys)
