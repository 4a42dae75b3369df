"""What people do in a journey, each step as they would: by reading and clicking."""

from __future__ import annotations

import email
import re
import time
from collections.abc import Callable
from email.policy import default
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from dev.mailbox import text_of
from dev.run import STAFF
from dev.supervisor import Portal
from tests.journeys.axe import PHONE

Inspect = Callable[[Page], None]
_PATIENCE_SECONDS = 40
_used: set[tuple[str, str]] = set()
# The cookies of who has signed in, by portal and role.
_kept: dict[tuple[str, str], list[Any]] = {}


def nothing(page: Page) -> None:
    """Inspect nothing."""


# --- Mail ------------------------------------------------------------------------


def mail_to(portal: Portal, address: str, words: str, *, since: float):
    """Wait for a mail to ``address`` with ``words`` in its subject; return it."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        for path in sorted(portal.mail.glob("[0-9]*.eml"), reverse=True):
            if int(path.stem) / 1e9 < since:
                break
            mail = email.message_from_bytes(path.read_bytes(), policy=default)
            if address in str(mail["To"]) and words in str(mail["Subject"]):
                return mail
        time.sleep(0.1)
    raise AssertionError(f"no mail about {words!r} came")


def code_to(portal: Portal, address: str, *, since: float) -> str:
    """Wait for a mail with a code and return the code."""
    text = text_of(mail_to(portal, address, "Your code", since=since))
    return re.findall(r"\b\d{6}\b", text)[0]


def links_in(mail) -> list[str]:
    return re.findall(r"https?://\S+", text_of(mail))


# --- The person ------------------------------------------------------------------


def phone(browser: Browser, *, script: bool = True) -> BrowserContext:
    width, height = PHONE
    return browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=script
    )


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def answer_questions(
    page: Page, origin: str, name: str, address: str, inspect: Inspect = nothing
) -> None:
    """Walk from the first question to "check your answers"."""
    page.goto(f"{origin}/ask/what/")
    inspect(page)
    page.get_by_label("Get a copy of my data").check()
    go_on(page)
    inspect(page)
    page.get_by_label("My own").check()
    go_on(page)
    inspect(page)
    page.get_by_label("Everything you hold about me").check()
    go_on(page)
    inspect(page)
    page.get_by_label("I do not know").check()  # nor when to look in footage
    go_on(page)
    inspect(page)
    page.get_by_label("What is your name?").fill(name)
    go_on(page)
    inspect(page)
    page.get_by_label("Your e-mail address").fill(address)
    go_on(page)
    inspect(page)
    page.get_by_label("As a download from this site").check()
    go_on(page)
    inspect(page)
    go_on(page)  # nothing to do differently
    expect(page).to_have_url(f"{origin}/ask/check/")


def ask(
    portal: Portal, page: Page, name: str, address: str, inspect: Inspect = nothing
) -> str:
    """File and prove a request; return its reference. The page is the receipt."""
    origin = portal.variables["LUMINA_ORIGIN"]
    answer_questions(page, origin, name, address, inspect)
    inspect(page)
    sent = time.time()
    page.get_by_role("button", name="Send my request").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("We have your request")
    inspect(page)
    page.get_by_label("The code we sent you").fill(code_to(portal, address, since=sent))
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is with us")
    return page.locator(".reference").inner_text()


def sign_in(
    portal: Portal,
    page: Page,
    url: str,
    address: str,
    inspect: Inspect = nothing,
    *,
    last: str = "Sign in",
) -> None:
    """Follow a link of the portal, and sign in with a code on the way.

    ``last`` is what the button says that comes after the code.
    """
    page.goto(url)
    inspect(page)
    page.get_by_label("Your e-mail address").fill(address)
    sent = time.time()
    page.get_by_role("button", name="Send me a code").click()
    inspect(page)
    page.get_by_label("Code").fill(code_to(portal, address, since=sent))
    page.get_by_role("button", name=last).click()
    expect(page).to_have_url(url)


def step_up(
    portal: Portal, page: Page, address: str, inspect: Inspect = nothing
) -> None:
    """Give the fresh code that a download wants, and see the way to the file."""
    page.get_by_role("link", name="Fetch your copy").click()
    inspect(page)
    sent = time.time()
    page.get_by_role("button", name="Send me a code").click()
    inspect(page)
    page.get_by_label("The code we sent you").fill(code_to(portal, address, since=sent))
    go_on(page)
    inspect(page)


# --- Staff and owners ------------------------------------------------------------


def staff(
    portal: Portal,
    context: BrowserContext,
    role: str,
    inspect: Inspect = nothing,
    *,
    by_hand: bool = False,
) -> Page:
    """Sign in with password and token; return the page, at the queue.

    A role signs in by hand once; afterwards its session is opened again, unless
    ``inspect`` wants to see the pages or ``by_hand`` says so.
    """
    origin = portal.variables["LUMINA_ORIGIN"]
    if not by_hand and inspect is nothing and (cookies := _kept.get((origin, role))):
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(f"{origin}/staff/")
        if page.get_by_role("heading", level=1, name="Cases").is_visible():
            return page
        page.close()  # the session has ended
        context.clear_cookies()
    page = _signed_in(portal, context, role, inspect)
    _kept[origin, role] = context.cookies()
    return page


def _signed_in(
    portal: Portal, context: BrowserContext, role: str, inspect: Inspect
) -> Page:
    address = f"{role}@luminatech.example"
    told = (portal.state / STAFF).read_text(encoding="utf-8")
    found = re.search(rf"{re.escape(address)}\s+(\S+)", told)
    assert found, f"{STAFF} names no {role}"
    page = context.new_page()
    page.goto(f"{portal.variables['LUMINA_ORIGIN']}/staff/")
    inspect(page)
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(found[1])
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    inspect(page)
    page.get_by_label("code").fill(_fresh_code(portal, address))
    page.get_by_role("button", name=re.compile("Continue|Sign in")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cases")
    return page


def _fresh_code(portal: Portal, address: str) -> str:
    """Return a code of the token that no journey has used: each opens once."""
    while True:
        code = portal.manage("token_code", address).strip()
        if (address, code) not in _used:
            _used.add((address, code))
            return code
        time.sleep(1)


def open_case(page: Page, origin: str, reference: str) -> None:
    page.goto(f"{origin}/staff/cases/{reference}/")


def search(
    page: Page,
    *,
    script: bool = True,
    inspect: Inspect = nothing,
    button: str = "Start the search",
) -> None:
    """Start the search and wait for its end, by itself or by looking again."""
    page.route(
        "**/progress/", lambda route: route.abort()
    )  # hold still while looked at
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("The search has started.")).to_be_visible()
    inspect(page)
    page.unroute("**/progress/")
    review = page.locator("header .badge", has_text="In review")
    until = time.monotonic() + _PATIENCE_SECONDS
    while not script and not review.is_visible() and time.monotonic() < until:
        time.sleep(0.5)
        page.get_by_role("link", name="Look again").click()
    review.wait_for(timeout=_PATIENCE_SECONDS * 1000)


def owner_signs_in(
    portal: Portal, page: Page, link: str, address: str, inspect: Inspect = nothing
) -> None:
    sign_in(portal, page, link, address, inspect, last="Go on to the task")


def settle_owners(page: Page) -> None:
    """Answer for every system that waits for its owner, with a reason."""
    while (links := page.get_by_role("link", name="without a search")).count():
        links.first.click()
        page.get_by_label("Why is it not searched?").fill("Never visited a site.")
        page.get_by_role("main").get_by_role("button").click()
        expect(page.get_by_role("status")).to_be_visible()


def review_everything(page: Page, inspect: Inspect = nothing) -> None:
    """Release every dataset and file, looking at the rows where that is asked for."""
    page.get_by_role("link", name="Review what was found").click()
    inspect(page)
    undecided = page.get_by_role("article").filter(
        has=page.locator(".badge", has_text="Not reviewed")
    )
    looked = False
    while left := undecided.count():
        first = undecided.first
        release = first.get_by_role("button", name=re.compile("^Release"))
        if release.count() and release.is_disabled():
            # Nobody lets a file out that they have not opened.
            with page.expect_download():
                first.get_by_role("link", name="to look").click()
            page.reload()
            continue
        if release.count():
            release.click()
        else:
            first.get_by_role("link", name="Look at the rows").click()
            if not looked:
                inspect(page)
                looked = True
            page.get_by_label("Release", exact=True).check()
            page.get_by_role("button", name="I have looked at the rows").click()
        expect(page.get_by_role("status")).to_contain_text("is reviewed")
        # The page before may say so too: wait for the one that has one less to do.
        expect(undecided).to_have_count(left - 1)


def decide(
    page: Page, origin: str, reference: str, words: str, inspect: Inspect = nothing
) -> None:
    """Record the further check, and give what is released."""
    open_case(page, origin, reference)
    page.get_by_role("link", name="Record a further check").click()
    inspect(page)
    page.get_by_label("How was it checked?").select_option("call_back")
    page.get_by_label("Yes, it passed").check()
    page.get_by_label("What was checked?").fill("Called the number on file.")
    page.get_by_role("button", name="Record the check").click()
    page.get_by_role("link", name="Decide").click()
    inspect(page)
    page.get_by_label("Give what is released").check()
    page.get_by_label("Download from this portal").check()
    page.get_by_label("A word to the person").fill(words)
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("status")).to_contain_text("It is decided")


def release(
    page: Page, origin: str, reference: str, inspect: Inspect = nothing
) -> None:
    """Wait until the package is built, and let it go."""
    page.route("**/progress/", lambda route: route.abort())  # it is looked at by hand
    open_case(page, origin, reference)
    wanted = page.get_by_role("link", name="Release")
    until = time.monotonic() + _PATIENCE_SECONDS
    while not wanted.is_visible() and time.monotonic() < until:
        time.sleep(0.5)
        page.reload()
    inspect(page)
    wanted.click()
    inspect(page)
    page.get_by_role("button", name="Release to the person").click()
    expect(page.get_by_role("status")).to_contain_text("The package is released.")
