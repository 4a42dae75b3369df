"""What the portal keeps is given in intelligible form (UK GDPR Article 12(1))."""

from __future__ import annotations

import json
import re
from hashlib import sha256

import pytest
from django.urls import reverse

from datamap.models import Revision
from requests_app.models import Case
from requests_app.queries.questions import QUESTIONS
from requests_app.states import FILED
from requests_app.views.filing_questions import PAGES
from tests.datamap.worlds import LUMINA
from tests.factories.accounts import staff_client
from tests.factories.cases import RECEIVED_AT, make_case, register_in_force
from tests.requests_app.test_packages import built, objects, searched, table

pytestmark = pytest.mark.django_db
PORTAL = LUMINA.system("portal")
ISO = re.compile(r"\d{4}-\d\d-\d\d")
CODE = re.compile(r"\b[a-z]+[_.][a-z]+\b|[{}]")
STEM = "data/user/portal-requests"


@pytest.fixture(scope="module")
def content() -> dict:
    """Give Lumina's own register with no system but the portal."""
    return LUMINA.model_copy(update={"systems": (PORTAL,)}).model_dump(mode="json")


@pytest.fixture
def case(content) -> Case:
    """Give the case of somebody who has asked before, in review."""
    revision = Revision.objects.create(
        sha256=sha256(json.dumps(content).encode()).hexdigest(),
        content=content,
        loaded_at=RECEIVED_AT,
        loaded_by="system:test",
        approved_at=RECEIVED_AT,
        approved_by="staff:1",
    )
    before = make_case("ann@example.org", revision=revision)
    before.submission.answers = json.dumps(
        {
            "scope": "some",
            "categories": ["cctv"],
            "words": "The {entrance}",
            "how": "print",
            "when": "On Monday",
            "where": "Reception",
        }
    )
    before.submission.save()
    return searched(revision=revision)


def test_spreadsheet_has_days_in_words_and_answers_under_their_questions(case):
    package = built(case)

    names, earlier, _ = table(package, STEM)
    row = dict(zip(names, earlier, strict=True))
    assert row["received_at"] == "2 November 2026 at 10:00"
    assert row["due_on"] == "2 December 2026"
    assert row["answers"].splitlines() == [
        "What do you want a copy of? Certain things",
        f"Which things? {_category('cctv')}",
        "Anything that helps us find it: The {entrance}",
        "How do you want your copy? On paper, by post",
        "When were you there? On Monday",
        "Where? Reception",
    ]
    # For a program the instant stays one.
    assert objects(package, STEM)[0]["received_at"] == "2026-11-02T10:00:00+00:00"


def _category(code: str) -> str:
    return next(one.name for one in LUMINA.categories if one.code == code)


def test_nothing_of_the_portals_own_reads_like_a_machines(case):
    package = built(case)

    tables = {
        name: table(package, name.removesuffix(".csv"))[1:]
        for name in package.namelist()
        if name.endswith(".csv")
    }
    cells = {
        cell.replace("{entrance}", "").replace("ann@example.org", "")
        for rows in tables.values()
        for row in rows
        for cell in row
    }
    assert len(tables) >= 4
    assert {cell for cell in cells if ISO.search(cell) or CODE.search(cell)} == set()


def test_review_shows_what_the_person_will_read(case):
    url = reverse("case-dataset", args=[case.reference, "portal", "requests"])

    page = staff_client().get(url).content.decode()

    assert "2 November 2026 at 10:00" in page
    assert "2026-11-02T" not in page
    row = reverse("case-row", args=[case.reference, "portal", "requests", 0])
    assert "Certain things<br>Which things?" in staff_client().get(row).content.decode()


def test_every_page_of_the_form_asks_in_the_words_of_the_table():
    register_in_force()
    answers = {"what": {"rights": list(FILED)}, "scope": {"categories": ["cctv"]}}
    asked = {
        name: str(field.label)
        for page in PAGES
        for name, field in page.form(answers)().fields.items()
    }

    assert asked == {name: QUESTIONS[name].asks for name in asked}
    assert all(QUESTIONS[name].checked for name in asked)
