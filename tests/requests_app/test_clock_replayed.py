"""Every vector of the clock, through the acts of staff."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from datamap import actions as datamap
from lumina_privacy.lib.bank_holidays import bank_holidays
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app import clock, emails
from requests_app.models import Case, Letter
from requests_app.queries.clock import reckoning_of
from requests_app.queries.words import CLOCKS
from requests_app.states import LetterKind, Right
from requests_app.timekeeping import Asked
from tests.factories.accounts import staff_client, subject_client
from tests.factories.authority import AGENT
from tests.factories.cases import make_case
from tests.factories.clock import ask, extend, noon, receive

pytestmark = [pytest.mark.django_db, pytest.mark.long]
VECTORS = json.loads((Path(__file__).parent / "clock_vectors.json").read_text())
ROUNDS = (
    (Asked.IDENTITY, "id_requested", "id_received"),
    (Asked.AUTHORITY, "authority_requested", "authority_received"),
    (Asked.FEE, "fee_requested", "fee_paid"),
)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _holidays():
    datamap.seed_holidays(bank_holidays(date(2033, 1, 1)))


def steps_of(vector: dict) -> list[tuple[datetime, int, tuple]]:
    """Return what was asked and what came, in order; extended as soon as it may be."""
    found = []
    rounds = [
        (what, vector[asked], vector.get(got))
        for what, asked, got in ROUNDS
        if vector.get(asked)
    ]
    rounds += [(Asked.CLARIFICATION, *span) for span in vector.get("clarification", ())]
    for number, (what, asked, got) in enumerate(rounds):
        found.append((noon(asked), number, ("ask", what)))
        if got:
            found.append((noon(got) + HOUR, number, ("receive", what)))
    if vector.get("extended"):
        starts = [
            vector["received"],
            *(
                got
                for what, _, got in rounds
                if got and what is not Asked.CLARIFICATION
            ),
        ]
        found.append((noon(max(starts)) + 2 * HOUR, -1, ("extend", None)))
    return sorted(found, key=lambda step: step[:2])


def replay(vector: dict) -> Case:
    case = make_case(right=Right(vector["right"]), received_at=noon(vector["received"]))
    asked: dict[int, int] = {}
    for at, number, (step, what) in steps_of(vector):
        case.refresh_from_db()
        match step:
            case "ask" if what is Asked.CLARIFICATION and case.right != Right.ACCESS:
                with pytest.raises(Refused, match="Only a request for a copy"):
                    ask(case, what, at=at)
            case "ask":
                asked[number] = ask(case, what, at=at)
            case "receive" if number in asked:
                receive(case, asked[number], at=at)
            case "extend":
                extend(case, at=at)
    return Case.objects.get(pk=case.pk)


def text_of(page) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def written_now(case: Case) -> str:
    """Return what a letter that tells the day says when it is written now."""
    at = case.events.latest("seq").happened_at + HOUR
    submission = case.submission
    if submission.for_another:
        submission.agent_address = AGENT
    emails.acknowledgement(submission, at=at)
    mail = Message.objects.get(dedupe_key=f"acknowledgement:{case.submission_id}")
    return " ".join(mail.text.split())


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_a_vector_gives_its_days_through_the_acts_of_staff(vector):
    case = replay(vector)

    assert case.clock_state == vector["clock_status"]
    assert str(case.due_on or "") == (vector.get("expected_due") or "")
    assert str(case.safe_due_on or "") == (vector.get("safe_due") or "")
    reckoning = reckoning_of(case)
    if vector.get("extension_notice_by"):
        assert str(reckoning.extension_notice_by) == vector["extension_notice_by"]
    ours, theirs = (
        text_of(staff_client().get(reverse("staff-case", args=[case.reference]))),
        text_of(
            subject_client(case.submission.address).get(
                reverse("case", args=[case.reference])
            )
        ),
    )
    letter = written_now(case)
    for told in (ours, theirs, letter):
        for step in reckoning.steps:
            assert step.text in told
            assert step.source in told
    if case.due_on is None:
        assert CLOCKS[case.clock_state] in ours
        assert " at the latest" not in theirs.split("How we worked out this date")[0]
        assert "We will answer as soon as we can. How we worked" in letter
        return
    shown = clock.in_words(case.due_on)
    assert f"Due {shown}" in ours
    is_over = f"the law wanted our answer, {shown}, has passed"
    if case.due_on < london_day(timezone.now()):
        assert is_over in theirs.replace(" ,", ",")
    else:
        assert re.search(rf"(by|on) {shown} at the latest", theirs)
    assert f"by {shown} at the latest" in letter or is_over in letter


EXTENDED = [
    vector
    for vector in VECTORS
    if vector.get("extended") and steps_of(vector)[-1][2] == ("extend", None)
]


@pytest.mark.parametrize("vector", EXTENDED, ids=[vector["id"] for vector in EXTENDED])
def test_the_notice_of_an_extension_tells_the_day_of_its_vector(vector):
    case = replay(vector)

    notice = Letter.objects.get(case=case, kind=LetterKind.EXTENSION).body
    day = clock.in_words(date.fromisoformat(vector["expected_due"]))
    assert f"by {day} at the latest" in notice
    assert all(step.text in notice for step in reckoning_of(case).steps)


def test_the_instant_of_a_receipt_counts_by_its_day_in_london():
    [vector] = [vector for vector in VECTORS if vector.get("received_at_utc")]

    case = make_case(
        right=Right(vector["right"]),
        received_at=datetime.fromisoformat(vector["received_at_utc"]),
    )

    assert str(case.due_on) == vector["expected_due"]
