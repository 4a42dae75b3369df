"""What goes wrong while somebody files, and what must not.

A wrong code, the way back, the same form twenty times, a keyboard and nothing else, a
slow line: each on the whole portal, as a person meets it.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.journeys import by_http, steps

pytestmark = pytest.mark.journey
FIRST_VISIT_BYTES = 100_000
TIMES = 20


def test_a_wrong_code_is_told_and_the_right_one_still_works(portal, browser):
    origin = portal.variables["LUMINA_ORIGIN"]
    address = "wendy.wrong@post.example"
    phone = steps.phone(browser, script=False)
    by_http.lend(by_http.answered(portal, "Wendy Wrong", address), phone)
    page = phone.new_page()
    page.goto(f"{origin}/ask/check/")
    sent = time.time()
    page.get_by_role("button", name="Send my request").click()
    right = steps.code_to(portal, address, since=sent)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"

    page.get_by_label("The code we sent you").fill(wrong)
    steps.go_on(page)
    expect(page.get_by_role("group", name="There is a problem")).to_be_focused()
    expect(page.get_by_text("That is not the code we sent").first).to_be_visible()
    page.get_by_label("The code we sent you").fill(right)
    steps.go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is with us")

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto(f"{origin}/ask/code/")
    expect(page).to_have_url(f"{origin}/sign-in/")  # a used code leads nowhere


def test_the_way_back_keeps_every_answer(portal, browser):
    origin = portal.variables["LUMINA_ORIGIN"]
    phone = steps.phone(browser)
    by_http.lend(by_http.answered(portal, "Bella Back", "bella@post.example"), phone)
    page = phone.new_page()
    page.goto(f"{origin}/ask/adjust/")
    steps.go_on(page)
    expect(page).to_have_url(f"{origin}/ask/check/")

    page.go_back()
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_label("As a download from this site")).to_be_checked()
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_label("Your e-mail address")).to_have_value("bella@post.example")
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_label("What is your name?")).to_have_value("Bella Back")
    page.goto(f"{origin}/ask/check/")
    page.get_by_role("link", name="Change Your name").click()
    page.get_by_label("What is your name?").fill("Bella Forth")
    steps.go_on(page)

    expect(page).to_have_url(f"{origin}/ask/check/")
    expect(page.get_by_text("Bella Forth")).to_be_visible()
    expect(page.get_by_text("bella@post.example")).to_be_visible()

    page.get_by_role("button", name="Send my request").click()
    expect(page).to_have_url(f"{origin}/ask/code/")
    page.go_back()  # "Was it sent?" The way back leads on to the code.
    page.goto(f"{origin}/ask/check/")
    expect(page).to_have_url(f"{origin}/ask/code/")


def test_only_what_an_earlier_answer_wants_is_asked(portal, browser):
    page = steps.phone(browser, script=False).new_page()
    origin = portal.variables["LUMINA_ORIGIN"]
    page.goto(f"{origin}/ask/what/?right=access")
    expect(page.get_by_label("Get a copy of my data")).to_be_checked()
    steps.go_on(page)
    page.get_by_label("My own").check()
    steps.go_on(page)
    footage = page.get_by_label("CCTV data")
    expect(footage).to_be_hidden()
    page.get_by_label("Certain things").check()
    steps.go_on(page)
    expect(page.get_by_role("link", name="Tick at least one thing")).to_be_visible()
    footage.check()
    steps.go_on(page)
    expect(
        page.get_by_role("group", name="On which day were you there?")
    ).to_be_visible()
    assert page.url == f"{origin}/ask/sighting/"
    page.get_by_role("link", name="Back").click()
    page.get_by_label("Everything you hold about me").check()
    steps.go_on(page)
    # Footage belongs to everything, but not everybody was filmed.
    page.get_by_label("No", exact=True).check()
    expect(
        page.get_by_role("group", name="On which day were you there?")
    ).to_be_hidden()
    steps.go_on(page)
    page.get_by_label("What is your name?").fill("Lena Letter")
    steps.go_on(page)
    page.get_by_label("Your e-mail address").fill("lena@post.example")
    home = page.get_by_label("Postal address")
    expect(home).to_be_hidden()
    page.get_by_label("By letter").check()
    home.fill("1 High Street, Hemel Hempstead")
    steps.go_on(page)
    expect(page).to_have_url(f"{origin}/ask/how/")


def test_the_same_form_sent_twenty_times_is_one_case_and_says_so(portal, browser):
    context = steps.phone(browser)
    origin = portal.variables["LUMINA_ORIGIN"]
    address = "terry.twenty@post.example"
    by_http.lend(by_http.answered(portal, "Terry Twenty", address), context)
    page = context.new_page()
    page.goto(f"{origin}/ask/check/")
    fields: dict[str, str | float | bool] = {
        name: page.locator(f"main input[name={name}]").get_attribute("value") or ""
        for name in ("csrfmiddlewaretoken", "token", "seen")
    }
    sent = time.time()
    answers = [
        context.request.post(
            f"{origin}/ask/send/", form=fields, headers={"Referer": page.url}
        )
        for _ in range(TIMES)
    ]

    assert {answer.status for answer in answers} == {200}
    assert "You sent this form more than once" not in answers[0].text()
    assert "You sent this form more than once" in answers[-1].text()
    page.goto(f"{origin}/ask/code/")
    page.get_by_label("The code we sent you").fill(
        steps.code_to(portal, address, since=sent)
    )
    steps.go_on(page)
    page.goto(f"{origin}/cases/")
    expect(page.get_by_role("heading", level=2, name="A copy")).to_have_count(1)
    mails = [
        path
        for path in portal.mail.glob("[0-9]*.eml")
        if address.encode() in path.read_bytes()
    ]
    assert len(mails) == 2  # one code, one acknowledgement


def tab_to(page: Page, wanted: Locator) -> None:
    """Press the tabulator until ``wanted`` has the focus, and see that it shows."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            outline = wanted.evaluate(
                "element => getComputedStyle(element).outlineStyle"
            )
            assert outline != "none", "the focus cannot be seen"
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


