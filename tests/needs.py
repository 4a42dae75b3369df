"""What a test needs from the machine."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def program(name: str, package: str) -> str:
    """Return the path of a program of Debian's ``package``; without it: ``missing``."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin"
    return shutil.which(name, path=places) or missing(package)


def missing(what: str) -> NoReturn:
    """Skip the test on a machine of one's own; where CI is set, fail it.

    CI installs everything first, so there a missing part is a mistake, not a choice.
    """
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not installed", pytrace=False)
    pytest.skip(f"{what} is not installed")
