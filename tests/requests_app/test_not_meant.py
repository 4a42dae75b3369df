"""What was found and is not what the person writes about: said so, and no more."""

from __future__ import annotations

import pytest

from requests_app.queries import rulings as queries
from requests_app.rulings import Ruled
from requests_app.states import Outcome, Right
from tests.factories.cases import make_case, make_found, register_in_force
from tests.requests_app.ruled import (
    CONTACTS,
    INVOICES,
    decide,
    letter,
    propose_cases_line,
    rule,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cases_line():
    propose_cases_line()


def test_correction_of_one_thing_is_granted_whatever_else_is_held(searched):
    case = searched(Right.RECTIFICATION)
    rule(case, CONTACTS, Ruled.CORRECT, "out_of_date")
    rule(case, INVOICES, Ruled.NOT_MEANT, "not_meant")

    made = decide(case, words="")

    assert made.outcome == Outcome.GRANTED
    said = letter(case)
    assert "We have decided: we do what you asked" in said
    assert "not about, and leave it as it is: Billing: Invoices." in said
    assert said.count("Our reasons:") == 1


def test_correction_of_nothing_that_is_held_says_so(searched):
    case = searched(Right.RECTIFICATION)
    for thing in (CONTACTS, INVOICES):
        rule(case, thing, Ruled.NOT_MEANT, "not_meant")

    assert decide(case, words="").outcome == Outcome.NOTHING_HELD
    assert "nothing about you that your request could change" in letter(case)


def test_record_of_requests_and_of_consent_is_not_ruled_on_in_an_erasure():
    revision = register_in_force()
    erasure, correction = (
        make_case(right=right, revision=revision)
        for right in (Right.ERASURE, Right.RECTIFICATION)
    )
    for case in (erasure, correction):
        for dataset in ("requests", "audit_events", "permissions", "accounts"):
            make_found(case, "portal", dataset, sure=1)

    ruled = [one.thing.dataset for one in queries.judged_of(erasure)]
    assert ruled == ["accounts"]
    assert len(queries.judged_of(correction)) == 4
