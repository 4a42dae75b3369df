"""Keeps the workers of a parallel run apart and busy.

Each has a Redis database of its own. Loaded by ``-p`` before pytest-django reads the
settings.
"""

from __future__ import annotations

import gc
import os
from typing import Final

import pytest
from xdist.scheduler import LoadScopeScheduling

_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
_url = os.environ.get("REDIS_URL", "")
if _url:
    os.environ["REDIS_URL"] = f"{_url.rpartition('/')[0]}/{int(_worker) + 1}"
os.environ["LUMINA_NAMESPACE"] = f"test-{_worker}"

# What starts a portal or servers once, and takes longest.
_LONGEST: Final = ("tests/journeys/", "tests/faults/", "tests/deploy/")


def _share(nodeid: str) -> str:
    """Return what a test is given out with: its module, or a whole folder."""
    module = nodeid.partition("::")[0]
    return next((one for one in _LONGEST if module.startswith(one)), module)


class Shares(LoadScopeScheduling):  # type: ignore[misc]  # no types
    """Gives a worker whole modules, which share what they start."""

    def _split_scope(self, nodeid: str) -> str:
        return _share(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Shares:
    """Give out by shares, in the order of collection."""
    config.option.loadscopereorder = False
    return Shares(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first, so that all workers end together."""
    ranks = {share: rank for rank, share in enumerate(_LONGEST)}

    def rank(item: pytest.Item) -> int:
        short = 1 if item.get_closest_marker("long") else 2
        return ranks.get(_share(item.nodeid), len(ranks) + short)

    items.sort(key=rank)


def pytest_collection_finish() -> None:
    """Have the garbage collector look at what tests make, not at what was loaded."""
    gc.collect()
    gc.freeze()
