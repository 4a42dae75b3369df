"""The evidence pack: all that was done in a case, in one document (decision C32)."""

from __future__ import annotations

from hashlib import sha256

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from requests_app.actions import ruling
from requests_app.models import Letter
from requests_app.states import Right
from tests.factories.accounts import make_staff, make_subject, staff_client
from tests.factories.cases import make_case
from tests.factories.clock import again, deliver
from tests.ledger import events_about
from tests.requests_app.kept import make_package
from tests.requests_app.ruled import (
    AT,
    CONTACTS,
    INVOICES,
    WORDS,
    decide,
    propose_cases_line,
    rule,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def make(client, case):
    return client.post(reverse("case-evidence", args=[case.reference]))


def test_pack_holds_all_that_was_done_and_its_making_is_recorded(searched):
    propose_cases_line()
    case = searched(Right.ERASURE)
    rule(case, CONTACTS, "erase", "not_needed")
    rule(case, INVOICES, "erase", "unlawful", words="It should never have been kept.")
    decide(case)
    deliver(AT)
    ruling.carry_out(again(case), done="Erased today.", by=make_staff(), at=AT)
    package = make_package(case)
    package.downloads.create(by=str(make_subject().actor), at=AT, bytes_sent=4711)
    rows = [
        f"{one.pk} {one.at.isoformat()} {one.event} "
        for one in Event.objects.filter(about=case.about).order_by("pk")
    ]

    page = make(staff_client(), case)

    text = text_of(page)
    for said in (
        "Request received",  # an event
        "UK GDPR Article 12A",  # the clock
        "Customers: Contacts: We erase it. We need it no longer.",  # a ruling
        "It should never have been kept.",
        WORDS,
        "What was done: Erased today.",  # a letter, word for word
        "Notice that it is done",
        "Billing: Found; 2 rows of the person",  # a search
        "4711 bytes, not finished",  # a download
        "Called the number on file.",  # who asks
    ):
        assert said in text
    # A row of the ledger in words; the code beside them is what the sum is over.
    assert ": A request came (<code>case.request_received</code>), " in text
    assert page["Cache-Control"] == "no-store, private"
    made = events_about(case.about)[-1]
    assert made.event == "case.evidence.made"
    assert made.details["rows"] == len(rows)
    # Nothing is sealed in a test: the lines end with an empty seal.
    assert made.details["sha256"] == sha256("\n".join(rows).encode()).hexdigest()
    assert made.details["sha256"] in text
    assert Letter.objects.filter(case=case).count() == 2


def test_pack_says_until_when_the_copy_may_be_kept_and_is_made_by_a_press_alone():
    case, client = make_case(), staff_client(Role.AUDITOR)
    url = reverse("case-evidence", args=[case.reference])
    assert client.get(url).status_code == 405
    assert "Make the evidence pack" in text_of(
        client.get(reverse("staff-case", args=[case.reference]))
    )

    assert "Destroy it by" in text_of(make(client, case))


def test_pack_is_not_for_who_reads_no_cases():
    case = make_case()

    assert make(staff_client(Role.OPERATIONS), case).status_code in (403, 404)
    assert "case.evidence.made" not in {one.event for one in events_about(case.about)}
