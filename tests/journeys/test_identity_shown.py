"""We doubt who asks: a photo from a phone settles it, and is gone afterwards."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys import by_http, steps
from tests.journeys.axe import assert_accessible
from tests.pictures import LOCKED, photo

pytestmark = pytest.mark.journey


def choose(page, name, kind, content):
    """Choose a file as a phone's gallery gives it, and send it."""
    box = page.get_by_label("A photo or a PDF of it")
    box.set_input_files({"name": name, "mimeType": kind, "buffer": content})
    page.get_by_role("button", name="Send it").click()


def asks_who(page, origin, reference):
    steps.open_case(page, origin, reference)
    expect(page.get_by_role("heading", name="How sure we must be")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Ask who they are").click()
    page.get_by_label("We have a doubt").fill("the name differs from the one on file")
    page.get_by_label("To settle it").fill("a photo of your work pass")
    page.get_by_label("The least that settles").select_option("document")
    assert_accessible(page)
    page.get_by_role("button", name="Show what this does").click()
    assert_accessible(page)
    page.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_role("status")).to_contain_text("It is asked")


def decides(page, origin, reference) -> str:
    """Look at the picture and decide; return the address of the picture."""
    steps.open_case(page, origin, reference)
    page.get_by_role("link", name="What they showed").click()
    assert_accessible(page)
    page.get_by_role("button", name="Look at picture 1").click()
    shown = page.get_by_role("img", name="What was shown")
    expect(shown).to_have_js_property("naturalWidth", 480)
    assert_accessible(page)
    address = shown.get_attribute("src")
    page.get_by_role("link", name="Is it the person?").click()
    page.get_by_label("What was it?").select_option("document")
    page.get_by_label("Yes, it is enough").check()
    page.get_by_label("What did you see?").fill("A work pass with her photograph.")
    assert_accessible(page)
    page.get_by_role("button", name="Record it and delete").click()
    expect(page.get_by_role("status")).to_contain_text("what was shown is deleted")
    expect(page.get_by_text("Deleted what showed who they are")).to_be_visible()
    return f"{origin}{address}"


def test_photo_from_a_phone_is_looked_at_decided_on_and_gone(portal, browser):
    origin = portal.variables["LUMINA_ORIGIN"]
    phone = steps.phone(browser)
    reference = by_http.filed(portal, phone, "Ida Shown", "ida.shown@post.example")
    hers = phone.new_page()
    case = f"{origin}/cases/{reference}/"
    desk = steps.staff(portal, browser.new_context(), "caseworker")
    asks_who(desk, origin, reference)

    hers.goto(case)
    expect(hers.get_by_text("a photo of your work pass").first).to_be_visible()
    assert_accessible(hers)
    choose(
        hers, "me.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    )
    expect(hers.get_by_role("group", name="There is a problem")).to_be_focused()
    expect(hers.get_by_text("“me.svg” is not a photo").first).to_be_visible()
    assert_accessible(hers)
    choose(hers, "pass.pdf", "application/pdf", LOCKED)
    expect(hers.get_by_text("the PDF is locked").first).to_be_visible()
    choose(hers, "IMG_0001.jpg", "image/jpeg", photo())
    expect(hers.get_by_text("Picture 1 came")).to_be_visible()
    assert_accessible(hers)

    picture = decides(desk, origin, reference)

    assert desk.goto(picture).status == 404
    steps.open_case(desk, origin, reference)
    desk.get_by_role("link", name="What they showed").click()
    expect(desk.locator(".badge", has_text="Deleted")).to_be_visible()
    assert_accessible(desk)
    hers.goto(case)
    expect(hers.get_by_text("it is decided who asks")).to_be_visible()
    expect(hers.get_by_label("A photo or a PDF of it")).to_have_count(0)
    assert_accessible(hers)
    hers.get_by_text("How we make sure that it is you").click()
    hers.get_by_role("link", name="The table that we go by").click()
    assert_accessible(hers)
