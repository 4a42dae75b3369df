"""Somebody asks for their data and gets it: the first whole journey, on real parts.

1. Tom reads the notice, answers the questions on his phone, sends, and proves his
   address: a reference, the day, and how it was worked out.
2. A caseworker signs in with password and token, finds him in the queue, and searches.
3. The owners of two systems answer by the link in their mail, one with a file.
4. The caseworker reviews, checks who asks, and decides; a reviewer releases.
5. Tom signs in by the link in his mail, proves himself once more, and downloads. Every
   sum of the manifest is right, and every table says the same twice.
6. The days of the answer run out: he is told so, and nothing is sent.
"""

from __future__ import annotations

import csv
import io
import json
import re
import time
import zipfile
from contextlib import closing
from hashlib import sha256

import psycopg2
import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.journeys.axe import assert_accessible

pytestmark = pytest.mark.journey
TOM = "tom@ashdownjoinery.example"
FOOTAGE = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 64


@pytest.mark.parametrize(
    "script",
    [pytest.param(False, marks=pytest.mark.first, id="without-script"), True],
)
def test_a_person_asks_for_their_data_and_gets_it(portal, browser, tmp_path, script):
    """Without JavaScript as with it; where there is some, axe looks at every page."""
    inspect = assert_accessible if script else steps.nothing
    origin = portal.variables["LUMINA_ORIGIN"]
    begun = time.time()

    tom = steps.phone(browser, script=script).new_page()
    reference = tom_asks(portal, tom, origin, inspect)
    acknowledged = steps.mail_to(portal, TOM, reference, since=begun)
    assert "How we worked out this date" in steps.text_of(acknowledged)

    desk = browser.new_context(java_script_enabled=script)
    caseworker = steps.staff(portal, desk, "caseworker", inspect, by_hand=True)
    row = caseworker.get_by_role("row").filter(has_text=reference)
    expect(row.first).to_contain_text("Tom Ashdown")
    expect(row.first).to_contain_text("Start the search")
    inspect(caseworker)
    row.first.get_by_role("link", name=reference).click()
    inspect(caseworker)
    steps.search(caseworker, script=script, inspect=inspect)
    expect(caseworker.get_by_text("4 of 6")).to_be_visible()

    owners_answer(portal, browser, begun, script, inspect)
    caseworker.reload()
    expect(caseworker.get_by_text("6 of 6")).to_be_visible()
    steps.review_everything(caseworker, inspect)
    steps.decide(caseworker, origin, reference, "Thank you, Tom.", inspect)

    second = browser.new_context(java_script_enabled=script)
    reviewer = steps.staff(portal, second, "reviewer")
    steps.release(reviewer, origin, reference, inspect)
    inspect(reviewer)

    ready = steps.mail_to(portal, TOM, "Your answer is ready", since=begun)
    link = next(one for one in steps.links_in(ready) if reference in one)
    tom = steps.phone(browser, script=script).new_page()
    steps.sign_in(portal, tom, link, TOM, inspect)
    inspect(tom)
    steps.step_up(portal, tom, TOM, inspect)
    with tom.expect_download() as download:
        tom.get_by_role("button", name="Download").click()
    file = tmp_path / "answer.zip"
    download.value.save_as(file)
    assert download.value.suggested_filename == f"{reference}.zip"

    folder = tmp_path / "answer"
    with zipfile.ZipFile(file) as package:
        assert package.testzip() is None
        package.extractall(folder)
    assert_sums_are_right(folder)
    assert_tables_say_the_same(folder)
    page = browser.new_page()
    page.goto((folder / "index.html").as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("A copy of your data")
    letter = page.get_by_role("paragraph").filter(has_text="Thank you, Tom.")
    expect(letter).to_be_visible()
    inspect(page)
    tom.goto(link)
    expect(tom.get_by_text("You fetched it on")).to_be_visible()
    answer_expires(portal, tom, reference, inspect)


def answer_expires(portal, page, reference, inspect) -> None:
    """Whoever has the page open when the days run out is told, and gets nothing."""
    page.get_by_role("link", name="Fetch your copy").click()
    with closing(psycopg2.connect(portal.variables["DATABASE_URL"])) as database:
        with database, database.cursor() as cursor:
            cursor.execute(
                "UPDATE requests_app_package SET expires_at = now() WHERE case_id = "
                "(SELECT id FROM requests_app_case WHERE reference = %s)",
                [reference],
            )
        assert cursor.rowcount == 1
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "This answer cannot be fetched"
    )
    expect(page.get_by_text("This answer has expired")).to_be_visible()
    inspect(page)
    page.get_by_role("link", name=f"Request {reference}").click()
    expect(page.get_by_role("link", name="Fetch your copy")).to_have_count(0)


