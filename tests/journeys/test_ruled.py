"""A correction, a deletion and a pause, each from filing to closing, on real parts.

1. The person asks on a phone and proves the address.
2. A caseworker searches, settles the owners' systems, rules on each thing that was
   found, reads the letter and sends it; then records what was done.
3. The person reads the decision, thing by thing, and what was done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.axe import assert_accessible
from tests.journeys.test_objected import record_done, send_after_reading

pytestmark = pytest.mark.journey


@dataclass(frozen=True)
class Asked:
    """One right: who uses it, what they write in the form, and how it is ruled."""

    right: str
    name: str
    address: str
    write: Callable[[Page], None]
    ruled: str
    ground: str


def writes_what_is_wrong(page: Page) -> None:
    page.get_by_label("What is wrong?").fill("My job title on your list.")
    page.get_by_label("What is right?").fill("Head of Works.")
    page.get_by_label("It is out of date").check()


def wants_all_deleted(page: Page) -> None:
    page.get_by_label("Everything you hold about me").check()


def wants_a_pause(page: Page) -> None:
    page.get_by_label("It is wrong, and you are checking").check()
    page.get_by_label("Which data?").fill("What you wrote about my visit.")


RIGHTS = (
    Asked(
        "Correct my data",
        "Derek Munro",
        "derek.munro@castlegate.example",
        writes_what_is_wrong,
        "We correct it.",
        "out_of_date",
    ),
    Asked(
        "Delete my data",
        "Sally Whitcombe",
        "sally@whitcombe.example",
        wants_all_deleted,
        "We erase it.",
        "not_needed",
    ),
    Asked(
        "Pause the use of my data",
        "Gareth Bevan",
        "gareth@bevanlogistics.example",
        wants_a_pause,
        "We store it and do nothing else with it.",
        "contested",
    ),
)


@pytest.mark.parametrize("asked", RIGHTS, ids=[one.ground for one in RIGHTS])
def test_each_thing_is_ruled_on_and_the_person_reads_why(portal, browser, asked):
    inspect, origin = assert_accessible, portal.variables["LUMINA_ORIGIN"]
    begun = time.time()
    person = steps.phone(browser).new_page()
    reference = asks(portal, person, origin, asked, inspect)
    steps.mail_to(portal, asked.address, reference, since=begun)

    desk = steps.staff(portal, browser.new_context(), "caseworker")
    steps.open_case(desk, origin, reference)
    inspect(desk)
    steps.search(desk)
    steps.settle_owners(desk)
    check_by_telephone(desk)
    ruled = rule_on_all(desk, asked, inspect)
    assert ruled, "something was found"
    desk.get_by_role("link", name="Go on to decide").click()
    inspect(desk)
    send_after_reading(desk, inspect)
    expect(desk.get_by_role("status")).to_contain_text("It is decided")
    told = steps.text_of(
        steps.mail_to(portal, asked.address, "our decision", since=begun)
    )
    assert told.count(asked.ruled) == len(ruled)
    for thing in ruled:
        assert thing in told
    assert "Information Commissioner" in told
    assert "court" in told
    record_done(desk, origin, reference, inspect)
    steps.mail_to(portal, asked.address, "it is done", since=begun)

    person.goto(f"{origin}/cases/{reference}/")
    expect(person.get_by_text("it is done").first).to_be_visible()
    for thing in ruled:
        expect(person.get_by_text(thing).first).to_be_visible()
    inspect(person)


def asks(portal, page: Page, origin: str, asked: Asked, inspect) -> str:
    page.goto(origin)
    page.get_by_role("link", name=asked.right).click()
    expect(page.get_by_label(asked.right)).to_be_checked()
    steps.go_on(page)
    page.get_by_label("My own").check()
    steps.go_on(page)
    inspect(page)
    steps.go_on(page)
    expect(page.get_by_role("group", name="There is a problem")).to_be_focused()
    inspect(page)
    asked.write(page)
    steps.go_on(page)
    page.get_by_label("What is your name?").fill(asked.name)
    steps.go_on(page)
    page.get_by_label("Your e-mail address").fill(asked.address)
    steps.go_on(page)
    steps.go_on(page)  # nothing to do differently
    expect(page).to_have_url(f"{origin}/ask/check/")
    inspect(page)
    sent = time.time()
    page.get_by_role("button", name="Send my request").click()
    page.get_by_label("The code we sent you").fill(
        steps.code_to(portal, asked.address, since=sent)
    )
    steps.go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is with us")
    return page.locator(".reference").inner_text()


def check_by_telephone(desk: Page) -> None:
    desk.get_by_role("link", name="Record a further check").click()
    desk.get_by_label("How was it checked?").select_option("call_back")
    desk.get_by_label("Yes, it passed").check()
    desk.get_by_label("What was checked?").fill("Called the number on file.")
    desk.get_by_role("button", name="Record the check").click()


def rule_on_all(desk: Page, asked: Asked, inspect) -> list[str]:
    """Rule on each thing as was asked; return the names of the things."""
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
        desk.get_by_label(asked.ruled).check()
        desk.get_by_label("On which ground?").select_option(asked.ground)
        desk.get_by_label("Why?").fill("As you wrote to us.")
        desk.get_by_role("button", name="Rule so").click()
        expect(desk.get_by_role("status")).to_contain_text("is ruled on")
    return ruled
