"""`python -m dev.pictures`: the pictures in docs/pictures, from a running portal.

Walks the first journey on demonstration data, and keeps what the README shows.
"""

from __future__ import annotations

import sys
import tempfile
import time
import zipfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from dev.supervisor import ROOT, Portal
from tests.journeys import steps
from tests.journeys.live import live_portal

_FOLDER = ROOT / "docs" / "pictures"
_CHROMIUM = "/usr/bin/chromium"
_DESK: ViewportSize = {"width": 1280, "height": 860}
_MOST_BYTES = 300_000
_TOM = "tom@ashdownjoinery.example"


def main() -> int:
    """Make every picture; return 1 when one is too large for a README."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with live_portal() as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM)
        _walk(portal, browser)
        browser.close()
    large = [
        path.name for path in _FOLDER.glob("*.png") if path.stat().st_size > _MOST_BYTES
    ]
    if large:
        print(f"Larger than {_MOST_BYTES} bytes: {', '.join(large)}.", file=sys.stderr)
    return 1 if large else 0


def _walk(portal: Portal, browser: Browser) -> None:
    origin, begun = portal.variables["LUMINA_ORIGIN"], time.time()
    phone = steps.phone(browser).new_page()
    phone.goto(origin)
    _keep(phone, "home-phone")
    desk = browser.new_context(viewport=_DESK).new_page()
    desk.goto(origin)
    _keep(desk, "home")
    reference = steps.ask(portal, desk, "Tom Ashdown", _TOM)
    desk.get_by_text("How we worked out this date").click()
    _keep(desk, "receipt")

    caseworker = steps.staff(portal, browser.new_context(viewport=_DESK), "caseworker")
    _keep(caseworker, "queue")
    steps.open_case(caseworker, origin, reference)
    steps.search(caseworker)
    _keep(caseworker, "case")
    steps.settle_owners(caseworker)
    caseworker.get_by_role("link", name="Review what was found").click()
    _keep(caseworker, "review")
    steps.open_case(caseworker, origin, reference)
    steps.review_everything(caseworker)
    steps.decide(caseworker, origin, reference, "Thank you for your patience.")
    reviewer = steps.staff(portal, browser.new_context(), "reviewer")
    steps.release(reviewer, origin, reference)

    steps.mail_to(portal, _TOM, "Your answer is ready", since=begun)
    desk.goto(f"{origin}/cases/{reference}/")
    steps.step_up(portal, desk, _TOM)
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Download").click()
    _keep_package(desk, Path(download.value.path()))


def _keep_package(page: Page, file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(file) as package:
            package.extractall(folder)
        page.goto((Path(folder) / "index.html").as_uri())
        _keep(page, "package")


def _keep(page: Page, name: str) -> None:
    page.wait_for_load_state()
    page.screenshot(path=_FOLDER / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
