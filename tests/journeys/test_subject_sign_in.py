"""A person follows a request: address, wrong code, new code, in, out.

On a phone, with JavaScript switched off.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from playwright.sync_api import expect

from outbox.models import Message
from tests.journeys.axe import PHONE, assert_accessible

pytestmark = pytest.mark.journey
ANN = "ann@example.org"


def newest_code() -> str:
    """Read the newest mail, in a thread: Playwright's own may not ask the database."""

    def read() -> str:
        try:
            return Message.objects.order_by("-pk")[0].text
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        text = thread.submit(read).result()
    return next(word for word in text.split() if word.isdigit() and len(word) == 6)


def test_a_person_signs_in_with_a_code_and_out_again(live_server, browser):
    width, height = PHONE
    plain = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": height}
    )
    page = plain.new_page()

    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_label("Your e-mail address").fill("ann")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("group", name="There is a problem")).to_be_focused()
    expect(page.get_by_label("Your e-mail address")).to_have_value("ann")
    page.get_by_label("Your e-mail address").fill(ANN)
    page.get_by_role("button", name="Send me a code").click()
    expect(page).to_have_url(f"{live_server.url}/sign-in/code/")

    page.get_by_label("Code", exact=False).fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("group", name="There is a problem")).to_be_visible()
    page.get_by_role("button", name="Send a new code").click()
    expect(page.get_by_text("We have sent a new code")).to_be_visible()
    page.get_by_label("Code", exact=False).fill(newest_code())
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_the_pages_of_signing_in_are_accessible(live_server, browser):
    page = browser.new_page()

    page.goto(f"{live_server.url}/sign-in/")
    assert_accessible(page)
    page.get_by_role("button", name="Send me a code").click()
    assert_accessible(page)
    page.get_by_label("Your e-mail address").fill(ANN)
    page.get_by_role("button", name="Send me a code").click()
    assert_accessible(page)
    page.get_by_role("button", name="Sign in").click()
    assert_accessible(page)
    page.goto(f"{live_server.url}/staff/welcome/no-such-token/")
    assert_accessible(page)
