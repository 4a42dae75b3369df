"""Recipients, disclosures, findings and contact points: the facts staff pages keep."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from datamap import actions, queries
from datamap.connectors.base import Problem
from datamap.models import (
    ContactPoint,
    Disclosure,
    Finding,
    Recipient,
    Revision,
    Telling,
)
from datamap.states import DisclosureBasis
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.once import remembering
from lumina_privacy.lib.verdict import Refused
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import CRM, make_revision

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
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
    assert queries.telling_is_undecided([ANN], on=AT.date())
    assert not queries.telling_is_undecided([BEN], on=AT.date())


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

    assert queries.holidays() == {
        day: "Christmas Day",
        date(2026, 12, 28): "Boxing Day",
    }


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
            lambda: (
                disclose(),
                Disclosure.objects.update(tell_person=False, review_on=AT.date()),
            ),
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


# --- Whether the person is told (D10) -------------------------------------------------


def undecided():
    disclose(recipient="police", basis=DisclosureBasis.VOLUNTARY)
    return Disclosure.objects.get(tell_person=None)


def decide(disclosure, *, tell=False, at=AT, role=Role.DCO, reason="It would warn."):
    return actions.decide_telling(
        disclosure.pk, tell=tell, reason=reason, by=make_staff(role), at=at
    )


def test_decision_not_to_tell_holds_for_a_year_and_is_taken_anew():
    disclosure = undecided()
    assert queries.telling_is_undecided([ANN], on=AT.date())

    decided = decide(disclosure)

    assert decided.review_on == date(2027, 11, 2)
    assert not queries.telling_is_undecided([ANN], on=date(2027, 11, 1))
    assert queries.telling_is_undecided([ANN], on=date(2027, 11, 2))
    assert queries.disclosures_about([ANN]) == []
    [listed] = queries.tellings_to_decide(on=date(2027, 11, 2))
    assert (listed.recipient, [one.reason for one in listed.decided]) == (
        "Police",
        ["It would warn."],
    )

    decide(disclosure, tell=True, reason="The trial is over.")

    assert [one.recipient for one in queries.disclosures_about([ANN])] == ["Police"]
    assert queries.tellings_to_decide(on=date(2030, 1, 1)) == []
    [told] = queries.tellings_about([ANN], on=AT.date())
    assert [one.tell for one in told.decided] == [True, False]


def test_ledger_says_that_it_was_decided_and_of_whom_to_nobody():
    disclosure = undecided()

    decide(disclosure)

    row = Event.objects.get(event="datamap.telling.decided")
    assert (row.about, row.subject) == (f"disclosure:{disclosure.pk}", None)
    assert row.details == {"tell": False, "review_on": "2027-11-02"}


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.DCO])
def test_telling_is_the_officers_to_decide(role):
    with pytest.raises(Refused, match="The DCO decides"):
        decide(undecided(), role=role)


def test_telling_needs_its_reason_and_a_disclosure_to_an_authority():
    with pytest.raises(Refused, match="would prejudice"):
        decide(undecided(), reason=" ")
    disclose()
    with pytest.raises(Refused, match="in any case"):
        decide(Disclosure.objects.get(tell_person=True))


def test_telling_without_a_reason_cannot_be_kept():
    with pytest.raises(IntegrityError, match="telling_has_its_reason"):
        Telling.objects.create(
            disclosure=undecided(), tell=True, reason="", at=AT, by="staff:1"
        )


def test_person_is_not_kept_untold_for_good():
    disclosure = undecided()

    with pytest.raises(IntegrityError, match="disclosure_untold_is_looked_at_again"):
        Disclosure.objects.filter(pk=disclosure.pk).update(tell_person=False)


def test_officer_decides_on_the_page_of_what_is_open():
    disclosure = undecided()
    client = staff_client(Role.DCO)
    page = reverse("disclosures")
    posted = {"disclosure": disclosure.pk, "tell": "no", "reason": "It would warn."}

    assert "Police" in client.get(page).content.decode()
    assert client.post(page, {**posted, "tell": ""}).status_code == 422
    assert client.post(page, {**posted, "disclosure": 0}).status_code == 404
    assert client.post(page, posted).status_code == 302
    assert "No decision is open" in client.get(page).content.decode()
    assert client.post(page, posted).status_code == 404


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.DCO])
def test_page_of_disclosures_is_the_officers(role):
    client = staff_client(role)

    assert client.get(reverse("disclosures")).status_code in {403, 404}


@pytest.mark.django_db(transaction=True)
def test_two_who_name_a_company_at_once_name_one():
    first_is_named, codes = threading.Event(), []

    def second():
        first_is_named.wait(10)
        codes.append(actions.name_recipient("other company", by=BY, at=AT))
        connection.close()

    other = threading.Thread(target=second)
    other.start()
    with transaction.atomic():
        codes.append(actions.name_recipient("Other Company", by=BY, at=AT))
        first_is_named.set()
        other.join(0.5)  # it would be through by then if it did not wait
    other.join()

    assert len(codes) == 2
    assert len(set(codes)) == 1


def test_what_an_act_changes_is_seen_by_the_rest_of_its_request():
    old, fresh = make_revision(), make_revision([CRM])
    Revision.objects.filter(pk=fresh.pk).update(approved_at=None, approved_by="")
    ContactPoint.objects.filter(kind="dco_phone").delete()
    seen: list[tuple[int, str]] = []

    def view(_):
        seen.append((queries.active_revision_id(), queries.controller().dco_phone))
        actions.approve(Revision.objects.get(pk=fresh.pk), by=BY, at=AT + DAY)
        seen.append((queries.active_revision_id(), queries.controller().dco_phone))
        actions.seed_contacts({"dco_phone": "01442 500891"}, by=BY, at=AT)
        seen.append((queries.active_revision_id(), queries.controller().dco_phone))
        return HttpResponse()

    remembering(view)(None)

    assert seen == [(old.pk, ""), (fresh.pk, ""), (fresh.pk, "01442 500891")]
