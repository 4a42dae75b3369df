"""A request that a customer passes to us, from its receipt to the answer (D13)."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.axe import assert_accessible

pytestmark = pytest.mark.journey
CUSTOMER = "privacy@brightwater.example"
TODAY = timezone.now()


def test_customer_is_helped_with_the_rows_that_we_hold_for_them(portal, browser):
    desk = steps.staff(portal, browser.new_context(), "caseworker")
    sent = time.time()
    takes_in(desk)
    reference = desk.url.rstrip("/").rpartition("/")[2]
    mail = steps.mail_to(portal, CUSTOMER, reference, since=sent)
    assert "Okafor" not in str(mail)
    desk.get_by_role("link", name="Say whether it is the customer").first.click()
    assert_accessible(desk)
    desk.get_by_label("Yes: it comes from them").check()
    desk.get_by_label("What shows it").fill("Called at the number of the contract.")
    desk.get_by_role("button", name="Record it").click()

    steps.search(desk)

    held = desk.get_by_text("Service desk, Tickets: 1 row")
    expect(held).to_be_visible()
    assert_accessible(desk)
    desk.get_by_role("link", name="Record what was done").first.click()
    assert_accessible(desk)
    desk.get_by_label("We have done what you asked").check()
    fill_day(desk, "On which day?", TODAY)
    desk.get_by_label("What was done, or why not?").fill("It went to your portal.")
    desk.get_by_label("Who did it?").fill("Sam, help desk")
    desk.get_by_role("button", name="Record it").click()
    desk.get_by_role("link", name="Answer the customer").first.click()
    desk.get_by_role("button", name="Show what this does").click()
    expect(desk.get_by_text(CUSTOMER)).to_be_visible()
    assert_accessible(desk)
    desk.get_by_role("button", name="Answer and close").click()
    expect(desk.locator("header .badge")).to_have_text("Done")


def takes_in(desk: Page) -> None:
    """Take in what Brightwater passes to us; what is missing is said first."""
    desk.get_by_role("link", name="Take in from a customer").click()
    assert_accessible(desk)
    desk.get_by_role("button", name="Take it in").click()
    expect(desk.get_by_role("group", name="There is a problem")).to_be_focused()
    assert_accessible(desk)
    desk.get_by_label("E-mail", exact=True).check()
    fill_day(desk, "On which day did it reach us?", TODAY)
    desk.get_by_label("Which customer is it?").fill("Brightwater")
    desk.get_by_label("Who there asks us?").fill("Petra Hall, privacy lead")
    desk.get_by_label("The customer’s e-mail address").fill(CUSTOMER)
    desk.get_by_label("Whose data is it about?").fill("Helen Okafor")
    desk.get_by_label("Copy of their data").check()
    desk.get_by_label("To search: the person’s e-mail address").fill(
        "helen.okafor@brightwater.example"
    )
    desk.get_by_label("What do they ask us to do?").fill("Send us her tickets.")
    desk.get_by_label("It names a day").check()
    fill_day(desk, "Which day does it name?", TODAY + timedelta(days=9))
    desk.get_by_label("Where does it say so?").fill("clause 8.2")
    desk.get_by_role("button", name="Take it in").click()
    expect(desk.get_by_role("status")).to_contain_text("Taken in")
    assert_accessible(desk)


def fill_day(desk: Page, legend: str, day) -> None:
    group = desk.get_by_role("group", name=legend)
    for part in ("day", "month", "year"):
        group.get_by_label(part.capitalize(), exact=True).fill(str(getattr(day, part)))
