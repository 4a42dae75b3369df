"""A Data Compliance Officer and her security key, in a real browser.

1. She opens her enrolment link, sets a password and enrols a key.
2. She makes recovery codes and signs out.
3. She signs in with password and key.
4. She loses the key: a recovery code lets her enrol a new one, and nothing else.
"""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions import devices
from accounts.roles import Role
from lumina_privacy.lib.actor import system
from tests.factories.accounts import make_staff
from tests.journeys.axe import assert_accessible

pytestmark = pytest.mark.journey
PASSWORD = "correct horse battery"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": False,
    "isUserVerified": False,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def link(live_server, settings):
    """Return the enrolment link of a new officer, at the server of this test."""
    settings.OTP_WEBAUTHN_ALLOWED_ORIGINS = [live_server.url]
    settings.LUMINA_ORIGIN = live_server.url
    officer = make_staff(Role.DCO, email="dco@luminatech.example", name="Priya Anand")
    return devices.offer_enrolment(officer, by=system("test"), at=timezone.now())


def plug_in(page: Page):
    """Put a key into the browser; return how to pull it out."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return lambda: session.send("WebAuthn.removeVirtualAuthenticator", added)


def give_password(page: Page, server: str) -> None:
    page.goto(f"{server}/staff/people/")
    page.get_by_label("E-mail address").fill("dco@luminatech.example")
    page.get_by_label("Password").fill(PASSWORD)
    assert_accessible(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")


def test_a_security_key_from_enrolment_to_loss(live_server, link, browser):
    page = browser.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    pull_out = plug_in(page)

    page.goto(link)
    assert_accessible(page)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page).to_have_url(f"{live_server.url}/staff/enrol/")
    assert_accessible(page)
    page.get_by_label("Name of the key").fill("Blue")
    page.get_by_role("button", name="Enrol this key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    expect(page.get_by_role("cell", name="Blue")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("button", name="Make recovery codes").click()
    assert_accessible(page)
    codes = page.locator("code").all_inner_texts()
    assert len(codes) == devices.RECOVERY_CODES
    assert all(re.fullmatch(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", code) for code in codes)
    page.get_by_role("button", name="Sign out").click()

    give_password(page, live_server.url)
    assert_accessible(page)
    page.get_by_role("button", name="Use my security key").click()
    expect(page).to_have_url(f"{live_server.url}/staff/people/")
    assert_accessible(page)
    page.get_by_role("link", name="Priya Anand").first.click()
    page.get_by_role("button", name="Sign out").click()

    pull_out()
    plug_in(page)
    give_password(page, live_server.url)
    page.get_by_role("link", name="recovery code").click()
    assert_accessible(page)
    page.get_by_label("Recovery code").fill(codes[0].lower())
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(f"{live_server.url}/staff/enrol/")
    page.goto(f"{live_server.url}/staff/people/")
    expect(page).to_have_url(f"{live_server.url}/staff/enrol/")
    page.get_by_label("Name of the key").fill("Red")
    page.get_by_role("button", name="Enrol this key").click()
    expect(page.get_by_role("cell", name="Red")).to_be_visible()
    # axe styles what it measures and is told off for it; scripts have no such excuse.
    assert not [line for line in complaints if "script-src" in line]
