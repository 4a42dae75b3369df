"""Why a day moved stands beside it, with the holiday's name, wherever it is told."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse

from datamap import actions as datamap
from requests_app.actions import complaint
from requests_app.models import Letter
from requests_app.queries.clock import reckoning_of
from requests_app.states import LetterKind, Right
from tests.factories.accounts import staff_client, subject_client
from tests.factories.cases import make_case, make_revision
from tests.factories.clock import again, extend, noon

pytestmark = pytest.mark.django_db
EASTER = {date(2027, 3, 26): "Good Friday", date(2027, 3, 29): "Easter Monday"}
MOVED = (
    "Friday 26 March 2027 is a bank holiday (Good Friday), and Monday 29 March 2027 is "
    "a bank holiday (Easter Monday), so the period ends on the next working day, "
    "Tuesday 30 March 2027."
)


@pytest.fixture(autouse=True)
def _holidays():
    datamap.seed_holidays(EASTER)


def text_of(response) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(text).split())


def test_page_of_the_person_and_page_of_staff_name_the_holidays():
    case = make_case("ann@example.org", received_at=noon("2027-02-26"))
    mine = subject_client("ann@example.org").get(reverse("case", args=[case.reference]))
    ours = staff_client().get(reverse("staff-case", args=[case.reference]))

    assert MOVED in text_of(mine)
    assert MOVED in text_of(ours)


def test_letter_names_the_holidays():
    case = make_case(right=Right.ERASURE, received_at=noon("2026-12-26"))

    extend(case, at=noon("2027-01-05"))

    assert again(case).due_on == date(2027, 3, 30)
    assert MOVED in Letter.objects.get(case=case, kind=LetterKind.EXTENSION).body


def test_day_of_a_complaint_says_why_it_moved():
    make_revision()
    said = complaint.Complaint(name="Cara", words="Late.", email="cara@example.org")
    case = complaint.complain(
        said, key=uuid4(), client="1", at=noon("2027-02-24")
    ).cases.get()

    reckoning = reckoning_of(case)

    assert case.due_on == reckoning.due == date(2027, 3, 30)
    counted, moved = (step.text for step in reckoning.steps)
    assert counted == (
        "We acknowledge a complaint within 30 days. That is by Friday 26 March 2027."
    )
    assert moved == MOVED
