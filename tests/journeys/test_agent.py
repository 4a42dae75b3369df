"""A firm of solicitors asks for Priya, and a firm that she does not know does too.

1. Finch & Co file online for Priya, prove their own address, and send what shows that
   they may act. They see nothing of the case.
2. Staff find it sufficient; a decider sends the answer to the firm, with the reason.
   What the firm calls Priya's mailbox finds nothing for sure until staff have said that
   it is hers.
3. Finch & Co fetch it, and Priya reads that it went to them. She ends it: at once the
   firm finds no page any more.
4. Grabbit Ltd ask for her as well. Staff are in doubt and ask her; she says no. They
   learn nothing, and are told that the request is closed.
"""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import by_http, steps
from tests.journeys.axe import assert_accessible

pytestmark = pytest.mark.journey
PRIYA = "priya.raman@post.example"
FINCH = "cases@finchandco.example"
GRABBIT = "claims@grabbit.example"
PAPER = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"
# What Grabbit answer, page by page.
FOR_PRIYA = {
    "what": {"rights": "access"},
    "about": {"about": "other"},
    "scope": {"scope": "all"},
    "sighting": {"filmed": "unknown"},
    "person": {"person": "Priya Raman", "known_emails": PRIYA},
    "theirs": {"person_email": PRIYA, "avoid_emails": "raman.family@post.example"},
    "evidence": {"evidence": "solicitor", "covers": "A copy of all her data."},
    "agent": {},
    "reach": {},
    "how": {"how": "download"},
    "adjust": {},
}


def files_for_priya(portal, page: Page, inspect) -> str:
    """Ask for a copy of Priya's data in her name; return the reference."""
    origin = portal.variables["LUMINA_ORIGIN"]
    page.goto(f"{origin}/ask/what/")
    page.get_by_label("Get a copy of my data").check()
    steps.go_on(page)
    inspect(page)
    page.get_by_label("No, I act for somebody else").check()
    steps.go_on(page)
    page.get_by_label("Everything you hold about me").check()
    steps.go_on(page)
    page.get_by_label("I do not know").check()  # nor when to look in footage
    steps.go_on(page)
    inspect(page)
    page.get_by_label("What is the person’s name?").fill("Priya Raman")
    steps.go_on(page)  # nothing to find her by
    expect(page.get_by_role("group", name="There is a problem")).to_be_focused()
    inspect(page)
    page.get_by_label("E-mail addresses of theirs").fill(PRIYA)
    steps.go_on(page)
    inspect(page)
    page.get_by_label("The person’s own e-mail address").fill(PRIYA)
    page.get_by_label("E-mail addresses that must not be used").fill(
        "raman.family@post.example"
    )
    steps.go_on(page)
    inspect(page)
    page.get_by_label("A solicitor’s statement").check()
    page.get_by_label("What does it cover?").fill("A copy of all her data.")
    steps.go_on(page)
    inspect(page)
    page.get_by_label("What is your name?").fill("Jo Finch, Finch & Co")
    steps.go_on(page)
    inspect(page)
    page.get_by_label("Your e-mail address").fill(FINCH)
    steps.go_on(page)
    inspect(page)
    page.get_by_label("As a download from this site").check()
    steps.go_on(page)
    steps.go_on(page)  # nothing to do differently
    expect(page).to_have_url(f"{origin}/ask/check/")
    inspect(page)
    sent = time.time()
    page.get_by_role("button", name="Send my request").click()
    page.get_by_label("The code we sent you").fill(
        steps.code_to(portal, FINCH, since=sent)
    )
    steps.go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Your request for Priya Raman is with us"
    )
    inspect(page)
    return page.locator(".reference").inner_text()


def sends_authority(page: Page, inspect) -> None:
    page.get_by_label("Your message").fill("Our statement is attached.")
    page.get_by_label("Files").set_input_files(
        {"name": "authority.pdf", "mimeType": "application/pdf", "buffer": PAPER}
    )
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("We have it.")).to_be_visible()
    expect(page.get_by_text("authority.pdf")).to_be_visible()
    expect(page.get_by_text("nor whether we hold anything")).to_be_visible()
    inspect(page)


def says_whose(page: Page, inspect) -> None:
    """Say that the mailbox which the firm named is Priya's alone."""
    named = page.get_by_role("listitem").filter(has_text="who acts for them named")
    expect(named).to_contain_text("set apart")
    inspect(page)
    named.get_by_role("link", name="Is it theirs alone?").click()
    inspect(page)
    page.get_by_label("This person alone").check()
    page.get_by_label("How do you know?").fill("It is the one on her account.")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("status")).to_contain_text("It is recorded.")