def tom_asks(portal, page, origin, inspect) -> str:
    """From the front door to the receipt; return the reference."""
    page.goto(origin)
    inspect(page)
    page.get_by_role("link", name="What we hold and why").click()
    expect(page.get_by_text("We do not sell").first).to_be_visible()
    inspect(page)
    page.go_back()
    page.get_by_role("link", name="Start now").click()
    inspect(page)
    page.get_by_role("link", name="Start", exact=True).click()
    steps.go_on(page)
    expect(page.get_by_role("group", name="There is a problem")).to_be_focused()
    inspect(page)

    reference = steps.ask(portal, page, "Tom Ashdown", TOM, inspect)
    assert re.fullmatch(r"LP-[0-9A-Z]{5}-[0-9A-Z]{5}", reference)
    page.get_by_text("How we worked out this date").click()
    steps_shown = page.locator(".workings li").all_inner_texts()
    assert len(steps_shown) >= 3
    assert "We received your request on" in steps_shown[0]
    last_day = page.locator(".receipt time").inner_text()
    assert re.fullmatch(r"\w+day \d+ \w+ \d{4}", last_day)
    assert last_day in " ".join(steps_shown)
    inspect(page)
    page.get_by_role("link", name="Follow this request").click()
    expect(page.get_by_text("Your address was proved")).to_be_visible()
    inspect(page)
    return reference


def owners_answer(portal, browser, begun, script, inspect) -> None:
    """Facilities bring a recording; the people team hold nothing."""
    for address, system in (
        ("facilities@luminatech.example", "CCTV"),
        ("people@luminatech.example", "visitors"),
    ):
        asked = steps.mail_to(portal, address, system, since=begun)
        assert "Tom" not in steps.text_of(asked)
        assert TOM not in steps.text_of(asked)
        page = browser.new_context(java_script_enabled=script).new_page()
        link = next(one for one in steps.links_in(asked) if "/owner/" in one)
        steps.owner_signs_in(portal, page, link, address, inspect)
        expect(page.get_by_text("Tom Ashdown")).to_be_visible()
        inspect(page)
        if system == "CCTV":
            page.get_by_label("Choose files").set_input_files(
                {"name": "door.mp4", "mimeType": "video/mp4", "buffer": FOOTAGE}
            )
            page.get_by_role("button", name="Add the files").click()
            inspect(page)
            page.get_by_role("button", name="That is everything").click()
        else:
            page.get_by_text("Nothing is held", exact=True).click()
            inspect(page)
            page.get_by_role("button", name="Nothing is held about them").click()
        expect(page.get_by_text("Your answer is with the privacy team")).to_be_visible()
        inspect(page)


def assert_sums_are_right(folder) -> None:
    """The manifest names every file of the package but itself, with its sum."""
    manifest = json.loads((folder / "manifest.json").read_text())
    named = {one["path"]: one["sha256"] for one in manifest["members"]}
    there = {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert named == there
    (footage,) = [path for path in there if path.endswith("door.mp4")]
    assert there[footage] == sha256(FOOTAGE).hexdigest()


def assert_tables_say_the_same(folder) -> None:
    """Each table has as many rows as the manifest says, in CSV and in JSON."""
    manifest = json.loads((folder / "manifest.json").read_text())
    given = [one for one in manifest["datasets"] if one.get("stem")]
    by_name = {f"{one['system']}.{one['dataset']}": one for one in given}
    assert by_name["crm.contacts"]["rows"] == 1
    assert by_name["billing.invoices"]["rows"] > 0
    for one in given:
        rows = json.loads((folder / f"{one['stem']}.json").read_text())
        text = (folder / f"{one['stem']}.csv").read_text(encoding="utf-8-sig")
        table = list(csv.DictReader(io.StringIO(text, newline="")))
        assert len(rows) == len(table) == one["rows"]
        assert [list(row) for row in rows] == [list(row) for row in table]
    (contact,) = json.loads(
        (folder / f"{by_name['crm.contacts']['stem']}.json").read_text()
    )
    assert contact["email"] == TOM
    assert list(contact)[:3] == ["title", "first_name", "last_name"]
