"""Somebody objects to a use of their data, from filing to closing, on real parts.

1. Grace objects on a desktop to surveys: the use is paused as her address is proved.
2. A caseworker weighs it beside the recorded assessment, and decides alone that it goes
   on; her letter says why.
3. A reviewer looks a second time, and sends it back: she is told at once.
4. It is weighed again and stopped; once the letter has left, it is recorded as done.
"""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.journeys.axe import assert_accessible

pytestmark = pytest.mark.journey
GRACE = "grace.objects@post.example"
SITUATION = "I look after my mother and cannot be called."


def test_an_objection_is_weighed_looked_at_again_and_closed(portal, browser):
    walk(portal, browser, assert_accessible)


def walk(portal, browser, inspect) -> None:
    origin = portal.variables["LUMINA_ORIGIN"]
    begun = time.time()
    grace = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    reference, use = grace_objects(portal, grace, origin, inspect)

    desk = steps.staff(portal, browser.new_context(), "caseworker")
    steps.open_case(desk, origin, reference)
    expect(desk.get_by_text("Restricted: ").first).to_be_visible()
    inspect(desk)
    rule(desk, "We go on using your data for this.", "overriding", inspect)
    decide(desk, inspect)
    told = steps.text_of(steps.mail_to(portal, GRACE, "our decision", since=begun))
    assert "We go on using your data for this." in told
    assert use in told

    reviewer = steps.staff(portal, browser.new_context(), "reviewer")
    expect(reviewer.get_by_text("What wants a second look")).to_be_visible()
    inspect(reviewer)
    look_again(reviewer, reference, inspect)
    again = steps.text_of(
        steps.mail_to(portal, GRACE, "we look at it again", since=begun)
    )
    assert "it does not stand any more" in again

    sent = time.time()
    steps.open_case(desk, origin, reference)
    rule(desk, "We stop using your data for this.", "no_overriding_reason")
    decide(desk)
    steps.mail_to(portal, GRACE, "our decision", since=sent)
    record_done(desk, origin, reference, inspect)
    steps.mail_to(portal, GRACE, "it is done", since=sent)

    grace.goto(f"{origin}/cases/{reference}/")
    expect(grace.get_by_text("The pause of the use")).to_be_visible()
    expect(grace.get_by_text("we look at it again").first).to_be_visible()
    inspect(grace)


def grace_objects(portal, page, origin, inspect) -> tuple[str, str]:
    page.goto(f"{origin}/ask/what/")
    page.get_by_label("Object to a use of my data").check()
    steps.go_on(page)
    page.get_by_label("My own").check()
    steps.go_on(page)
    inspect(page)
    uses = page.get_by_role("checkbox")
    name = uses.first.evaluate("box => box.labels[0].innerText").strip()
    uses.first.check()
    page.get_by_label("What about your situation").fill(SITUATION)
    steps.go_on(page)
    page.get_by_label("What is your name?").fill("Grace Objects")
    steps.go_on(page)
    page.get_by_label("Your e-mail address").fill(GRACE)
    steps.go_on(page)
    steps.go_on(page)  # nothing to do differently
    expect(page).to_have_url(f"{origin}/ask/check/")
    sent = time.time()
    page.get_by_role("button", name="Send my request").click()
    code = steps.code_to(portal, GRACE, since=sent)
    page.get_by_label("The code we sent you").fill(code)
    steps.go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is with us")
    return page.locator(".reference").inner_text(), name


def rule(desk, what, ground, inspect=steps.nothing) -> None:
    desk.get_by_role("link", name="Rule on each thing").click()
    inspect(desk)
    desk.get_by_role("link", name="Rule o").first.click()
    expect(desk.get_by_text("What was assessed of this use")).to_be_visible()
    expect(desk.get_by_text(SITUATION)).to_be_visible()
    inspect(desk)
    desk.get_by_label(what).check()
    desk.get_by_label("On which ground?").select_option(ground)
    desk.get_by_label("Why?").fill("We weighed what you wrote.")
    desk.get_by_role("button", name="Rule so").click()
    expect(desk.get_by_role("status")).to_contain_text("is ruled on")


def decide(desk, inspect=steps.nothing) -> None:
    desk.get_by_role("link", name="Go on to decide").click()
    inspect(desk)
    send_after_reading(desk, inspect)
    expect(desk.get_by_role("status")).to_contain_text("It is decided")


def send_after_reading(desk, inspect) -> None:
    """Show the letter first, then let it go."""
    desk.get_by_role("button", name="Show what this does").click()
    inspect(desk)
    desk.get_by_role("button", name="send the letter").click()


def look_again(reviewer, reference, inspect) -> None:
    reviewer.get_by_role("link", name="All second looks").click()
    expect(reviewer.get_by_role("heading", level=1)).to_have_text("Second looks")
    inspect(reviewer)
    row = reviewer.get_by_role("row").filter(has_text=reference)
    row.get_by_role("link", name="Look at the objection").click()
    expect(reviewer.get_by_text(SITUATION)).to_be_visible()
    inspect(reviewer)
    reviewer.get_by_role("button", name="Record it").click()
    expect(reviewer.get_by_role("group", name="There is a problem")).to_be_visible()
    inspect(reviewer)
    reviewer.get_by_label("No: send it back").check()
    reviewer.get_by_label("What was looked at").fill("Her situation weighs more.")
    reviewer.get_by_role("button", name="Record it").click()
    expect(reviewer.get_by_role("status")).to_contain_text("in review again")
    inspect(reviewer)


def record_done(desk, origin, reference, inspect) -> None:
    """Once the letter has left: until then the page says why not."""
    link = desk.get_by_role("link", name="Record that it is done")
    until = time.monotonic() + 120
    steps.open_case(desk, origin, reference)
    while not link.is_visible() and time.monotonic() < until:
        time.sleep(0.5)
        desk.reload()
    link.click()
    inspect(desk)
    desk.get_by_label("What was done").fill("Taken off the list of the survey.")
    send_after_reading(desk, inspect)
    expect(desk.get_by_role("status")).to_contain_text("the person is told")
