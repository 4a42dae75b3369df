"""Somebody takes their data elsewhere: from the front door to the file, on real parts.

1. Ian asks on his phone, and names the company it should go to.
2. A caseworker says whether that can be done, searches (no owner is asked by hand),
   reviews what Article 20 reaches and what is set apart, and decides; a reviewer
   releases.
3. Ian reads the letter, signs in and downloads: what he gave, and nothing that a friend
   told us of him.
"""

from __future__ import annotations

import json
import time
import zipfile

import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.journeys.axe import assert_accessible

pytestmark = pytest.mark.journey
IAN = "ian.pettigrew@post.example"
COMPANY = "Other Telephony Ltd, data@telephony.example"


def test_a_person_takes_their_data_elsewhere(portal, browser, tmp_path):
    walk(portal, browser, tmp_path, assert_accessible)


def walk(portal, browser, tmp_path, inspect) -> None:
    origin = portal.variables["LUMINA_ORIGIN"]
    begun = time.time()
    ian = steps.phone(browser).new_page()
    reference = ian_asks(portal, ian, origin, inspect)

    desk = steps.staff(portal, browser.new_context(), "caseworker")
    steps.open_case(desk, origin, reference)
    inspect(desk)
    answer_on_direct_transmission(desk, inspect)
    steps.search(desk)
    # Cameras and paper hold nothing that can be taken away: nobody is asked for them.
    expect(desk.get_by_text("4 of 4")).to_be_visible()
    look_at_what_is_set_apart(desk, inspect)
    steps.open_case(desk, origin, reference)
    steps.review_everything(desk, inspect)
    steps.decide(desk, origin, reference, "Thank you, Ian.", inspect)

    reviewer = steps.staff(portal, browser.new_context(), "reviewer")
    steps.release(reviewer, origin, reference, inspect)
    inspect(reviewer)

    told = steps.mail_to(portal, IAN, "our decision", since=begun)
    text = steps.text_of(told)
    assert "you get your data to take away" in text
    assert "not technically feasible" in text
    assert "somebody else told us" in text
    link = next(one for one in steps.links_in(told) if reference in one)
    ian = steps.phone(browser).new_page()
    steps.sign_in(portal, ian, link, IAN)
    expect(ian.get_by_text("you get your data to take away").first).to_be_visible()
    inspect(ian)
    steps.step_up(portal, ian, IAN)
    with ian.expect_download() as download:
        ian.get_by_role("button", name="Download").click()
    folder = tmp_path / "taken"
    file = tmp_path / "answer.zip"
    download.value.save_as(file)
    with zipfile.ZipFile(file) as package:
        package.extractall(folder)
    assert_only_what_he_gave(folder)
    page = browser.new_page()
    page.goto((folder / "index.html").as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("Your data to take away")
    inspect(page)


def ian_asks(portal, page, origin, inspect) -> str:
    page.goto(origin)
    page.get_by_role("link", name="Take my data elsewhere").click()
    expect(page.get_by_label("Take my data elsewhere")).to_be_checked()
    steps.go_on(page)
    page.get_by_label("My own").check()
    steps.go_on(page)
    page.get_by_label("Everything you hold about me").check()
    steps.go_on(page)
    page.get_by_label("I do not know").check()  # nor when to look in footage
    steps.go_on(page)
    page.get_by_label("Should we send it to another company?").fill(COMPANY)
    inspect(page)
    steps.go_on(page)
    page.get_by_label("What is your name?").fill("Ian Pettigrew")
    steps.go_on(page)
    page.get_by_label("Your e-mail address").fill(IAN)
    steps.go_on(page)
    page.get_by_label("As a download from this site").check()
    steps.go_on(page)
    steps.go_on(page)  # nothing to do differently
    expect(page).to_have_url(f"{origin}/ask/check/")
    inspect(page)
    sent = time.time()
    page.get_by_role("button", name="Send my request").click()
    code = steps.code_to(portal, IAN, since=sent)
    page.get_by_label("The code we sent you").fill(code)
    steps.go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is with us")
    return page.locator(".reference").inner_text()


def answer_on_direct_transmission(desk, inspect) -> None:
    desk.get_by_role("link", name="Say whether it is sent to another company").click()
    expect(desk.get_by_text(COMPANY)).to_be_visible()
    inspect(desk)
    desk.get_by_role("button", name="Record it").click()
    expect(desk.get_by_role("group", name="There is a problem")).to_be_visible()
    inspect(desk)
    desk.get_by_label("No: it is not technically feasible").check()
    desk.get_by_label("To whom and in which way").fill("They have no secure way in.")
    desk.get_by_role("button", name="Record it").click()
    expect(desk.get_by_role("status")).to_contain_text("The letter of the answer")


def look_at_what_is_set_apart(desk, inspect) -> None:
    """Ian's contact came by a referral: its row is set apart, with the reason."""
    desk.get_by_role("link", name="Review what was found").click()
    crm = "Customer relationship management: Contacts"
    contacts = desk.get_by_role("article", name=crm)
    expect(contacts.get_by_text("Article 20 reaches: Title")).to_be_visible()
    expect(contacts.get_by_text("Set apart: Company")).to_be_visible()
    contacts.get_by_text("Withhold").first.click()
    grounds = contacts.get_by_label("On which ground?").last.inner_text()
    assert "Article 20(4)" in grounds
    assert "Schedule 2 paragraph 16" not in grounds
    inspect(desk)
    contacts.get_by_role("link", name="Look at the rows").click()
    expect(desk.get_by_text("somebody else told us").first).to_be_visible()
    inspect(desk)
    desk.get_by_role("link", name="look and decide").first.click()
    expect(desk.get_by_text("Set apart: it stays out")).to_be_visible()
    inspect(desk)


def assert_only_what_he_gave(folder) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    by_name = {f"{one['system']}.{one['dataset']}": one for one in manifest["datasets"]}
    contacts = by_name["crm.contacts"]
    assert (contacts["rows"], contacts["rows_from_others"]) == (0, 1)
    tickets = by_name["service_desk.tickets"]
    rows = json.loads((folder / f"{tickets['stem']}.json").read_text())
    assert [set(row) for row in rows] == [
        {"ticket_id", "requester_name", "requester_email", "subject", "opened_at"}
    ]
    assert rows[0]["requester_email"] == IAN
    assert not {one["system"] for one in manifest["searched"]} & {"cctv", "hr"}
