"""A message that was read and answers nothing of what was asked moves no day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from audit.queries import rows_about
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import thread, timekeeping
from requests_app.models import CaseMessage
from requests_app.queries.clock import reckon_events
from requests_app.states import EventKind, MessageFrom, Right
from requests_app.timekeeping import ASKING, Asked
from tests.factories.accounts import make_staff, staff_client, subject_of
from tests.factories.cases import make_case
from tests.factories.clock import again, ask, noon, receive
from tests.requests_app.shown import text_of

pytestmark = pytest.mark.long

READ = noon("2026-11-09")


def written(case, *, at="2026-11-05", body="Where is it?") -> CaseMessage:
    return thread.write_to_us(
        again(case),
        body=body,
        files=[],
        token=uuid4(),
        by=subject_of(case.submission.address),
        at=noon(at),
    )


def say(message, asked, *, reason="Asks where it is.", by=None, at=READ):
    return thread.read_no_answer(
        message, asked=asked, reason=reason, by=by or make_staff(), at=at
    )


def days(case) -> tuple[date | None, date | None]:
    case = again(case)
    return case.due_on, case.safe_due_on


@pytest.fixture
def case():
    return make_case("ann@example.org")


@pytest.fixture
def asked(case):
    return ask(case, Asked.CLARIFICATION, at=noon("2026-11-04"))


@pytest.mark.django_db
def test_the_safe_day_waits_again_and_who_said_so_stands_in_the_case(case, asked):
    message = written(case)
    assert days(case) == (None, date(2026, 12, 4))
    by = make_staff()

    event = say(message, asked, by=by)

    assert days(case) == (None, None)
    assert (event.kind, event.actor) == (EventKind.READ_NO_ANSWER, str(by.actor))
    assert (event.happened_at, event.text.body) == (READ, "Asks where it is.")
    message.refresh_from_db()
    assert (message.seen_at, message.seen_by) == (READ, str(by.actor))
    kinds = [row.event for row in rows_about(case.about)]
    assert "case.read_no_answer" in kinds
    page = text_of(staff_client().get(reverse("staff-case", args=[case.reference])))
    assert "Read a message: it does not answer what was asked" in page
    assert "Asks where it is." in page


@pytest.mark.django_db
def test_another_message_may_be_the_answer_still(case, asked):
    first = written(case)
    written(case, at="2026-11-06")

    say(first, asked)

    [asking] = case.record().askings
    assert asking.came_at == noon("2026-11-06")


@pytest.mark.django_db
def test_said_of_one_asking_it_may_answer_the_other(case):
    asked = ask(case, Asked.CLARIFICATION, at=noon("2026-11-04"))
    identity = ask(again(case), Asked.IDENTITY, at=noon("2026-11-04"))
    message = written(case)

    say(message, asked)

    by_seq = {one.seq: one for one in case.record().askings}
    assert by_seq[asked].came_at is None
    assert by_seq[identity].came_at == noon("2026-11-05")


@pytest.mark.django_db
def test_it_may_be_taken_as_the_answer_still_from_the_day_it_came(case, asked):
    message = written(case)
    say(message, asked)

    thread.take_as_answer(message, asked=asked, note="", by=make_staff(), at=READ)

    assert days(case) == (date(2026, 12, 4), date(2026, 12, 3))


@pytest.mark.django_db
def test_also_once_the_answer_came_later(case, asked):
    message = written(case)
    receive(again(case), asked, at=noon("2026-11-20"))
    assert days(case)[1] == date(2026, 12, 4)

    say(message, asked, at=noon("2026-11-20"))

    # The month of 2 November, 17 days later; by the strictest reading 16.
    assert days(case) == (date(2026, 12, 21), date(2026, 12, 18))


@pytest.mark.django_db
def test_it_needs_a_reason_and_somebody_who_works_cases(case, asked):
    message = written(case)
    before = days(case)

    with pytest.raises(Refused, match="Write why"):
        say(message, asked, reason=" ")
    with pytest.raises(Refused, match="for the people who work cases"):
        say(message, asked, by=make_staff(Role.AUDITOR))
    say(message, asked)
    with pytest.raises(Refused, match="does not count as an answer"):
        say(message, asked)
    ours = thread.note(case, body="n", token=uuid4(), by=make_staff(), at=READ)
    with pytest.raises(Refused, match="Only what the person wrote"):
        say(ours, asked)
    assert before == (None, date(2026, 12, 4))


@pytest.mark.django_db
def test_what_was_written_before_or_is_not_asked_any_more_is_refused(case):
    early = written(case, at="2026-11-03")
    asked = ask(again(case), Asked.CLARIFICATION, at=noon("2026-11-04"))
    with pytest.raises(Refused, match="does not count as an answer"):
        say(early, asked)
    later = written(case)
    timekeeping.drop(again(case), asked=asked, reason="x", by=make_staff(), at=READ)

    with pytest.raises(Refused, match="not asked for any more"):
        say(later, asked)


@pytest.mark.django_db
def test_the_page_offers_it_and_shows_the_safe_day_before_it_is_done(case, asked):
    message = written(case)
    staff = staff_client()
    page = reverse("staff-case", args=[case.reference])
    url = reverse("thread-no-answer", args=[case.reference, message.pk, asked])
    assert url in staff.get(page).content.decode()

    shown = text_of(staff.get(url))
    assert "has answered: record that as the answer" in shown
    assert "Read, and not what we asked for: an answer to our question" in shown
    assert "Where is it?" in shown
    said = {"reason": "Thanks us."}
    shown = text_of(staff.post(url, said))
    assert "Where is it?" in shown
    assert "Why is it no answer?" in shown
    assert "Thanks us." in shown
    assert "Friday 4 December 2026" in shown
    assert days(case) == (None, date(2026, 12, 4))
    staff.post(url, {**said, "confirm": "yes"})

    assert days(case) == (None, None)
    assert url not in staff.get(page).content.decode()
    assert "Unread" not in text_of(staff.get(page))
    assert CaseMessage.objects.get(sender=MessageFrom.PERSON).seen_at is not None


# The law brief, section 1.2, for any order of asking, writing and answering.
START = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOLIDAYS = frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})
WHAT = st.sampled_from([Asked.IDENTITY, Asked.AUTHORITY, Asked.CLARIFICATION])


@dataclass
class Happened:
    seq: int
    kind: str
    happened_at: datetime
    facts: dict[str, Any] = field(default_factory=dict)


@st.composite
def stories(draw) -> tuple[list[Happened], list[Happened]]:
    """Return what happened, and which messages somebody called no answer to what."""
    at, told = START, [Happened(1, EventKind.REQUEST_RECEIVED, START)]
    open_: dict[int, Asked] = {}
    may_be: list[tuple[int, int]] = []
    for _ in range(draw(st.integers(2, 9))):
        at += timedelta(days=draw(st.integers(0, 12)), minutes=1)
        seq, step = len(told) + 1, draw(st.sampled_from(["ask", "write", "take"]))
        if step == "ask":
            open_[seq] = draw(WHAT)
            told.append(Happened(seq, ASKING[open_[seq]][0], at))
            facts = {"of": seq, "kind": open_[seq].value}
            told.append(Happened(seq + 1, EventKind.LETTER_SENT, at, facts))
        elif step == "write":
            told.append(Happened(seq, EventKind.MESSAGE_RECEIVED, at))
            may_be += [(asked, seq) for asked in open_]
        elif open_:
            asked = draw(st.sampled_from(sorted(open_)))
            facts = {"asked": asked}
            told.append(Happened(seq, ASKING[open_.pop(asked)][1], at, facts))
    called = draw(st.sets(st.sampled_from(may_be))) if may_be else set()
    return told, [
        Happened(
            len(told) + number,
            EventKind.READ_NO_ANSWER,
            at,
            {"asked": asked, "message": message},
        )
        for number, (asked, message) in enumerate(sorted(called), 1)
    ]


@given(stories())
def test_it_never_moves_the_day_of_the_law_nor_the_safe_day_past_it(story):
    told, called = story

    before = reckon_events(Right.ACCESS, told, holidays=HOLIDAYS)
    after = reckon_events(Right.ACCESS, [*told, *called], holidays=HOLIDAYS)

    assert (after.standing, after.due) == (before.standing, before.due)
    assert after.extension_notice_by == before.extension_notice_by
    if after.due is not None:
        assert after.safe_due is not None
        assert after.safe_due <= after.due
    if before.safe_due is None:
        assert after.safe_due is None
    elif after.safe_due is not None:
        assert after.safe_due >= before.safe_due


@given(stories())
def test_called_no_answer_to_all_it_is_as_if_it_was_never_written(story):
    told, _ = story
    askings = [one.seq for one in told if one.kind in {a for a, _ in ASKING.values()}]
    letters = [one for one in told if one.kind == EventKind.MESSAGE_RECEIVED]
    called = [
        Happened(
            100 + number,
            EventKind.READ_NO_ANSWER,
            told[-1].happened_at,
            {"asked": asked, "message": letter.seq},
        )
        for number, (asked, letter) in enumerate(
            (asked, letter) for asked in askings for letter in letters
        )
    ]
    unwritten = [one for one in told if one not in letters]

    said = reckon_events(Right.ACCESS, [*told, *called], holidays=HOLIDAYS)

    assert said == reckon_events(Right.ACCESS, unwritten, holidays=HOLIDAYS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "read",
    [
        lambda message, asked, by: say(message, asked, by=by),
        lambda message, asked, by: thread.take_as_answer(
            message, asked=asked, note="", by=by, at=READ
        ),
    ],
)
def test_case_is_locked_before_it_is_judged_what_a_message_is(case, asked, read):
    message, auditor = written(case), make_staff(Role.AUDITOR)

    with CaptureQueriesContext(connection) as ran, pytest.raises(Refused):
        read(message, asked, auditor)

    assert [one for one in ran.captured_queries if "FOR NO KEY" in one["sql"]]