def test_solicitors_ask_and_the_answer_goes_where_it_was_decided(portal, browser):
    inspect, origin = assert_accessible, portal.variables["LUMINA_ORIGIN"]
    begun = time.time()
    agent = steps.phone(browser).new_page()
    reference = files_for_priya(portal, agent, inspect)
    sends_authority(agent, inspect)
    acknowledged = steps.text_of(steps.mail_to(portal, FINCH, reference, since=begun))
    assert f"/acting/{reference}/" in acknowledged

    officer = steps.staff(portal, browser.new_context(), "caseworker")
    steps.open_case(officer, origin, reference)
    expect(officer.get_by_text("Not looked at yet")).to_be_visible()
    inspect(officer)
    officer.get_by_role("link", name="Is it enough?").click()
    inspect(officer)
    officer.get_by_label("Yes").check()
    officer.get_by_label("What did you see").fill("Their statement, on their paper.")
    officer.get_by_role("button", name="Record it").click()
    officer.get_by_role("link", name="Who gets the answer?").click()
    inspect(officer)
    officer.get_by_label("Whoever acts for them").check()
    officer.get_by_label("Why?").fill("They conduct her claim.")
    officer.get_by_role("button", name="Record it").click()
    expect(
        officer.get_by_text("The answer and the letters go to whoever acts.")
    ).to_be_visible()
    steps.search(officer)
    says_whose(officer, inspect)
    steps.search(officer, button="Search again")
    steps.settle_owners(officer)
    by_http.reviewed(portal, officer.context, reference)
    steps.decide(officer, origin, reference, "")
    reviewer = steps.staff(portal, browser.new_context(), "reviewer")
    steps.release(reviewer, origin, reference)

    ready = steps.mail_to(portal, FINCH, "answer is ready", since=begun)
    assert any(f"/acting/{reference}/" in one for one in steps.links_in(ready))
    agent.reload()
    expect(agent.get_by_text("The answer goes to you.")).to_be_visible()
    inspect(agent)
    agent.get_by_role("link", name="Fetch the copy").click()
    sent = time.time()
    agent.get_by_role("button", name="Send me a code").click()
    agent.get_by_label("The code we sent you").fill(
        steps.code_to(portal, FINCH, since=sent)
    )
    steps.go_on(agent)
    inspect(agent)
    with agent.expect_download() as download:
        agent.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == f"{reference}.zip"

    priya = steps.phone(browser).new_page()
    steps.sign_in(portal, priya, f"{origin}/cases/{reference}/", PRIYA)
    expect(priya.get_by_text("It went to Jo Finch, Finch & Co")).to_be_visible()
    inspect(priya)
    priya.get_by_role("button", name="They do not act for me").click()
    expect(priya.get_by_text("no longer acts for you")).to_be_visible()
    answer = agent.goto(f"{origin}/acting/{reference}/")
    assert answer is not None
    assert answer.status == 404


def test_who_is_denied_learns_nothing_and_is_told_that_it_is_closed(portal, browser):
    inspect, origin = assert_accessible, portal.variables["LUMINA_ORIGIN"]
    begun = time.time()
    phone = steps.phone(browser)
    reference = by_http.filed(portal, phone, "Grabbit Ltd", GRABBIT, FOR_PRIYA)
    agent = phone.new_page()
    agent.goto(f"{origin}/acting/{reference}/")
    sends_authority(agent, steps.nothing)

    officer = steps.staff(portal, browser.new_context(), "caseworker")
    steps.open_case(officer, origin, reference)
    officer.get_by_role("link", name="Ask the person").click()
    inspect(officer)
    officer.get_by_label("Why are you in doubt?").fill(
        "Another firm has written in your name before."
    )
    officer.get_by_role("button", name="Send the question").click()
    expect(officer.get_by_text("They are asked.")).to_be_visible()

    asked = steps.mail_to(portal, PRIYA, "Does somebody act for you?", since=begun)
    [link] = [one for one in steps.links_in(asked) if "/acts-for-me/" in one]
    priya = steps.phone(browser).new_page()
    priya.goto(link)
    expect(priya.get_by_role("heading", level=1)).to_have_text(
        "Does Grabbit Ltd act for you?"
    )
    inspect(priya)
    priya.get_by_role("button", name="No, they do not").click()
    expect(priya.get_by_role("heading", level=1)).to_have_text(
        "Thank you: they do not act for you"
    )
    inspect(priya)
    priya.goto(link)
    expect(priya.get_by_text("This link was used")).to_be_visible()
    inspect(priya)
    answer = agent.goto(f"{origin}/acting/{reference}/")
    assert answer is not None
    assert answer.status == 404

    steps.open_case(officer, origin, reference)
    officer.get_by_role("link", name="Close: nobody may act").click()
    inspect(officer)
    officer.get_by_label("Why?").fill("What you sent does not show that you may act")
    officer.get_by_role("button", name="Close the case").click()
    expect(officer.get_by_text("whoever asked is told")).to_be_visible()
    inspect(officer)
    told = steps.text_of(steps.mail_to(portal, GRABBIT, "we close it", since=begun))
    assert "Priya" not in told
    assert PRIYA not in told
