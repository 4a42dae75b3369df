"""The lock files: made from pyproject.toml, and whether they still agree with it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)
_WHAT = {
    "production": ("pyproject.toml",),
    "dev": ("pyproject.toml", "--group", "dev", "-c", "requirements/production.txt"),
}


def make(root: Path) -> int:
    """Make both anew and return the exit code."""
    for name, what in _WHAT.items():
        done = subprocess.run(
            [
                *(str(Path(sys.executable).parent / "uv"), "pip", "compile", "-q"),
                *(*what, "--universal", "--python-version", "3.11"),
                *("--generate-hashes", "--no-header"),
                *("--no-emit-index-url", "--no-emit-find-links"),
                *("-o", str(root / "requirements" / f"{name}.txt")),
            ],
            cwd=root,
            check=False,
        )
        if done.returncode:
            return done.returncode
    return 0


def problems(root: Path) -> list[str]:
    """Return how the lock files differ from pyproject.toml and from each other."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    wanted = [Requirement(line) for line in project["project"]["dependencies"]]
    for_dev = [Requirement(line) for line in project["dependency-groups"]["dev"]]
    production, dev = (_pins(root, name) for name in ("production", "dev"))
    return [
        *_unmet(wanted, production, "production.txt"),
        *_unmet([*wanted, *for_dev], dev, "dev.txt"),
        *(
            f"{name} is {version} in production.txt and {dev.get(name)} in dev.txt"
            for name, version in production.items()
            if dev.get(name) != version
        ),
    ]


def _pins(root: Path, name: str) -> dict[str, str]:
    text = (root / "requirements" / f"{name}.txt").read_text()
    return {
        canonicalize_name(package): version
        for package, version in _PINNED.findall(text)
    }


def _unmet(wanted: list[Requirement], pins: dict[str, str], file: str) -> list[str]:
    return [
        f"{requirement} is not met by {file}: {pins.get(name, 'not there')}"
        for requirement in wanted
        if (name := canonicalize_name(requirement.name)) not in pins
        or not requirement.specifier.contains(pins[name], prereleases=True)
    ]
