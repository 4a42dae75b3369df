"""A deletion from filing to closing, on real parts.

1. The person asks on a phone and proves the address.
2. A caseworker searches, settles the owners' systems, rules on each thing that was
   found, reads the letter and sends it; then records what was done.
3. The person reads the decision, thing by thing, and what was done.

A correction and a pause go the same way: tests/requests_app/test_views_rulings.py.
"""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.axe import assert_accessible
from tests.journeys.test_objected import record_done, send_after_reading

pytestmark = pytest.mark.journey


SALLY = "sally@whitcombe.example"
RULED = "We erase it."


def test_each_thing_is_ruled_on_and_the_person_reads_why(portal, browser):
    inspect, origin = assert_accessible, portal.variables["LUMINA_ORIGIN"]
    begun = time.time()
    person = steps.phone(browser).new_page()
    reference = asks(portal, person, origin, inspect)
    steps.mail_to(portal, SALLY, reference, since=begun)

    desk = steps.staff(portal, browser.new_context(), "caseworker")
    steps.open_case(desk, origin, reference)
    inspect(desk)
    steps.search(desk)
    steps.settle_owners(desk)
    check_by_telephone(desk)
    ruled = rule_on_all(desk, inspect)
    assert ruled, "something was found"
    desk.get_by_role("link", name="Go on to decide").click()
    inspect(desk)
    send_after_reading(desk, inspect)
    expect(desk.get_by_role("status")).to_contain_text("It is decided")
    told = steps.text_of(steps.mail_to(portal, SALLY, "our decision", since=begun))
    assert told.count(RULED) == len(ruled)
    for thing in ruled:
        assert thing in told
    assert "Information Commissioner" in told
    assert "court" in told
    record_done(desk, origin, reference, inspect)
    steps.mail_to(portal, SALLY, "it is done", since=begun)

    person.goto(f"{origin}/cases/{reference}/")
    expect(person.get_by_text("it is done").first).to_be_visible()
    for thing in ruled:
        expect(person.get_by_text(thing).first).to_be_visible()
    inspect(person)


def asks(portal, page: Page, origin: str, inspect) -> str:
    """File from the front door; a pause is thought of first, and thought better of."""
    page.goto(origin)
    page.get_by_role("link", name="Pause the use of my data").click()
    pause = page.get_by_label("Pause the use of my data")
    expect(pause).to_be_checked()
    steps.go_on(page)
    page.get_by_label("My own").check()
    steps.go_on(page)
    says_what_is_missing(page, inspect)
    page.goto(f"{origin}/ask/what/")
    pause.uncheck()
    page.get_by_label("Delete my data").check()
    steps.go_on(page)
    steps.go_on(page)  # it is still about themselves
    says_what_is_missing(page, inspect)
    page.get_by_label("Everything you hold about me").check()
    steps.go_on(page)
    page.get_by_label("What is your name?").fill("Sally Whitcombe")
    steps.go_on(page)
    page.get_by_label("Your e-mail address").fill(SALLY)
    steps.go_on(page)
    steps.go_on(page)  # nothing to do differently
    expect(page).to_have_url(f"{origin}/ask/check/")
    inspect(page)
    sent = time.time()
    page.get_by_role("button", name="Send my request").click()
    page.get_by_label("The code we sent you").fill(
        steps.code_to(portal, SALLY, since=sent)
    )
    steps.go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is with us")
    return page.locator(".reference").inner_text()


def says_what_is_missing(page: Page, inspect) -> None:
    inspect(page)
    steps.go_on(page)
    expect(page.get_by_role("group", name="There is a problem")).to_be_focused()
    inspect(page)


def check_by_telephone(desk: Page) -> None:
    desk.get_by_role("link", name="Record a further check").click()
    desk.get_by_label("How was it checked?").select_option("call_back")
    desk.get_by_label("Yes, it passed").check()
    desk.get_by_label("What was checked?").fill("Called the number on file.")
    desk.get_by_role("button", name="Record the check").click()


def rule_on_all(desk: Page, inspect) -> list[str]:
    """Rule on each thing; return the names of the things."""
    desk.get_by_role("link", name="Rule on each thing").click()
    inspect(desk)
    ruled: list[str] = []
    open_ones = desk.get_by_role("article").filter(
        has=desk.locator(".badge", has_text="Not ruled on")
    )
    while open_ones.count():
        ruled.append(open_ones.first.get_by_role("heading").inner_text())
        open_ones.first.get_by_role("link", name="Rule on it").click()
        if len(ruled) == 1:
            desk.get_by_role("button", name="Rule so").click()
            problem = desk.get_by_role("group", name="There is a problem")
            expect(problem).to_be_visible()
            inspect(desk)
        desk.get_by_label(RULED).check()
        desk.get_by_label("On which ground?").select_option("not_needed")
        desk.get_by_label("Why?").fill("As you wrote to us.")
        desk.get_by_role("button", name="Rule so").click()
        expect(desk.get_by_role("status")).to_contain_text("is ruled on")
    return ruled
