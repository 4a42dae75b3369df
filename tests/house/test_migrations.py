"""Migrations are named for what they do, go back, and hang on no setting."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations import AddField, CreateModel, RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader

from tests.house.test_size import APPS

ROOT = Path(settings.BASE_DIR)
LOADER = MigrationLoader(None)
OURS = sorted(key for key in LOADER.disk_migrations if key[0] in APPS)
# What Django names a migration that nobody named.
AUTO = re.compile(r"_auto_|^\d{4}_(initial|alter_|remove_\w+_and_more|.*_and_more$)")


def source(app, name):
    return (ROOT / app / "migrations" / f"{name}.py").read_text()


@pytest.mark.parametrize(("app", "name"), OURS)
def test_migration_is_named_for_what_it_does(app, name):
    assert re.fullmatch(r"\d{4}_[a-z][a-z_]+", name)
    assert not AUTO.search(name)


@pytest.mark.parametrize(("app", "name"), OURS)
def test_migration_says_what_it_is_for(app, name):
    assert ast.get_docstring(ast.parse(source(app, name)))


@pytest.mark.parametrize("app", sorted(APPS))
def test_migrations_are_one_line(app):
    numbers = [name[:4] for known, name in OURS if known == app]

    assert len(numbers) == len(set(numbers))
    assert len(LOADER.graph.leaf_nodes(app)) == (1 if numbers else 0)


@pytest.mark.parametrize(("app", "name"), OURS)
def test_migration_goes_back(app, name):
    operations = LOADER.disk_migrations[app, name].operations

    assert [o for o in operations if not o.reversible] == []


@pytest.mark.parametrize(("app", "name"), OURS)
def test_data_and_schema_do_not_move_together(app, name):
    kinds = {type(o) for o in LOADER.disk_migrations[app, name].operations}

    assert not (kinds & {RunPython, RunSQL}) or kinds <= {RunPython, RunSQL}


@pytest.mark.parametrize(("app", "name"), OURS)
def test_the_release_before_still_writes_rows_while_a_migration_runs(app, name):
    """It knows nothing of a new column: the database gives it (docs/deployment.md)."""
    operations = LOADER.disk_migrations[app, name].operations
    made = {o.name_lower for o in operations if isinstance(o, CreateModel)}
    added = [
        o
        for o in operations
        if isinstance(o, AddField)
        and not o.field.many_to_many
        and o.model_name_lower not in made
    ]

    assert [
        o.name for o in added if not (o.field.null or o.field.has_db_default())
    ] == []


@pytest.mark.parametrize(("app", "name"), OURS)
def test_migration_reads_no_setting_and_no_model_of_today(app, name):
    """But for the user model, whose table Django names by a setting."""
    tree = ast.parse(source(app, name))
    imported = {
        node.module if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    read = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "settings"
    }

    assert read <= {"AUTH_USER_MODEL"}
    assert not [
        module
        for module in imported
        if re.match(
            rf"({'|'.join(APPS)})\.(models|actions|queries|states|rules)", module or ""
        )
    ]


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_table_of_ours_was_made_by_a_migration():
    from django.apps import apps

    made = {
        (app, operation.name.lower())
        for app, name in OURS
        for operation in LOADER.disk_migrations[app, name].operations
        if isinstance(operation, CreateModel)
    }
    models = {
        (model._meta.app_label, model._meta.model_name)
        for model in apps.get_models()
        if model._meta.app_label in APPS
    }

    assert made >= models
    assert connection.vendor == "postgresql"