def press(page: Page, name: str, role: str = "button") -> None:
    tab_to(page, page.get_by_role(role, name=name))  # type: ignore[arg-type]  # a role's name
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_the_form_is_filed_with_a_keyboard_alone(portal, browser):
    page = browser.new_page()
    origin = portal.variables["LUMINA_ORIGIN"]
    address = "kit.keyboard@post.example"
    page.goto(origin)
    press(page, "Start now", "link")
    press(page, "Start", "link")
    tab_to(page, page.get_by_label("Get a copy of my data"))
    page.keyboard.press("Space")
    press(page, "Continue")
    tab_to(page, page.get_by_label("My own"))
    page.keyboard.press("Space")
    press(page, "Continue")
    tab_to(page, page.get_by_label("Everything you hold about me"))
    page.keyboard.press("Space")
    press(page, "Continue")
    tab_to(page, page.get_by_label("Yes", exact=True))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("No", exact=True)).to_be_checked()
    press(page, "Continue")
    tab_to(page, page.get_by_label("What is your name?"))
    page.keyboard.type("Kit Keyboard")
    press(page, "Continue")
    tab_to(page, page.get_by_label("Your e-mail address"))
    page.keyboard.type(address)
    press(page, "Continue")
    tab_to(page, page.get_by_label("As a download from this site"))
    page.keyboard.press("Space")
    press(page, "Continue")
    press(page, "Continue")
    sent = time.time()
    press(page, "Send my request")
    tab_to(page, page.get_by_label("The code we sent you"))
    page.keyboard.type(steps.code_to(portal, address, since=sent))
    press(page, "Continue")

    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is with us")


def _note(answers: list[Response], answer: Response) -> None:
    answers.append(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/notice/",
        "/ask/",
        "/ask/what/",
        "/stop-marketing/",
        "/sign-in/",
        "/contact/",
    ],
)
def test_a_first_visit_is_light_and_asks_nobody_else(portal, browser, path):
    page = steps.phone(browser).new_page()
    origin = portal.variables["LUMINA_ORIGIN"]
    answers: list[Response] = []
    page.on("response", lambda answer: _note(answers, answer))
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(f"{origin}{path}", wait_until="networkidle")

    hosts = {urlsplit(answer.url).netloc for answer in answers}
    assert hosts == {urlsplit(origin).netloc}
    weight = sum(len(answer.body()) for answer in answers)
    assert weight < FIRST_VISIT_BYTES, f"{weight} bytes in {len(answers)} answers"
    assert not complaints
