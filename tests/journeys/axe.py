"""Accessibility in a real browser: axe-core, two widths, two colour schemes."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any, Final, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PHONE: Final = (390, 844)
DESKTOP: Final = (1280, 900)
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
# WCAG 2.2 level A and AA, and what axe calls good practice.
_RULES: Final = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
]
_OPTIONS: Final = {
    "runOnly": {"type": "tag", "values": _RULES},
    # Without these, every element that passed comes along, each with its path: three
    # times as slow; and every style sheet is fetched again, for no rule of ours.
    "resultTypes": ["violations"],
    "selectors": False,
    "preload": False,
}
# What differs between two visits to one page and is nothing to look at.
_OF_THE_VISIT: Final = re.compile(
    r"(?<=csrfmiddlewaretoken\" value=\")\w+|LP-\w{5}-\w{5}|(?<!h)\d"  # not <h2>
)
_AXE: Final = Axe().axe_script
_seen: Final[set[str]] = set()


def assert_accessible(page: Page) -> None:
    """Fail, naming rule and element, when the page breaks a rule anywhere.

    Also fails when the page is wider than a phone. Each is looked at in both widths and
    both colour schemes; its content says which go together: all four would look twice
    at what is the same. A page that was found well is not looked at again when another
    journey comes by. The page is left as it was found.
    """
    page.wait_for_load_state()  # a click returns before the style sheet is there
    content = sha256(_OF_THE_VISIT.sub("", page.content()).encode())
    if content.hexdigest() in _seen:
        return
    found: list[str] = []
    before = page.viewport_size
    page.evaluate(_AXE)
    schemes = SCHEMES if content.digest()[0] % 2 else reversed(SCHEMES)
    for (width, height), scheme in zip((PHONE, DESKTOP), schemes, strict=True):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        where = f"{width} px, {scheme}"
        found += [f"{where}: {line}" for line in _violations(page)]
        found += [f"{where}: {line}" for line in _too_wide(page, width)]
    page.emulate_media(color_scheme="no-preference")
    if before:
        page.set_viewport_size(before)
    assert not found, f"{page.url} is not accessible:\n" + "\n".join(found)
    _seen.add(content.hexdigest())


def _violations(page: Page) -> list[str]:
    run = "options => axe.run(options).then(found => found.violations)"
    broken: list[dict[str, Any]] = page.evaluate(run, _OPTIONS)
    return [
        f"{rule['id']} ({rule['help']}): {node['html']} {node.get('failureSummary')}"
        for rule in broken
        for node in rule["nodes"]
    ]


def _too_wide(page: Page, width: int) -> list[str]:
    actual = page.evaluate("document.documentElement.scrollWidth")
    return [f"the page is {actual} px wide"] if actual > width else []
