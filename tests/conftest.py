"""What every test may use."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    """Give each test files, keys and journals of its own."""
    from django.core.files.storage import storages

    settings.DATA_DIR = tmp_path
    settings.JOURNAL_DIR = tmp_path / "journal"
    folders = {"vault": tmp_path / "vault", "keys": tmp_path / "keys"}
    for alias, folder in folders.items():
        storages[alias]._location = str(folder)
        for name in ("base_location", "location"):
            storages[alias].__dict__.pop(name, None)


@pytest.fixture(autouse=True)
def _fresh_throttles():
    """Let no test run into the rate limits of another."""
    from lumina_privacy.lib import throttle

    throttle._limiter().storage.reset()
    cache.clear()


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    """Serve static files from where they are written: nobody collects them first."""
    settings.STATIC_ROOT = settings.BASE_DIR / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        },
    }
