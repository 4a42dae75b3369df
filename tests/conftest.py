"""What every test may use."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings

# How fast a machine is says nothing about the portal.
settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    """Give each test files, keys and journals of its own.

    Static files are served from where they are written: nobody collects them first.
    """
    settings.DATA_DIR = tmp_path
    settings.JOURNAL_DIR = tmp_path / "journal"
    settings.STATIC_ROOT = settings.BASE_DIR / "static"
    stores = settings.STORAGES
    own = {
        alias: {
            **stores[alias],
            "OPTIONS": {**stores[alias]["OPTIONS"], "location": str(tmp_path / alias)},
        }
        for alias in ("vault", "keys")
    }
    settings.STORAGES = {
        **stores,
        **own,
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        },
    }


@pytest.fixture(autouse=True)
def _fresh_throttles():
    """Let no test run into the rate limits of another."""
    from lumina_privacy.lib import nudge, throttle

    throttle.AWAY.forget()
    nudge.AWAY.forget()
    throttle._limiter().storage.reset()
    cache.clear()
