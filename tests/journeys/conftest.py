"""What every journey starts from: a whole portal, and a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
import redis
from django.conf import settings
from playwright.sync_api import sync_playwright

from tests import needs
from tests.journeys.live import live_portal


@pytest.fixture(scope="session", autouse=True)
def _static_root():
    """Make the folder of collected files: WhiteNoise warns of one that is not there."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def started():
    """Start a portal with demonstration data; one a session, its requests stay."""
    with live_portal() as portal:
        yield portal


@pytest.fixture
def portal(started):
    """Give the portal to somebody new: no journey meets the rate limits of another."""
    with redis.Redis.from_url(started.variables["REDIS_URL"]) as broker:
        for counted in broker.scan_iter("LIMITS*"):
            broker.delete(counted)
    return started


@pytest.fixture(scope="package")
def chromium(django_db_setup):
    """Start Debian's chromium once: two seconds of a processor each time.

    While it runs, Playwright's loop counts as running in this thread, and Django would
    refuse every question to the database; nothing here is asynchronous. It also keeps
    another connection for such a loop: the tests' database is made before, so that the
    connection which all other tests use is the one that is closed when it is dropped.
    """
    path = needs.program("chromium", "chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        launched = playwright.chromium.launch(executable_path=path)
        yield launched
        launched.close()


@pytest.fixture
def browser(chromium):
    """Give a browser that knows nobody: nothing is left of an earlier journey."""
    yield chromium
    for context in chromium.contexts:
        context.close()
