"""A missing part of the machine is a skipped test at home and a failed one in CI."""

from __future__ import annotations

import pytest

from tests import needs


def test_what_is_there_is_found():
    assert needs.program("sh", "dash").endswith("/sh")


def test_at_home_it_is_skipped_and_says_what_to_install(monkeypatch):
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="some-package is not installed"):
        needs.program("no-such-program", "some-package")


def test_in_ci_it_fails(monkeypatch):
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="some-package is not installed"):
        needs.program("no-such-program", "some-package")
