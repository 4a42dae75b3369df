"""Accessibility in a real browser: axe-core, two widths, two colour schemes."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PHONE: Final = (390, 844)
DESKTOP: Final = (1280, 900)
# WCAG 2.2 level A and AA, and what axe calls good practice.
_RULES: Final = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
]
# What a colour scheme changes.
_COLOURS: Final = ["color-contrast", "link-in-text-block"]
# What differs between two visits to one page and is nothing to look at.
_OF_THE_VISIT: Final = re.compile(
    r"(?<=csrfmiddlewaretoken\" value=\")\w+|LP-\w{5}-\w{5}|(?<!h)\d"  # not <h2>
)
_seen: Final[set[str]] = set()


def assert_accessible(page: Page) -> None:
    """Fail, naming rule and element, when the page breaks a rule anywhere.

    Also fails when the page is wider than a phone. A page that was found well is not
    looked at again when another journey comes by. The page is left as it was found.
    """
    page.wait_for_load_state()  # a click returns before the style sheet is there
    content = sha256(_OF_THE_VISIT.sub("", page.content()).encode()).hexdigest()
    if content in _seen:
        return
    found: list[str] = []
    before = page.viewport_size
    for width, height in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="light")
        found += [f"{width} px: {line}" for line in _violations(page, "tag", _RULES)]
        found += [f"{width} px: {line}" for line in _too_wide(page, width)]
        page.emulate_media(color_scheme="dark")
        dark = _violations(page, "rule", _COLOURS)
        found += [f"{width} px, dark: {line}" for line in dark]
    page.emulate_media(color_scheme="no-preference")
    if before:
        page.set_viewport_size(before)
    assert not found, f"{page.url} is not accessible:\n" + "\n".join(found)
    _seen.add(content)


def _violations(page: Page, kind: str, names: list[str]) -> list[str]:
    # Without the types, every element that passed comes along: three times as slow.
    wanted = {"runOnly": {"type": kind, "values": names}, "resultTypes": ["violations"]}
    answer: dict[str, Any] = Axe().run(page, options=wanted).response
    return [
        f"{rule['id']} ({rule['help']}): {node['html']} {node.get('failureSummary')}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]


def _too_wide(page: Page, width: int) -> list[str]:
    actual = page.evaluate("document.documentElement.scrollWidth")
    return [f"the page is {actual} px wide"] if actual > width else []
