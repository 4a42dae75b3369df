"""What the portal keeps about an account is its owner's to have, a colleague's too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.portal import PORTS
from accounts.roles import Role
from audit import actions as audit
from audit.models import Event
from audit.queries import words_of
from tests.datamap.worlds import LUMINA, search
from tests.factories.accounts import make_staff

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def audit_rows_of(person) -> int:
    return Event.objects.filter(actor=str(person.actor)).count()


def test_colleague_finds_their_account_with_their_role():
    person = make_staff(Role.DCO)
    accounts = PORTS.portal_datasets[0]

    [row] = accounts.find({"email": frozenset({person.email})})

    assert row.values["kind"] == "Colleague"
    assert row.values["role"] == "Data Compliance Officer"
    assert row.yields == {"account": f"staff:{person.pk}"}
    declared = LUMINA.system("portal").datasets["accounts"].declared
    assert set(row.values) == set(declared)


def test_search_for_a_colleague_finds_what_their_account_did():
    person, other = make_staff(Role.DCO), make_staff(Role.DCO)
    for one in (person, other):
        audit.record("audit.unlinked", about="ledger", by=one.actor, at=AT)

    _, kept = search(LUMINA, "portal", person.email)

    assert len(kept.keys("accounts")) == 1
    assert {row.values["event"] for row in kept.rows["audit_events"]} >= {
        words_of("audit.unlinked")
    }
    assert len(kept.keys("audit_events")) == audit_rows_of(person)
