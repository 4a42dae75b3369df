"""Every vector of the clock, through the acts of staff."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from datamap import actions as datamap
from lumina_privacy.lib.bank_holidays import bank_holidays
from lumina_privacy.lib.verdict import Refused
from requests_app import clock
from requests_app.models import Case
from requests_app.states import Right
from requests_app.timekeeping import Asked
from tests.factories.accounts import staff_client, subject_client
from tests.factories.cases import make_case
from tests.factories.clock import ask, extend, noon, receive

pytestmark = pytest.mark.django_db
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


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_a_vector_gives_its_days_through_the_acts_of_staff(vector):
    case = replay(vector)

    assert case.clock_state == vector["clock_status"]
    assert str(case.due_on or "") == (vector.get("expected_due") or "")
    assert str(case.safe_due_on or "") == (vector.get("safe_due") or "")
    pages = [
        staff_client().get(reverse("staff-case", args=[case.reference])),
        subject_client(case.submission.address).get(
            reverse("case", args=[case.reference])
        ),
    ]
    shown = clock.in_words(case.due_on) if case.due_on else None
    for page in pages:
        text = " ".join(page.content.decode().split())
        assert shown is None or shown in text
