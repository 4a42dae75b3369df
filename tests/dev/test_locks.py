"""The lock files are compared with pyproject.toml, not only made from it once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from dev import locks


@pytest.fixture
def copy(tmp_path) -> Path:
    """Give a project folder with nothing but the files that are compared."""
    root = Path(settings.BASE_DIR)
    shutil.copy(root / "pyproject.toml", tmp_path)
    shutil.copytree(root / "requirements", tmp_path / "requirements")
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_ours_agree():
    assert locks.problems(Path(settings.BASE_DIR)) == []


def test_package_that_was_never_locked_is_named(copy):
    change(copy / "pyproject.toml", '"celery>=5.7"', '"kombu-extras>=1", "celery>=5.7"')

    assert locks.problems(copy) == [
        "kombu-extras>=1 is not met by production.txt: not there",
        "kombu-extras>=1 is not met by dev.txt: not there",
    ]


def test_version_that_no_longer_satisfies_is_named(copy):
    change(copy / "pyproject.toml", '"ruff>=0.12"', '"ruff>=99"')

    assert [line.partition(":")[0] for line in locks.problems(copy)] == [
        "ruff>=99 is not met by dev.txt"
    ]


def test_two_files_with_two_versions_of_a_package_are_named(copy):
    change(copy / "requirements" / "dev.txt", "\ndjango==5.2.", "\ndjango==5.2.1")

    assert [line.split()[0] for line in locks.problems(copy)] == ["django"]
