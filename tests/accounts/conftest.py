"""People sign in a hundred times here."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """Hash passwords quickly: Argon2 is slow on purpose, and Django tests it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
