"""What a journey needs done and does not look at: a request filed without a browser."""

from __future__ import annotations

import re
import time
from typing import Final

from playwright.sync_api import BrowserContext

from dev.supervisor import Portal
from tests.faults.stand import Browser
from tests.journeys import steps

# What is answered, page by page, by who wants a copy of everything.
COPY: Final[dict[str, dict[str, str]]] = {
    "what": {"rights": "access"},
    "about": {"about": "me"},
    "scope": {"scope": "all"},
    "sighting": {"filmed": "unknown"},
    "name": {},
    "reach": {},
    "how": {"how": "download"},
    "adjust": {},
}


def filed(
    portal: Portal,
    context: BrowserContext,
    name: str,
    address: str,
    pages: dict[str, dict[str, str]] = COPY,
) -> str:
    """File and prove a request; return its reference. ``context`` is signed in."""
    visitor = answered(portal, name, address, pages)
    form = dict(re.findall(r'name="(token|seen)" value="([\w-]+)"', visitor.text))
    sent = time.time()
    visitor.post("/ask/send/", **form)
    visitor.post("/ask/code/", code=steps.code_to(portal, address, since=sent))
    reference = re.search(r"/(LP-\w{5}-\w{5})/(?:receipt/)?$", visitor.url)
    assert reference, visitor.text
    lend(visitor, context)
    return reference[1]


def answered(
    portal: Portal,
    name: str,
    address: str,
    pages: dict[str, dict[str, str]] = COPY,
) -> Browser:
    """Answer every question; what comes back is at "check your answers"."""
    visitor = Browser(portal.variables["LUMINA_ORIGIN"])
    own = {
        "name": {"name": name},
        "agent": {"agent": name},
        "reach": {"email": address},
    }
    for slug, values in pages.items():
        visitor.get(f"/ask/{slug}/")
        visitor.post(f"/ask/{slug}/", **{**own.get(slug, {}), **values})
    assert visitor.url.endswith("/ask/check/"), visitor.text
    return visitor


def lend(visitor: Browser, context: BrowserContext) -> None:
    """Give the browser the cookies of ``visitor``."""
    context.add_cookies(
        [
            {"name": one.name, "value": one.value or "", "url": visitor.origin}
            for one in visitor.jar
        ]
    )


def reviewed(portal: Portal, context: BrowserContext, reference: str) -> None:
    """Release every dataset as the colleague who is signed in to ``context``."""
    cookies = {one["name"]: one["value"] for one in context.cookies()}
    colleague = Browser(portal.variables["LUMINA_ORIGIN"], cookies["sessionid"])
    overview = f"/staff/cases/{reference}/review/"
    found = re.findall(rf'href="({overview}[\w-]+/[\w-]+/)', colleague.get(overview))
    assert found, colleague.text
    for rows in dict.fromkeys(found):
        seen = re.search(r'name="seen" value="(\w+)"', colleague.get(rows))
        assert seen, colleague.text
        said = {"choice": "release", "from": "rows", "seen": seen[1]}
        colleague.post(f"{rows}choose/", **said)
        assert colleague.status == 200, colleague.text
    assert "Not reviewed" not in colleague.get(overview)
