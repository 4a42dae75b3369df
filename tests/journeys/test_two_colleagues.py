"""Two colleagues with one switchboard, one company and one shared mailbox (D1).

Alice and Bob each ask. What hangs on the company is set apart and shown to staff with
the reason; neither's package holds a row of the other.
"""

from __future__ import annotations

import json
import time
import zipfile

import pytest
from playwright.sync_api import expect

from tests.journeys import by_http, steps

pytestmark = pytest.mark.journey
PEOPLE = {
    "Alice Norton": "alice.norton@meridianpartners.example",
    "Bob Tranter": "bob.tranter@meridianpartners.example",
}


def answered(portal, browser, tmp_path, name: str) -> zipfile.ZipFile:
    """Take a person's request through the portal; return the package as downloaded."""
    origin, address = portal.variables["LUMINA_ORIGIN"], PEOPLE[name]
    begun = time.time()
    person = steps.phone(browser)
    reference = by_http.filed(portal, person, name, address)
    caseworker = steps.staff(portal, browser.new_context(), "caseworker")
    steps.open_case(caseworker, origin, reference)
    steps.search(caseworker)
    steps.settle_owners(caseworker)
    see_apart(caseworker)
    by_http.reviewed(portal, caseworker.context, reference)
    steps.decide(caseworker, origin, reference, "")
    reviewer = steps.staff(portal, browser.new_context(), "reviewer")
    steps.release(reviewer, origin, reference)
    steps.mail_to(portal, address, "Your answer is ready", since=begun)
    page = person.new_page()
    page.goto(f"{origin}/cases/{reference}/")
    steps.step_up(portal, page, address)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    file = tmp_path / f"{reference}.zip"
    download.value.save_as(file)
    return zipfile.ZipFile(file)


def see_apart(page) -> None:
    """On the overview: rows reached through the company are there, and set apart."""
    page.get_by_role("link", name="Review what was found").click()
    expect(page.get_by_text("set apart").first).to_be_visible()


def words_of(package: zipfile.ZipFile) -> str:
    return "\n".join(
        package.read(name).decode(errors="replace") for name in package.namelist()
    )


def test_neither_package_holds_a_row_of_the_other(portal, browser, tmp_path):
    alice = answered(portal, browser, tmp_path, "Alice Norton")
    bob = answered(portal, browser, tmp_path, "Bob Tranter")

    for package, own, other in (
        (alice, "Alice Norton", "Bob Tranter"),
        (bob, "Bob Tranter", "Alice Norton"),
    ):
        told = words_of(package)
        first, last = other.split()
        assert PEOPLE[own] in told
        assert PEOPLE[other] not in told
        assert first not in told
        assert last not in told
        (contact,) = json.loads(package.read("data/identity/crm-contacts.json"))
        assert f"{contact['first_name']} {contact['last_name']}" == own
