"""What the page of a package says of this person, where it is known of them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from consent import actions as consent
from consent.rules import Act, Channel
from lumina_privacy.lib.actor import system as actor
from requests_app.models import OwnerTask
from requests_app.policies import reviewed
from tests.factories.cases import RECEIVED_AT
from tests.requests_app.test_package_page import decision, text_of  # noqa: F401 (fixture)

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("acts", "is_own"),
    [([Act.GIVEN], True), ([Act.GIVEN, Act.WITHDRAWN], False), ([Act.OBJECTED], False)],
)
def test_who_gave_consent_reads_that_it_is_theirs(decision, acts, is_own):  # noqa: F811
    for day, act in enumerate(acts):
        consent.record(
            subject=("email", "ann@example.org"),
            purpose="marketing-electronic",
            channel=Channel.EMAIL,
            act=act,
            wording="Send me news.",
            source="website",
            evidence="",
            by=actor("test"),
            at=RECEIVED_AT - timedelta(days=9 - day),
        )

    text = text_of(decision)

    said = "by e-mail, phone and web, on the basis of the consent that you gave us"
    assert (said in text) is is_own
    assert ("Legitimate interest for business employees" in text) is not is_own


@pytest.mark.parametrize(
    ("of", "told"),
    [("visitors", {"Visitors’ book"}), ("", {"Personnel files", "Visitors’ book"})],
)
def test_file_is_told_of_with_what_its_owner_said_it_is_of(decision, of, told):  # noqa: F811
    asked = OwnerTask.objects.create(
        reference="LP-1",
        task=decision.case.tasks.get(system="hr"),
        address="people@luminatech.example",
        due_on=date(2026, 11, 20),
        asked_at=RECEIVED_AT,
    )
    asked.files.create(
        file=uuid4(),
        dataset=of,
        choice="withhold",
        at=RECEIVED_AT,
        ground="third_party",
    )
    decision.case.found.all().delete()
    decision.reviewed = reviewed.marks_of(decision.case)

    page = text_of(decision)

    blocks = {"Personnel files", "Visitors’ book"}
    hr = "Personnel and visitors’ book"
    assert {one for one in blocks if f"{hr}: {one}" in page} == told
