"""Each test counts its own tries: throttles live in Redis, which no rollback empties."""

from __future__ import annotations

import uuid

import pytest


@pytest.fixture(autouse=True)
def own_throttles(settings):
    """Give the test throttles of its own."""
    settings.LUMINA_NAMESPACE = f"test-{uuid.uuid4().hex}"
