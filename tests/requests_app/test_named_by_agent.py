"""What somebody who acts for the person says is the person's (decisions D1, D9).

Harris & Co name Ann's mailbox. Nobody has shown that it is hers, and what it finds may
go to Harris & Co.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from lumina_privacy.lib.subject_ref import all_refs
from requests_app import spool
from requests_app.actions import authority, following, holds, identifiers
from requests_app.models import Case
from requests_app.rules import Proof, WhoseQuestion
from requests_app.states import Right
from retention.models import Hold
from retention.rules import HoldKind
from tests.factories.accounts import make_staff, staff_client
from tests.factories.authority import make_verified
from tests.factories.cases import make_case, make_revision, register_in_force
from tests.requests_app.learned import (
    CRM_SQL,
    CUSTOMERS,
    DESK,
    DESK_SQL,
    TEAM,
    keys,
    searched,
    text,
)
from tests.requests_app.test_filing_for_another import WORK, filed
from tests.requests_app.test_search import AT

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ANN = "ann@firm.example"


def asked_by_agent() -> Case:
    case = make_case(ANN, revision=make_revision([DESK, CUSTOMERS]))
    case.proved.update(proof=Proof.AGENT, level=0)
    make_verified(case)
    return case


@pytest.fixture
def case(postgres_source) -> Case:
    postgres_source("TEST_CRM_URL", CRM_SQL % TEAM)
    postgres_source("TEST_DESK_URL", DESK_SQL % (TEAM, TEAM))
    return searched(asked_by_agent())


def named(case: Case):
    [one] = [one for one in case.identifiers.all() if one.value == ANN]
    return one


def vouch(case: Case, *, same_person: bool = True) -> None:
    identifiers.rule(
        named(case),
        asked=WhoseQuestion.ALONE,
        shown="",
        same_person=same_person,
        reason="She rang from the number on file and read us her last invoice.",
        by=make_staff(),
        at=AT,
    )


def test_rows_by_what_the_agent_named_are_set_apart_and_teach_nothing(case):
    assert (keys(case, "tickets"), keys(case, "comments")) == ([], [])
    assert keys(case, "tickets", "possible") == ["1"]
    assert [one.value for one in case.identifiers.all()] == [ANN]
    found = case.found.get(system="desk", dataset="tickets")
    assert {row.reason for row in spool.read_rows(found)} == {
        (
            "Found by the e-mail address that who acts for them named. Nobody has said "
            "yet that it is theirs alone."
        )
    }


def test_staff_read_who_named_it_and_are_asked_whose_it_is(case):
    client = staff_client()

    page = text(client, reverse("staff-case", args=[case.reference]))
    url = reverse("case-identifier-rule", args=[case.reference, named(case).pk])
    question = text(client, url)

    assert "by the e-mail address who acts for them named" in page
    assert "staff wrote down" not in page
    assert url in page
    assert f"Who acts for the person named {ANN}, and nobody has shown" in question


def test_what_staff_vouch_for_is_followed_by_the_next_search(case):
    vouch(case)

    again = searched(case)

    assert keys(again, "tickets") == ["1", "3", "4"]
    known = named(again)
    assert (known.status, known.route) == ("vouched", [["", "agent", "email"]])


def test_what_staff_call_others_too_stays_apart(case):
    vouch(case, same_person=False)

    again = searched(case)

    assert keys(again, "tickets") == []
    assert keys(again, "tickets", "possible") == ["1"]


@pytest.mark.parametrize("same_person", [True, False])
def test_the_persons_own_proof_outweighs_what_was_said_before(case, same_person):
    vouch(case, same_person=same_person)

    following.prove_complainant(case, ANN, at=AT)
    again = searched(case)

    known = named(again)
    assert (known.status, known.route) == ("sure", [])
    assert keys(again, "tickets") == ["1", "3", "4"]


def test_it_pauses_no_use_and_is_held_until_staff_say_whose_it_is(case):
    fresh = asked_by_agent()

    for one in (fresh, case):
        assert list(holds.surely_theirs(one)) == []
        assert ("email", ANN) in holds.perhaps_theirs(one)
    assert case.subjects() == []

    vouch(case)
    again = searched(case)

    assert ("email", ANN) in holds.surely_theirs(again)
    assert ("email", ANN) in again.subjects()


def test_an_objection_restricts_what_staff_say_is_the_persons(client):
    register_in_force()
    [case] = filed(client, Right.OBJECTION)
    by, at = make_staff(), case.submission.received_at
    authority.judge(case.authorities.get(), verified=True, reason="x", by=by, at=at)
    [hold] = Hold.objects.filter(kind=HoldKind.RESTRICTION)
    assert not hold.identifiers.exists()
    page = text(staff_client(), reverse("staff-case", args=[case.reference]))
    assert "Whose are these?" in page

    [work] = [one for one in case.identifiers.all() if one.value == WORK]
    identifiers.rule(
        work,
        asked=WhoseQuestion.ALONE,
        shown="",
        same_person=True,
        reason="Her manager confirmed it.",
        by=by,
        at=at,
    )

    refs = set(hold.identifiers.values_list("ref", flat=True))
    assert refs == set(all_refs("email", WORK))


def test_what_the_agent_named_and_is_in_doubt_pauses_no_use(case):
    vouch(case, same_person=False)

    assert list(holds.surely_theirs(searched(case))) == []
