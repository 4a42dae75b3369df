"""The clock against the vectors, and the words of its steps."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import holidays as public_holidays
import pytest

from lumina_privacy.lib.days import london_day
from requests_app import clock
from requests_app.clock import Round, Standing, Timeline

HERE = Path(__file__).parent
VECTORS = json.loads((HERE / "clock_vectors.json").read_text())
OTHERS = json.loads((HERE / "other_clock_vectors.json").read_text())
HOLIDAYS = frozenset(
    public_holidays.country_holidays("GB", subdiv="ENG", years=range(2018, 2041))
)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def rounds(vector: dict, asked: str, got: str) -> tuple[Round, ...]:
    if asked not in vector:
        return ()
    return (Round(day(vector[asked]), day(vector.get(got))),)


def timeline_of(vector: dict) -> Timeline:
    return Timeline(
        right=vector["right"],
        received=day(vector["received"]),
        identity=rounds(vector, "id_requested", "id_received"),
        authority=rounds(vector, "authority_requested", "authority_received"),
        fees=rounds(vector, "fee_requested", "fee_paid"),
        clarifications=tuple(
            Round(day(asked), day(got))
            for asked, got in vector.get("clarification", [])
        ),
        extended=vector.get("extended", False),
    )


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_reckon_gives_the_vectors_days(vector):
    reckoning = clock.reckon(timeline_of(vector), holidays=HOLIDAYS)

    assert reckoning.standing == vector["clock_status"]
    assert reckoning.due == day(vector.get("expected_due"))
    assert reckoning.safe_due == day(vector.get("safe_due"))
    if "extension_notice_by" in vector:
        assert reckoning.extension_notice_by == day(vector["extension_notice_by"])


def test_received_at_is_a_london_day():
    [vector] = [vector for vector in VECTORS if "received_at_utc" in vector]

    received = london_day(datetime.fromisoformat(vector["received_at_utc"]))

    assert received == day(vector["received"])


@pytest.mark.parametrize("vector", OTHERS, ids=[vector["id"] for vector in OTHERS])
def test_other_clocks_give_the_vectors_days(vector):
    if vector["kind"] == "ico_breach_72h":
        due_at = clock.breach_notice_due(datetime.fromisoformat(vector["aware_at"]))
        assert due_at == datetime.fromisoformat(vector["expected_due_at"])
        return
    reckon = {
        "complaint_ack": clock.complaint_acknowledgement_due,
        "art14_notice": clock.indirect_notice_due,
    }[vector["kind"]]

    due = reckon(day(vector["received"]), holidays=HOLIDAYS)

    assert due == day(vector["expected_due"])


def test_paused_clock_says_how_many_days_are_left():
    [vector] = [vector for vector in VECTORS if vector["id"] == "P01"]

    reckoning = clock.reckon(timeline_of(vector), holidays=HOLIDAYS)

    assert reckoning.standing == Standing.PAUSED
    assert reckoning.days_left == 24


def test_answers_before_their_questions_are_refused():
    with pytest.raises(ValueError, match="clarification was received before"):
        Timeline(
            "access",
            date(2026, 6, 1),
            clarifications=(Round(date(2026, 6, 5), date(2026, 6, 4)),),
        )


def test_every_step_of_the_explanation_names_its_law():
    [vector] = [vector for vector in VECTORS if vector["id"] == "H15"]

    steps = clock.reckon(timeline_of(vector), holidays=HOLIDAYS).steps

    assert [step.day for step in steps] == [
        date(2026, 2, 15),
        date(2026, 3, 15),
        date(2026, 2, 27),
        date(2026, 3, 23),
        date(2026, 3, 23),
    ]
    assert all("Article" in step.source for step in steps)


EASTER = {date(2027, 3, 26): "Good Friday", date(2027, 3, 29): "Easter Monday"}


FRIDAY = "Friday 26 March 2027 is a bank holiday"
SATURDAY = "Saturday 27 March 2027 is no working day"
MONDAY = "Monday 29 March 2027 is a bank holiday"


@pytest.mark.parametrize(
    ("received", "holidays", "why"),
    [
        (26, EASTER, f"{FRIDAY} (Good Friday), and {MONDAY} (Easter Monday)"),
        (27, EASTER, f"{SATURDAY}, and {MONDAY} (Easter Monday)"),
        (26, frozenset(EASTER), f"{FRIDAY}, and {MONDAY}"),
        (27, (), SATURDAY),
    ],
    ids=["holidays", "weekend and holiday", "no names at hand", "weekend"],
)
def test_day_that_moved_names_the_days_that_moved_it(received, holidays, why):
    timeline = Timeline("access", date(2027, 2, received))
    reckoning = clock.reckon(timeline, holidays=holidays)

    ends = (
        f"so the period ends on the next working day, {clock.in_words(reckoning.due)}."
    )
    assert reckoning.steps[-2].text == f"{why}, {ends}"
