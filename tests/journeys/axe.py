"""Accessibility in a real browser: axe-core, two widths, two colour schemes."""

from __future__ import annotations

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
# Without the second, every element that passed comes along: three times as slow.
_OPTIONS: Final = {
    "runOnly": {"type": "tag", "values": _RULES},
    "resultTypes": ["violations"],
}


def assert_accessible(page: Page) -> None:
    """Fail, naming rule and element, when the page breaks a rule anywhere.

    Also fails when the page is wider than a phone. The page is left as it was found.
    """
    page.wait_for_load_state()  # a click returns before the style sheet is there
    found: list[str] = []
    before = page.viewport_size
    for width, height in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            where = f"{width} px, {scheme}"
            found += [f"{where}: {line}" for line in _violations(page)]
            found += [f"{where}: {line}" for line in _too_wide(page, width)]
    page.emulate_media(color_scheme="no-preference")
    if before:
        page.set_viewport_size(before)
    assert not found, f"{page.url} is not accessible:\n" + "\n".join(found)


def _violations(page: Page) -> list[str]:
    answer: dict[str, Any] = Axe().run(page, options=_OPTIONS).response
    return [
        f"{rule['id']} ({rule['help']}): {node['html']} {node.get('failureSummary')}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]


def _too_wide(page: Page, width: int) -> list[str]:
    actual = page.evaluate("document.documentElement.scrollWidth")
    return [f"the page is {actual} px wide"] if actual > width else []
