"""Every column of every installed table is declared, once, in the register (E10).

A new column fails here until ``register/portal.yaml`` says whether it is personal, of
which category, and what an erasure does; a table that nobody declares fails too.
"""

from __future__ import annotations

import pytest
import yaml
from django.apps import apps

from tests.datamap.worlds import LUMINA, ROOT

PORTAL = LUMINA.portal
MODELS = {
    model._meta.label: model for model in apps.get_models(include_auto_created=True)
}
LINES = {
    line["code"]
    for line in yaml.safe_load(
        (ROOT / "lumina_privacy/register/first/schedule.yaml").read_text("utf-8")
    )
}


def columns_of(label: str) -> list[str]:
    return [field.attname for field in MODELS[label]._meta.concrete_fields]


def is_personal(label: str) -> bool:
    return label in PORTAL.tables and PORTAL.tables[label].is_personal


def test_every_installed_table_is_declared_or_ignored_with_a_reason():
    declared = {*PORTAL.tables, *PORTAL.ignored}

    assert sorted(declared ^ set(MODELS)) == []
    assert set(PORTAL.tables) & set(PORTAL.ignored) == set()
    assert all(len(reason.split()) > 1 for reason in PORTAL.ignored.values())


@pytest.mark.parametrize("label", sorted(PORTAL.tables))
def test_every_column_is_personal_or_not_and_says_why(label):
    assert sorted(PORTAL.tables[label].columns) == sorted(columns_of(label))


@pytest.mark.parametrize("label", sorted(PORTAL.tables))
def test_table_that_leads_to_a_person_says_what_an_erasure_does(label):
    leads = [
        field.attname
        for field in MODELS[label]._meta.concrete_fields
        if field.is_relation and is_personal(field.related_model._meta.label)
    ]

    table = PORTAL.tables[label]
    assert not (leads or table.is_personal) or (table.on_erasure and table.retention)


def test_personal_columns_use_words_of_the_register():
    categories = {category.code for category in LUMINA.categories}
    purposes = {purpose.code for purpose in LUMINA.purposes}
    columns = [
        column
        for table in PORTAL.tables.values()
        for column in table.columns.values()
        if column.category
    ]

    assert {column.category for column in columns} <= categories
    assert {code for column in columns for code in column.purposes} <= purposes
    assert all(column.purposes for column in columns)


def test_kind_of_identifier_means_one_thing_in_all_the_portal_keeps():
    """Else one dataset follows what another sets apart (decision D1)."""
    meanings = {
        (kind, str(column.identifies))
        for dataset in LUMINA.system("portal").datasets.values()
        for kind, column in dataset.find_by.items()
    }

    assert meanings == {
        ("account", "person"),
        ("email", "person"),
        ("phone", "household"),
        ("postal", "household"),
    }


def test_tables_end_on_a_line_of_the_schedule():
    assert {t.retention for t in PORTAL.tables.values() if t.retention} <= LINES


def test_accounts_end_on_the_line_of_accounts_whoever_asks():
    """One year after the last sign-in, as the schedule says of our portals."""
    offered = LUMINA.system("portal").datasets["accounts"].retention

    lines = {
        offered.line,
        PORTAL.tables["accounts.User"].retention,
        PORTAL.tables["account.EmailAddress"].retention,
    }
    assert lines == {"portal-users"}


def test_ignored_tables_hold_no_text_about_people():
    """What is ignored has no link to a person but through a table never written."""
    linked = [
        label
        for label in PORTAL.ignored
        for field in MODELS[label]._meta.concrete_fields
        if field.is_relation and is_personal(field.related_model._meta.label)
    ]

    assert linked == ["account.EmailConfirmation"]


@pytest.mark.parametrize(
    "dataset", LUMINA.system("portal").datasets.values(), ids=lambda d: d.id
)
def test_what_the_portal_offers_names_the_table_it_comes_from(dataset):
    """Whose columns say what its fields are: one home a fact (C28)."""
    table = PORTAL.tables[dataset.stored_in]

    same = {
        name: (field.category, field.purposes)
        for name, field in dataset.declared.items()
        if name in table.columns and table.columns[name].category
    }
    assert same == {
        name: (table.columns[name].category, table.columns[name].purposes)
        for name in same
    }
