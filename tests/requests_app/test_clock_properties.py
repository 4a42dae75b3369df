"""What is true of every reckoning, beside a loop written from section 1.2 by itself."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import holidays as public_holidays
from hypothesis import assume, given
from hypothesis import strategies as st

from lumina_privacy.lib.days import is_working_day
from requests_app import clock, deadline
from requests_app.clock import Round, Standing, Timeline

HOLIDAYS = frozenset(
    public_holidays.country_holidays("GB", subdiv="ENG", years=range(2018, 2041))
)
DAY = timedelta(days=1)
DAYS = st.dates(date(2020, 1, 1), date(2036, 12, 31))
WITHOUT_PAUSES = [str(right) for right in deadline.RIGHTS if right != clock.ACCESS]
# Days after the receipt on which something was asked, and how long it took.
SPANS = st.tuples(st.integers(0, 60), st.integers(0, 30))
PAUSES = st.lists(SPANS, max_size=4)
STARTS = st.lists(SPANS, max_size=2)


def rounds(received: date, spans: Iterable[tuple[int, int]]) -> tuple[Round, ...]:
    return tuple(
        Round(received + after * DAY, received + (after + length) * DAY)
        for after, length in spans
    )


@st.composite
def timelines(draw, right: str = clock.ACCESS, pauses=PAUSES) -> Timeline:
    received = draw(DAYS)
    return Timeline(
        right,
        received,
        identity=rounds(received, draw(STARTS)),
        authority=rounds(received, draw(STARTS)),
        fees=rounds(received, draw(STARTS)),
        clarifications=rounds(received, draw(pauses)),
        extended=draw(st.booleans()),
    )


def due(timeline: Timeline) -> date:
    found = clock.reckon(timeline, holidays=HOLIDAYS).due
    assert found is not None
    return found


def start_of(timeline: Timeline) -> date:
    starting = (*timeline.identity, *timeline.authority, *timeline.fees)
    return max([timeline.received, *(one.got for one in starting)])


def months_after(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def by_the_loop(timeline: Timeline) -> date:
    """Return the day that section 1.2 of the law brief counts to, step by step."""
    start = start_of(timeline)
    base = months_after(start, 3 if timeline.extended else 1)
    excluded = set()
    for pause in timeline.clarifications if timeline.right == "access" else ():
        day = pause.asked
        while day <= pause.got:
            excluded.add(day)
            day += DAY
    day, left = start, (base - start).days
    while left > 0:
        day += DAY
        left -= day not in excluded
    while day.weekday() > 4 or day in HOLIDAYS or day in excluded:
        day += DAY
    return day


@given(timelines())
def test_due_day_of_an_access_is_that_of_the_loop(timeline):
    reckoning = clock.reckon(timeline, holidays=HOLIDAYS)

    assert reckoning.standing == Standing.RUNNING
    assert reckoning.due == by_the_loop(timeline)
    assert is_working_day(reckoning.due, HOLIDAYS)
    assert reckoning.safe_due <= reckoning.due
    assert reckoning.extension_notice_by == by_the_loop(
        replace(timeline, extended=False)
    )


@given(st.sampled_from(WITHOUT_PAUSES), timelines())
def test_no_other_right_has_a_pause(right, timeline):
    timeline = replace(timeline, right=right)

    assert due(timeline) == by_the_loop(timeline)
    assert due(timeline) == due(replace(timeline, clarifications=()))


@given(
    st.sampled_from([str(right) for right in deadline.RIGHTS]),
    DAYS,
    st.integers(0, 200),
    st.lists(SPANS, max_size=2),
    st.booleans(),
)
def test_later_receipt_never_gives_an_earlier_day_while_nothing_pauses(
    right, received, later_by, starts, extended
):
    """Also when the same proof came: it was asked for after either receipt."""
    later = received + later_by * DAY
    proof = rounds(later, starts)
    first, second = (
        due(Timeline(right, day, identity=proof, extended=extended))
        for day in (received, later)
    )

    assert first <= second


@given(timelines(), st.randoms())
def test_overlapping_pauses_are_a_union(timeline, random):
    """Cut in two that share days, said twice, and in any order: the same days."""
    cut = []
    for pause in timeline.clarifications:
        middle = pause.asked + (pause.got - pause.asked) // 2
        cut += [Round(pause.asked, middle), Round(middle, pause.got), pause]
    random.shuffle(cut)

    assert due(replace(timeline, clarifications=tuple(cut))) == due(timeline)


@given(timelines(pauses=st.just([])), SPANS)
def test_a_pause_that_ended_before_the_month_began_changes_nothing(timeline, span):
    [pause] = rounds(timeline.received, [span])
    assume(pause.got <= start_of(timeline))

    assert due(replace(timeline, clarifications=(pause,))) == due(timeline)


@given(timelines(), st.integers(1, 90), st.one_of(st.none(), st.integers(0, 60)))
def test_a_question_asked_after_the_last_day_changes_nothing(timeline, after, length):
    """Nobody need have answered it."""
    asked = due(timeline) + after * DAY
    late = Round(asked, None if length is None else asked + length * DAY)

    paused = replace(timeline, clarifications=(*timeline.clarifications, late))

    assert due(paused) == due(timeline)


@given(timelines(), st.integers(0, 20))
def test_a_question_without_an_answer_waits_and_says_how_many_days_are_left(
    timeline, after
):
    start = start_of(timeline)
    asked = start + DAY + after * DAY
    still = Round(asked)

    found = clock.reckon(
        replace(timeline, clarifications=(*timeline.clarifications, still)),
        holidays=HOLIDAYS,
    )

    assert found.standing == Standing.PAUSED
    assert found.due is None
    months = 3 if timeline.extended else 1
    assert 0 < found.days_left <= (months_after(start, months) - start).days


@given(timelines(), st.sampled_from(["identity", "authority", "fees"]))
def test_nothing_has_begun_while_what_starts_the_month_is_missing(timeline, what):
    asked = Round(timeline.received + DAY)

    found = clock.reckon(replace(timeline, **{what: (asked,)}), holidays=HOLIDAYS)

    assert (found.standing, found.due) == (Standing.NOT_STARTED, None)
