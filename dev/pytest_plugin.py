"""Keeps the workers of a parallel run apart: each has a Redis database of its own.

Loaded by ``-p`` before pytest-django reads the settings.
"""

from __future__ import annotations

import gc
import os

_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
_url = os.environ.get("REDIS_URL", "")
if _url:
    os.environ["REDIS_URL"] = f"{_url.rpartition('/')[0]}/{int(_worker) + 1}"
os.environ["LUMINA_NAMESPACE"] = f"test-{_worker}"


def pytest_collection_finish() -> None:
    """Have the garbage collector look at what tests make, not at what was loaded."""
    gc.collect()
    gc.freeze()
