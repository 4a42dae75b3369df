"""What the portal keeps is given in intelligible form (UK GDPR Article 12(1))."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from html import unescape

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
from tests.requests_app.test_packages import built, objects, page, searched, table

pytestmark = [pytest.mark.django_db, pytest.mark.long]
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


def test_page_has_days_in_words_and_files_have_them_as_they_are_kept(case):
    package = built(case)

    said = rows_on_page(package)["This portal: Your requests"][0]
    assert said["Received"] == "2 November 2026 at 10:00"
    assert said["Due"] == "2 December 2026"
    assert said["Your answers"].splitlines() == [
        "What do you want a copy of? Certain things",
        f"Which things? {_category('cctv')}",
        "Anything that helps us find it: The {entrance}",
        "How do you want your copy? On paper, by post",
        "When were you there? On Monday",
        "Where? Reception",
    ]
    # For a program, and for a spreadsheet to sort by, the instant stays one.
    names, earlier, _ = table(package, STEM)
    kept = dict(zip(names, earlier, strict=True))
    assert kept["received_at"] == "2026-11-02T10:00:00+00:00"
    assert kept["due_on"] == "2026-12-02"
    assert objects(package, STEM)[0]["received_at"] == "2026-11-02T10:00:00+00:00"


def rows_on_page(package) -> dict[str, list[dict[str, str]]]:
    """Return what the package's page itself shows, by table: rows by label."""
    said: dict[str, list[dict[str, str]]] = {}
    text = page(package)
    for title, body in re.findall(
        r'<h4 id="table-\d+">(.*?)</h4>.*?first-rows">(.*?)</details>', text, re.DOTALL
    ):
        labels = re.findall(r'<th scope="col">(.*?)</th>', body)
        if labels:
            rows = re.findall(r"<tr>(<td>.*?)</tr>", body, re.DOTALL)
            cells = [re.findall(r"<td>(.*?)</td>", row, re.DOTALL) for row in rows]
            said[unescape(title)] = [
                dict(zip(labels, map(unescape, row), strict=True)) for row in cells
            ]
        else:
            said[unescape(title)] = [
                {
                    label: unescape(value)
                    for label, value in re.findall(
                        r"<dt>(.*?)</dt><dd>(.*?)</dd>", row, re.DOTALL
                    )
                }
                for row in body.split('<section class="record">')[1:]
            ]
    return said


def _category(code: str) -> str:
    return next(one.name for one in LUMINA.categories if one.code == code)


def test_nothing_of_the_portals_own_reads_like_a_machines(case):
    package = built(case)

    shown = rows_on_page(package)
    cells = {
        cell.replace("{entrance}", "").replace("ann@example.org", "")
        for rows in shown.values()
        for row in rows
        for cell in row.values()
    }
    assert len(shown) >= 4
    assert {cell for cell in cells if ISO.search(cell) or CODE.search(cell)} == set()


def test_rows_of_the_ledger_say_which_request_they_are_about(case):
    before = Case.objects.order_by("pk").first()

    [portal] = [
        one for name, one in rows_on_page(built(case)).items() if "edger" in name
    ]

    about = {row["About"] for row in portal}
    assert f"A request or a complaint: {before.reference}" in about
    assert {one for one in about if re.search(r"(Case|Hold|Subject) \d", one)} == set()


def test_datasets_stand_under_the_categories_of_the_notice(case):
    text = page(built(case))

    heads = re.findall(r"<(h[34])[^>]*>(.*?)</h[34]>", text.partition("Your data<")[2])
    categories = {one.name for one in LUMINA.categories}
    names = [unescape(name) for level, name in heads if level == "h3"]
    of = [name for name in names if name in categories]
    assert heads[0][0] == "h3"
    assert _category("user") in of
    assert of == [one.name for one in LUMINA.categories if one.name in of]
    assert ("h4", "This portal: Your requests") in heads


def test_money_names_its_currency():
    billing = LUMINA.system("billing")
    money = {
        field.label
        for dataset in billing.datasets.values()
        for name, field in dataset.declared.items()
        if name in {"net", "vat", "total", "unit_price"}
    }

    assert len(money) == 4
    assert all("(GBP)" in label for label in money)


def test_every_day_that_a_system_of_ours_keeps_is_declared_as_one():
    named = re.compile(r"(_on|_at|^since|date_of_birth|last_contact)$")
    undeclared = {
        f"{system.id}.{dataset.id}.{name}"
        for system in LUMINA.systems
        for dataset in system.datasets.values()
        for name, field in dataset.declared.items()
        if named.search(name) and not field.secret and field.reads is None
    }
    assert undeclared == set()


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
