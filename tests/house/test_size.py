"""What must fit on a few screens, and what may stand at the top of the tree."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split()
MODULES = [
    path
    for path in TRACKED
    if path.endswith(".py") and "/migrations/" not in path and (ROOT / path).exists()
]
OURS = [path for path in MODULES if not path.startswith(("tests/", "bench/"))]
MOST_LINES, MOST_OF_A_FUNCTION = 400, 50
# Longer than they should be, to be cut. Each list is what is long, no more: whatever
# is cut leaves it, so it can only become shorter.
STILL_LONG: set[str] = set()
STILL_LONG_FUNCTIONS: set[str] = set()
APPS = {
    "accounts",
    "audit",
    "consent",
    "datamap",
    "outbox",
    "requests_app",
    "retention",
    "vault",
}
AROUND = {"bench", "deploy", "dev", "lumina_privacy", "tests"}


def test_no_module_is_longer_than_it_should_be():
    long = {
        path
        for path in MODULES
        if len((ROOT / path).read_text().splitlines()) > MOST_LINES
    }

    assert long == STILL_LONG


def test_no_function_is_longer_than_it_should_be():
    long = {
        f"{path}: {node.name}"
        for path in OURS
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MOST_OF_A_FUNCTION
    }

    assert long == STILL_LONG_FUNCTIONS


def test_top_level_packages_are_these():
    """A stray package would escape every import contract (decision E19)."""
    found = {path.split("/")[0] for path in MODULES if "/" in path}

    assert found <= APPS | AROUND
    assert found >= APPS | {"lumina_privacy"}


def test_every_app_stands_under_the_import_contracts():
    import tomllib

    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][
        "importlinter"
    ]
    by_name = {contract["name"]: contract for contract in linter["contracts"]}
    inside = by_name["Inside an app: doors, then actions, then rules, then tables"]
    layers = by_name["Apps depend downwards only"]["layers"]
    named = {part.strip() for layer in layers for part in layer.split(":")}

    # `accounts.models` alone may be seen: User stands in every signature.
    protected = {
        contract["protected_modules"][0]: contract["allowed_importers"]
        for contract in linter["contracts"]
        if contract["type"] == "protected"
    }
    assert protected == {f"{app}.models": [app] for app in APPS - {"accounts"}}
    assert set(linter["root_packages"]) == APPS | {"lumina_privacy"}
    assert set(inside["containers"]) == APPS
    assert inside["exhaustive"]
    assert named >= APPS
    assert {app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()} == APPS


ADRS = sorted((ROOT / "docs" / "adr").glob("*.md"))


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.name)
def test_adr_has_the_number_of_its_file(path):
    number = int(re.match(r"(\d{4})-[a-z0-9-]+\.md$", path.name).group(1))
    title, _, rest = path.read_text().partition("\n")

    assert re.match(rf"# {number}\. [A-Z]", title)
    assert "Status:" in rest.split("##")[0]


def test_adrs_are_numbered_without_a_gap():
    assert [int(path.name[:4]) for path in ADRS] == list(range(1, len(ADRS) + 1))
