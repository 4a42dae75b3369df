"""The gate of personal data lets nothing past: tried on a register that is spoilt."""

from __future__ import annotations

import pytest

from tests.house import test_personal_data as gate

CASE = "requests_app.Case"


def spoilt(label, **changes):
    """Return the portal's declaration with one table changed."""
    table = gate.PORTAL.tables[label].model_copy(update=changes)
    return gate.PORTAL.model_copy(
        update={"tables": {**gate.PORTAL.tables, label: table}}
    )


def without(mapping, name):
    return {key: value for key, value in mapping.items() if key != name}


@pytest.fixture
def declare(monkeypatch):
    return lambda portal: monkeypatch.setattr(gate, "PORTAL", portal)


@pytest.mark.parametrize(
    ("label", "column"),
    [
        (CASE, "due_on"),
        (CASE, "assignee_id"),
        ("sessions.Session", "session_data"),
        ("account.EmailAddress", "email"),
        ("django_otp_webauthn.WebAuthnCredential", "public_key"),
    ],
)
def test_column_nobody_declares_is_found(declare, label, column):
    columns = gate.PORTAL.tables[label].columns
    declare(spoilt(label, columns=without(columns, column)))

    with pytest.raises(AssertionError):
        gate.test_every_column_is_personal_or_not_and_says_why(label)


def test_column_that_is_gone_is_found(declare):
    columns = gate.PORTAL.tables[CASE].columns
    declare(spoilt(CASE, columns={**columns, "colour": columns["id"]}))

    with pytest.raises(AssertionError):
        gate.test_every_column_is_personal_or_not_and_says_why(CASE)


@pytest.mark.parametrize("label", [CASE, "sessions.Session", "outbox.Message"])
def test_table_nobody_declares_is_found(declare, label):
    portal = gate.PORTAL
    declare(portal.model_copy(update={"tables": without(portal.tables, label)}))

    with pytest.raises(AssertionError):
        gate.test_every_installed_table_is_declared_or_ignored_with_a_reason()


@pytest.mark.parametrize("missing", ["on_erasure", "retention"])
def test_link_to_personal_data_without_a_rule_is_found(declare, missing):
    """FurtherCheck's own columns may be called harmless; its case still leads on."""
    label = "requests_app.CaseEvent"
    declare(spoilt(label, category="", **{missing: ""}))

    with pytest.raises(AssertionError):
        gate.test_table_that_leads_to_a_person_says_what_an_erasure_does(label)


def test_tables_of_others_are_held_to_it_too():
    """Sessions, addresses, devices: what is installed, not only what is ours."""
    declared = {label.split(".")[0] for label in gate.PORTAL.tables}

    assert declared >= {"sessions", "account", "django_otp_webauthn"}
    assert set(gate.MODELS) == {*gate.PORTAL.tables, *gate.PORTAL.ignored}
