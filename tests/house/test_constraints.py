"""Each rule of the database is named as a sentence and has a test that names it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CheckConstraint

from tests.house.test_size import APPS

TESTS = "\n".join(
    path.read_text()
    for path in (Path(settings.BASE_DIR) / "tests").rglob("*.py")
    if path.name != "test_constraints.py" or path.parent.name != "house"
)
CHECKS = sorted(
    (model._meta.app_label, constraint.name)
    for model in apps.get_models()
    if model._meta.app_label in APPS
    for constraint in model._meta.constraints
    if isinstance(constraint, CheckConstraint)
)
# Named by no test yet; a list that may only become shorter.
UNTESTED: set[str] = set()


@pytest.mark.parametrize(("app", "name"), CHECKS)
def test_check_is_named_as_a_sentence(app, name):
    assert re.fullmatch(r"[a-z]+(_[a-z0-9]+){2,}|[a-z]+_known", name)


def test_every_check_has_a_test_that_names_it():
    missing = {name for _, name in CHECKS if name not in TESTS}

    assert sorted(missing - UNTESTED) == []
