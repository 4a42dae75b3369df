"""Every package in the image is there because something uses it."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.compose import ROOT

# Used by name or by another package, never imported by us.
BY_NAME = {
    "argon2-cffi": "django.contrib.auth.hashers.Argon2PasswordHasher",
    "psycopg2-binary": "django.db.backends.postgresql",
    "pymysql": "mysql+pymysql",
    "tzdata": 'ZoneInfo("Europe/London")',
}


def test_every_dependency_is_used():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    packages = project_packages()
    text = "\n".join(
        path.read_text()
        for app in packages
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
    )
    modules: dict[str, set[str]] = {}
    for module, names in packages_distributions().items():
        for name in names:
            modules.setdefault(canonicalize_name(name), set()).add(module)
    unused = []
    for line in project["dependencies"]:
        name = canonicalize_name(Requirement(line).name)
        if name in BY_NAME:
            used = BY_NAME[name] in text
        else:
            words = "|".join(map(re.escape, modules[name]))
            used = bool(re.search(rf"(import|from) ({words})\b|\"({words})[.\"]", text))
        if not used:
            unused.append(name)
    assert unused == []


def project_packages() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names: list[str] = project["tool"]["importlinter"]["root_packages"]
    return names
