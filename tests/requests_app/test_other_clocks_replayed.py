"""The clocks that are no month, each vector through the act that starts it.

Beside the acknowledgement of a complaint and the 72 hours of a breach there is the
notice of Article 14, which no act of this app starts; ``manage.py deadline`` has it.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse

from datamap import actions as datamap
from datamap import queries
from lumina_privacy.lib.bank_holidays import bank_holidays
from requests_app import clock
from requests_app.actions import answer, complaint
from requests_app.queries.clock import reckoning_of
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_revision
from tests.factories.clock import again, deliver, noon
from tests.requests_app.test_breach import make_released
from tests.requests_app.test_clock_replayed import text_of

pytestmark = pytest.mark.django_db
VECTORS = json.loads((Path(__file__).parent / "other_clock_vectors.json").read_text())
COMPLAINTS = [one for one in VECTORS if one["kind"] == "complaint_ack"]
BREACHES = [one for one in VECTORS if one["kind"] == "ico_breach_72h"]
SAID = complaint.Complaint(name="Cara", words="Too late.", email="cara@example.org")


@pytest.fixture(autouse=True)
def _holidays():
    datamap.seed_holidays(bank_holidays(date(2033, 1, 1)))


def page_of(case) -> str:
    return text_of(staff_client().get(reverse("staff-case", args=[case.reference])))


@pytest.mark.parametrize("vector", COMPLAINTS, ids=[one["id"] for one in COMPLAINTS])
def test_a_complaint_is_due_for_acknowledgement_on_the_day_of_its_vector(vector):
    make_revision()
    at = noon(vector["received"])

    case = complaint.complain(SAID, key=uuid4(), client="1", at=at).cases.get()

    due = date.fromisoformat(vector["expected_due"])
    assert case.due_on == case.safe_due_on == reckoning_of(case).due == due
    assert f"Due {clock.in_words(due)}" in page_of(case)
    deliver(at)
    # Acknowledged: from now on they hear from us within two weeks.
    told = clock.complaint_progress_due(at.date(), holidays=queries.holidays())
    assert again(case).due_on == told


@pytest.mark.parametrize("vector", BREACHES, ids=[one["id"] for one in BREACHES])
def test_a_breach_is_due_at_the_instant_of_its_vector(vector):
    aware = datetime.fromisoformat(vector["aware_at"])
    package = make_released(received_at=aware - timedelta(days=3))

    breach = answer.revoke(
        package, reason="It went to her brother.", by=make_staff(), at=aware
    )

    assert breach.due_at == datetime.fromisoformat(vector["expected_due_at"])
    assert "72 hours after we knew of it" in page_of(breach)


def test_every_vector_starts_here_or_is_the_notice_of_article_14():
    rest = [one for one in VECTORS if one not in [*COMPLAINTS, *BREACHES]]

    assert {one["kind"] for one in rest} == {"art14_notice"}
    assert COMPLAINTS
    assert BREACHES
