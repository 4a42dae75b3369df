"""Every example of a docstring is run: a package that holds one is a test path."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PYTEST = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"][
    "ini_options"
]
PATHS = [ROOT / name for name in PYTEST["testpaths"]]
LEFT_OUT = set(PYTEST["norecursedirs"])
CODE = [
    path
    for path in ROOT.rglob("*.py")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    and path.relative_to(ROOT).parts[0] not in {"tests", "bench"}
]


@pytest.mark.parametrize(
    "path",
    [path for path in CODE if ">>> " in path.read_text()],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_examples_of_every_module_are_run(path):
    assert any(path == under or under in path.parents for under in PATHS)
    assert not LEFT_OUT & set(path.relative_to(ROOT).parts)


def test_examples_are_run_at_all():
    assert "--doctest-modules" in PYTEST["addopts"]
