"""What stops at once, and a complaint, each from filing to closing, on real parts.

1. Sam stops marketing with one field, and takes back his consent with the form; it is
   done as he sends it. A caseworker confirms both, and he reads it by mail.
2. Cara complains without a code. A caseworker notes what she complains of, concludes
   and sends the outcome; she proves her address and reads it on its page.
"""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.journeys.axe import assert_accessible

pytestmark = pytest.mark.journey
SAM = "sam.stops@post.example"
CARA = "cara.complains@post.example"
CONFIRMED = "it is done as you asked (UK GDPR Articles 7(3) and 21(3))."


def test_what_stopped_at_once_is_confirmed_and_closed(portal, browser):
    origin, begun = portal.variables["LUMINA_ORIGIN"], time.time()
    page = steps.phone(browser).new_page()
    references = [stops_marketing(page, origin), takes_back(page, origin)]

    desk = steps.staff(portal, browser.new_context(), "caseworker")
    for reference in references:
        steps.open_case(desk, origin, reference)
        expect(desk.get_by_role("link", name="Refuse")).to_have_count(0)
        desk.get_by_role("link", name="Confirm it to the person").first.click()
        desk.get_by_role("button", name="Show what this does").click()
        expect(desk.get_by_text(SAM)).to_be_visible()
        desk.get_by_role("button", name="Confirm it", exact=True).click()
        expect(desk.get_by_role("status")).to_contain_text("It is confirmed")
        expect(desk.locator("header .badge")).to_have_text("Done")
        mail = steps.mail_to(portal, SAM, f"{reference}: our decision", since=begun)
        assert CONFIRMED in steps.text_of(mail)


def stops_marketing(page, origin: str) -> str:
    page.goto(f"{origin}/stop-marketing/")
    page.get_by_role("textbox").fill(SAM)
    page.get_by_role("button", name="Stop marketing").click()
    expect(page.get_by_text("It is done", exact=True)).to_be_visible()
    return page.locator(".reference").inner_text()


def takes_back(page, origin: str) -> str:
    page.goto(f"{origin}/ask/what/")
    page.get_by_label("Take my consent back").check()
    steps.go_on(page)
    assert_accessible(page)
    page.get_by_label("All of it", exact=True).check()
    steps.go_on(page)
    page.get_by_label("Your e-mail address").fill(SAM)
    steps.go_on(page)
    expect(page).to_have_url(f"{origin}/ask/check/")
    page.get_by_role("button", name="Send my request").click()
    expect(page.get_by_text("It is done", exact=True)).to_be_visible()
    return page.locator(".reference").inner_text()


def test_a_complaint_is_answered_thing_by_thing_and_closed(portal, browser):
    origin, begun = portal.variables["LUMINA_ORIGIN"], time.time()
    cara = steps.phone(browser).new_page()
    reference = complains(cara, origin)
    steps.mail_to(portal, CARA, f"{reference}: we have it", since=begun)

    desk = steps.staff(portal, browser.new_context(), "caseworker")
    steps.open_case(desk, origin, reference)
    desk.get_by_role("link", name="Note something that is complained of").first.click()
    desk.get_by_label("What is complained of?").fill("The answer came late.")
    desk.get_by_role("button", name="Note it").click()
    desk.get_by_role("link", name="about thing 1").click()
    assert_accessible(desk)
    desk.get_by_label("You are right", exact=True).check()
    desk.get_by_label("The reasons").fill("The month was over by two days.")
    desk.get_by_label("What was done, or will be").fill("We look at the days daily.")
    desk.get_by_role("button", name="Record the conclusion").click()
    desk.get_by_role("link", name="Send the outcome").first.click()
    desk.get_by_label("No", exact=True).check()
    desk.get_by_role("button", name="Show what this does").click()
    assert_accessible(desk)
    desk.get_by_role("button", name="Send it and close").click()
    expect(desk.get_by_role("status")).to_contain_text("The complaint is closed")
    outcome = steps.mail_to(portal, CARA, f"{reference}: the outcome", since=begun)
    told = steps.text_of(outcome)
    assert "The month was over by two days." in told
    assert "Information Commissioner" in told

    follows(portal, cara, origin, reference)


def complains(page, origin: str) -> str:
    page.goto(origin)
    page.get_by_role("link", name="Make a complaint").click()
    page.get_by_role("link", name="data protection authority of your country").click()
    assert_accessible(page)
    page.go_back()
    page.get_by_role("button", name="Send my complaint").click()
    expect(page.get_by_role("group", name="There is a problem")).to_be_focused()
    assert_accessible(page)
    page.get_by_label("What do you complain of?").fill("Your answer was late.")
    page.get_by_label("Your name").fill("Cara Complains")
    page.get_by_label("By e-mail").check()
    page.get_by_label("E-mail address").fill(CARA)
    page.get_by_role("button", name="Send my complaint").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your complaint")
    assert_accessible(page)
    return page.locator(".lead strong").inner_text()


def follows(portal, page, origin: str, reference: str) -> None:
    """Come back with the reference and a code, and read the outcome."""
    steps.sign_in(portal, page, f"{origin}/complain/follow/", CARA)
    page.get_by_label("What is the reference of your complaint?").fill(reference)
    page.get_by_role("button", name="Show me where it stands").click()
    expect(page.get_by_text("The month was over by two days.").first).to_be_visible()
    assert_accessible(page)
