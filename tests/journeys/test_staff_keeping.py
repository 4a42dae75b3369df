"""The officer keeps the register, the schedule and the holidays, in a real browser.

1. She reads what a waiting revision changes and puts it in force.
2. She settles a finding and approves a line of the schedule.
3. She adds a proclaimed holiday and sees whose day it moved.
4. She sees what runs by itself, and what is late.
5. She makes a link for the reception; a colleague there passes on by telephone what
   somebody said, and she sees that it was used, and ends it.
6. A colleague would release the hold of a case; she reads what would be lost, and
   declines.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.roles import Role
from audit import actions as ledger
from datamap import actions as datamap
from datamap.connectors.base import Problem
from lumina_privacy.lib.actor import system
from requests_app.actions import hold_release
from retention import actions as retention
from retention.rules import EndAction
from tests.datamap.test_register_page import changed
from tests.datamap.worlds import LUMINA
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_case
from tests.journeys import steps
from tests.journeys.axe import assert_accessible
from tests.requests_app.test_holds import held

pytestmark = pytest.mark.journey
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
BY = system("test")


@pytest.fixture
def officer(live_server):
    """Give the session of an officer, in a portal where something waits for her."""
    datamap.approve(datamap.propose(LUMINA, by=BY, at=AT), by=BY, at=AT)
    moved = changed(lambda _, systems: systems["crm"].update(location="IE"))
    datamap.propose(moved, by=BY, at=AT + timedelta(hours=1))
    problem = Problem("crm", "contacts", "undeclared", "column fax is not declared")
    datamap.raise_findings([problem], by=BY, at=AT)
    datamap.seed_holidays({date(timezone.now().year, 12, 25): "Christmas Day"})
    retention.propose_line(
        code="case-gathered",
        name="What was gathered",
        trigger="request answered",
        period="P6M",
        end_action=EndAction.DESTROY,
        why="It can be made again until then.",
        owner="dco",
        review_on=AT.date(),
        by=BY,
        at=AT,
    )
    case = held(make_case(received_at=datetime(2026, 11, 5, 10, tzinfo=UTC)))
    hold_release.propose(
        case, reason="She has it.", lost_seen=True, by=make_staff(), at=timezone.now()
    )
    ledger.beat("destroy-packages", at=timezone.now() - timedelta(days=3))
    return staff_client(Role.DCO).cookies[settings.SESSION_COOKIE_NAME].value


def test_officer_keeps_what_decides_how_long_and_until_when(
    officer, live_server, browser
):
    context = browser.new_context()
    context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": officer,
                "url": live_server.url,
            }
        ]
    )
    page: Page = context.new_page()

    page.goto(f"{live_server.url}/staff/register/")
    assert_accessible(page)
    expect(page.get_by_role("row", name="system crm")).to_contain_text("IE")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("No revision waits.")).to_be_visible()
    page.get_by_label("Why it is settled").fill("It is always empty.")
    page.get_by_role("button", name="Settle").click()
    expect(page.get_by_text("Nothing was found that is not settled.")).to_be_visible()

    page.get_by_role("link", name="Schedule").click()
    assert_accessible(page)
    page.get_by_text("Approve", exact=False).last.click()
    page.get_by_label("Why it may run").fill("Agreed.")
    page.get_by_role("button", name="Let it run").click()
    expect(page.get_by_text("Approved because")).to_be_visible()

    page.get_by_role("link", name="Holidays").click()
    page.get_by_role("button", name="Add the holiday").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    assert_accessible(page)
    for label, value in (("Day", "7"), ("Month", "12"), ("Year", "2026")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("What it is called").fill("Coronation")
    page.get_by_role("button", name="Add the holiday").click()
    expect(page.get_by_role("table", name="Cases whose day moved")).to_contain_text(
        "Tuesday 8 December 2026"
    )
    assert_accessible(page)

    page.get_by_role("link", name="Systems").click()
    assert_accessible(page)
    expect(page.get_by_text("Late: it came to its end 3 days ago")).to_be_visible()

    link = live_server.url + makes_a_link(page)
    passes_on(steps.phone(browser, script=False).new_page(), link)
    ends_it(page, link)
    declines_a_release(page)


def makes_a_link(page: Page) -> str:
    page.get_by_role("link", name="Links").click()
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("For which team?").fill("Reception")
    page.get_by_role("button", name="Make a link").click()
    assert_accessible(page)
    return urlsplit(page.locator("code").inner_text()).path


def passes_on(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("link", name="Somebody asked something").click()
    page.get_by_label("What did they say?").fill("Where did you get my number?")
    page.get_by_label("Telephone", exact=True).check()
    page.get_by_label("Day", exact=True).fill("5")
    page.get_by_label("Month", exact=True).fill("11")
    page.get_by_label("Year", exact=True).fill("2026")
    page.get_by_role("button", name="Pass it on").click()
    expect(page.get_by_text("Write your name.").first).to_be_visible()
    page.get_by_label("Your name").fill("Rita")
    page.get_by_role("button", name="Pass it on").click()
    expect(page.get_by_text("The Data Compliance Officer has it")).to_be_visible()


def ends_it(page: Page, link: str) -> None:
    for url in (link, f"{link}stop/", f"{link}request/"):
        page.goto(url)
        assert_accessible(page)
    page.get_by_role("button", name="Pass it on").click()
    assert_accessible(page)
    page.goto(link.partition("/for-colleagues/")[0] + "/staff/links/")
    assert_accessible(page)
    row = page.get_by_role("row", name="Reception")
    expect(row.get_by_role("cell", name="1", exact=True)).to_be_visible()
    row.get_by_role("button", name="End the link of Reception").click()
    expect(page.get_by_role("status")).to_contain_text("is ended")
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work")
    assert_accessible(page)
    page.go_back()


def declines_a_release(page: Page) -> None:
    page.get_by_role("link", name="Queue").click()
    page.get_by_role("link", name="All second looks").click()
    assert_accessible(page)
    page.get_by_role("link", name="Decide on it").click()
    expect(page.get_by_text("No system was searched yet")).to_be_visible()
    page.get_by_role("button", name="Record it").click()
    assert_accessible(page)
    page.get_by_label("No, it stays").check()
    page.get_by_label("What was looked at, and why?").fill("She has a part of it.")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("status")).to_contain_text("The hold stays.")
