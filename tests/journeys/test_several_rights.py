"""One form for three rights, on a phone and on a desktop, with scripts and without."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.journeys.axe import assert_accessible

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("script", [True, False])
def test_three_rights_are_filed_at_once(portal, browser, script):
    context = steps.phone(browser) if script else browser.new_context()
    page = context.new_page()
    inspect = assert_accessible if script else steps.nothing
    origin = portal.variables["LUMINA_ORIGIN"]
    address = f"thea.three{script:d}@post.example"
    page.goto(origin)
    inspect(page)
    page.get_by_role("link", name="Delete my data").click()
    expect(page.get_by_label("Delete my data")).to_be_checked()
    page.get_by_label("Correct my data").check()
    page.get_by_label("Stop marketing to me").check()
    inspect(page)
    steps.go_on(page)
    page.get_by_label("My own").check()
    steps.go_on(page)
    page.get_by_label("What is wrong?").fill("Thea Tree")
    page.get_by_label("What is right?").fill("Thea Three")
    steps.go_on(page)  # the way in which it is wrong is missing
    expect(page.get_by_role("group", name="There is a problem")).to_be_focused()
    inspect(page)
    page.get_by_label("It is incorrect").check()
    steps.go_on(page)
    inspect(page)
    page.get_by_label("Everything you hold about me").check()
    page.get_by_label("I would rather not say").check()
    steps.go_on(page)
    page.get_by_label("What is your name?").fill("Thea Three")
    steps.go_on(page)
    page.get_by_label("Your e-mail address").fill(address)
    steps.go_on(page)
    inspect(page)
    steps.go_on(page)  # nothing to do differently
    expect(page).to_have_url(f"{origin}/ask/check/")
    inspect(page)
    sent = time.time()
    page.get_by_role("button", name="Send my request").click()
    expect(page.get_by_text("No more marketing")).to_be_visible()
    inspect(page)
    page.get_by_label("The code we sent you").fill(
        steps.code_to(portal, address, since=sent)
    )
    steps.go_on(page)

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Your requests are with us"
    )
    inspect(page)
    references = page.locator(".reference").all_inner_texts()
    assert len(references) == len(set(references)) == 3
    mail = steps.mail_to(portal, address, references[0], since=sent)
    assert all(one in str(mail["Subject"]) for one in references)
    page.goto(f"{origin}/cases/")
    for title in (
        "A correction of your data",
        "Deleting your data",
        "No more marketing",
    ):
        expect(page.get_by_role("link", name=title)).to_be_visible()
    inspect(page)
    page.get_by_role("link", name="Deleting your data").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deleting your data")
    inspect(page)


def test_marketing_stops_with_one_field(portal, browser):
    page = steps.phone(browser).new_page()
    page.goto(portal.variables["LUMINA_ORIGIN"])
    page.get_by_role("link", name="Stop marketing to me").click()
    assert_accessible(page)
    page.get_by_role("textbox").fill("sam.stop@post.example")
    page.get_by_role("button", name="Stop marketing").click()

    expect(page.get_by_text("It is done")).to_be_visible()
    assert_accessible(page)


def test_staff_fill_the_intake_form_from_a_saved_mail(portal, browser, tmp_path):
    saved = tmp_path / "request.eml"
    saved.write_bytes(
        b"From: Mia Mail <mia@post.example>\r\n"
        b"Date: Mon, 02 Nov 2026 09:00:00 +0000\r\n"
        b"Subject: Please delete my data\r\n\r\nAll of it.\r\n"
    )
    desk = steps.staff(portal, browser.new_context(), "caseworker")
    desk.goto(f"{portal.variables['LUMINA_ORIGIN']}/staff/take-in/")
    assert_accessible(desk)
    desk.get_by_label("Fill the form from a saved mail").set_input_files(saved)
    desk.get_by_role("button", name="Fill the form", exact=True).click()
    expect(desk.get_by_label("Their e-mail address")).to_have_value("mia@post.example")
    assert_accessible(desk)
    desk.get_by_label("Erasure", exact=True).check()
    desk.get_by_label("We know them").check()
    desk.get_by_label("How do we know who it is?").fill("The address on file.")
    desk.get_by_role("button", name="Take it in").click()
    # What is asked about it follows from what they ask for.
    desk.get_by_label("Everything you hold about me").check()
    desk.get_by_label("You should not have had it").check()
    assert_accessible(desk)
    desk.get_by_role("button", name="Take it in").click()

    expect(desk.get_by_role("status")).to_contain_text("Taken in")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Erasure: Mia Mail")
