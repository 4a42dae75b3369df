"""Recipients, disclosures, findings and contact points: the facts staff pages keep."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError

from audit.models import Event
from datamap import actions, queries
from datamap.connectors.base import Problem
from datamap.models import Disclosure, Finding, Recipient, Revision
from datamap.states import DisclosureBasis
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
BY = system("test")
ANN, BEN = ("email", "ann@example.org"), ("email", "ben@example.org")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _recipients():
    actions.seed_recipients(
        [
            {"code": "advisers", "name": "Advisers", "quote": "Our accountants."},
            {
                "code": "smith",
                "name": "Smith & Co",
                "kind": "advisers",
                "location": "GB",
            },
            {"code": "police", "name": "Police"},
        ]
    )


def disclose(**changed):
    known = {
        "recipient": "smith",
        "subjects": [ANN],
        "purpose": "goods-and-services",
        "categories": ["contact"],
        "basis": DisclosureBasis.PROCESSOR,
        "by": BY,
        "at": AT,
    }
    return actions.disclose(**{**known, **changed})


def test_recipients_are_seeded_once_with_their_kind():
    actions.seed_recipients([{"code": "smith", "name": "Changed"}])

    assert [(r.code, r.kind, r.name) for r in queries.recipients()] == [
        ("advisers", "", "Advisers"),
        ("smith", "advisers", "Smith & Co"),
        ("police", "", "Police"),
    ]


def test_person_is_told_who_received_their_data():
    assert disclose(subjects=[ANN, BEN]) == 2

    assert queries.disclosures_about([ANN]) == [
        queries.DisclosureFacts("Smith & Co", "goods-and-services", ("contact",), AT)
    ]
    event = Event.objects.get()
    assert event.details == {
        "basis": "processor",
        "purpose": "goods-and-services",
        "people": 2,
    }
    assert "ann" not in Disclosure.objects.first().subject_ref


@pytest.mark.parametrize(
    "basis",
    [
        DisclosureBasis.LEGAL_OBLIGATION,
        DisclosureBasis.VOLUNTARY,
        DisclosureBasis.LEGAL_CLAIMS,
    ],
)
def test_disclosure_to_an_authority_leaves_no_trace_until_it_is_decided(basis):
    disclose(recipient="police", basis=basis)

    assert queries.disclosures_about([ANN]) == []
    assert queries.telling_is_undecided([ANN])
    assert not queries.telling_is_undecided([BEN])
    Disclosure.objects.update(tell_person=False)
    assert queries.disclosures_about([ANN]) == []
    assert not queries.telling_is_undecided([ANN])
    Disclosure.objects.update(tell_person=True)
    assert len(queries.disclosures_about([ANN])) == 1


def test_disclosure_to_nobody_known_is_refused():
    Recipient.objects.filter(code="smith").update(active=False)
    for recipient in ("smith", "nobody"):
        with pytest.raises(Refused, match="No recipient"):
            disclose(recipient=recipient)


def test_finding_is_raised_once_and_settled_once_with_a_reason():
    problem = Problem("crm", "contacts", "undeclared", "column x is not declared")
    assert actions.raise_findings([problem, problem], by=BY, at=AT) == 1
    [facts] = queries.open_findings()
    finding = queries.finding(facts.id)
    with pytest.raises(Refused, match="Say why"):
        actions.settle(finding, reason=" ", by=BY, at=AT)

    actions.settle(finding, reason="no personal data", by=BY, at=AT)

    assert queries.open_findings() == []
    assert actions.raise_findings([problem], by=BY, at=AT) == 0
    with pytest.raises(Refused, match="already"):
        actions.settle(finding, reason="again", by=BY, at=AT)


def test_holidays_are_added_and_staffs_own_stay():
    day = date(2026, 12, 25)
    assert actions.seed_holidays({day: "Christmas Day"}) == 1
    assert (
        actions.seed_holidays({day: "Another", date(2026, 12, 28): "Boxing Day"}) == 1
    )

    assert queries.holidays() == {day, date(2026, 12, 28)}


def finding(**changed):
    known = {"system": "crm", "code": "c", "problem": "p", "severity": "error"}
    return Finding.objects.create(**{**known, "raised_at": AT, **changed})


def revision(**changed):
    known = {"sha256": "0" * 64, "content": {}, "loaded_at": AT, "loaded_by": "x"}
    return Revision.objects.create(**{**known, **changed})


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("disclosure_basis_known", lambda: disclose(basis="sale")),
        (
            "disclosure_untold_only_to_authorities",
            lambda: (disclose(), Disclosure.objects.update(tell_person=False)),
        ),
        (
            "disclosure_is_of_a_keyed_hash",
            lambda: (disclose(), Disclosure.objects.update(subject_ref=ANN[1])),
        ),
        ("finding_severity_known", lambda: finding(severity="dire")),
        ("finding_settled_with_reason", lambda: finding(settled_at=AT)),
        ("finding_once", lambda: (finding(), finding())),
        ("revision_approved_by_somebody", lambda: revision(approved_at=AT)),
        ("revision_approved_by_somebody", lambda: revision(approved_by="staff:7")),
    ],
)
def test_database_refuses(constraint, make):
    with pytest.raises(IntegrityError, match=constraint):
        make()
