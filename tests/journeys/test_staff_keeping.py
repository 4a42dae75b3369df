"""The officer keeps the register, the schedule and the holidays, in a real browser.

1. She reads what a waiting revision changes and puts it in force.
2. She settles a finding and approves a line of the schedule.
3. She adds a proclaimed holiday and sees whose day it moved.
4. She sees what runs by itself, and what is late.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.roles import Role
from audit import actions as ledger
from datamap import actions as datamap
from datamap.connectors.base import Problem
from lumina_privacy.lib.actor import system
from retention import actions as retention
from retention.rules import EndAction
from tests.datamap.test_register_page import changed
from tests.datamap.worlds import LUMINA
from tests.factories.accounts import staff_client
from tests.factories.cases import make_case
from tests.journeys.axe import assert_accessible

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
    make_case(received_at=datetime(2026, 11, 5, 10, tzinfo=UTC))
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
