"""What was found and is not what the person writes about: said so, and no more."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import ruling
from requests_app.models import Ruling
from requests_app.queries import rulings as queries
from requests_app.rulings import Ruled
from requests_app.states import EventKind, Outcome, Right
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_case, make_found, register_in_force
from tests.factories.clock import again
from tests.requests_app.ruled import (
    AT,
    CONTACTS,
    INVOICES,
    decide,
    letter,
    propose_cases_line,
    rule,
)
from tests.requests_app.test_objection import make_objection, restrict
from tests.requests_app.test_views_rulings import seen_on, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]


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


def rest(case, *, seen=None, by=None):
    case = again(case)
    return ruling.rule_rest(
        case,
        words="They write about their phone number only.",
        seen=queries.mark_of(queries.judged_of(case)) if seen is None else seen,
        by=by or make_staff(),
        at=AT,
    )


def test_rest_is_said_not_to_be_meant_at_once_and_can_be_ruled_otherwise(searched):
    case = searched(Right.RECTIFICATION)
    rule(case, CONTACTS, Ruled.CORRECT, "out_of_date", category="contact")

    made = rest(case)

    said = {(one.system, one.dataset, one.category, one.what) for one in made}
    assert said == {
        (*CONTACTS, "identity", Ruled.NOT_MEANT),
        (*INVOICES, "", Ruled.NOT_MEANT),
    }
    events = case.events.filter(kind=EventKind.RULED).order_by("seq")
    assert [one.facts["ruling"] for one in events][1:] == [one.pk for one in made]
    rule(case, INVOICES, Ruled.CORRECT, "incorrect")
    assert decide(case).outcome == Outcome.GRANTED
    assert "leave it as it is: Customers: Contacts, " in letter(case)


def test_rest_is_refused_when_anything_was_ruled_since(searched):
    case = searched(Right.ERASURE)
    seen = queries.mark_of(queries.judged_of(case))
    rule(case, CONTACTS, Ruled.ERASE, "not_needed")

    with pytest.raises(Refused, match="has changed since you opened"):
        rest(case, seen=seen)

    assert Ruling.objects.count() == 1


def test_rest_is_refused_when_nothing_is_left_and_to_who_works_no_cases(searched):
    case = searched(Right.ERASURE)
    with pytest.raises(Refused, match="for the people who work cases"):
        rest(case, by=make_staff(Role.AUDITOR))
    rest(case)
    with pytest.raises(Refused, match="Nothing is left to rule on"):
        rest(case)


def test_uses_objected_to_are_ruled_on_each_by_itself():
    with pytest.raises(Refused, match="rule on each by itself"):
        rest(make_objection())


def test_rest_on_its_page_names_what_it_rules_on_and_where_its_rows_are(searched):
    case, client = searched(Right.RECTIFICATION), staff_client()
    rule(case, CONTACTS, Ruled.CORRECT, "out_of_date", category="contact")
    at = [case.reference]
    overview, url = (
        reverse("case-rulings", args=at),
        reverse("case-rulings-rest", args=at),
    )
    page = text_of(client.get(overview))
    assert url in page
    assert "Ruled on in part" in page
    assert "2 rows of the person" in page

    page = text_of(client.get(url))
    assert "Of it: Customers: Contacts, " in page
    for thing in (CONTACTS, INVOICES):
        assert reverse("case-dataset", args=[*at, *thing]) in page
    refused = client.post(url, {"words": "", **seen_on(client, url)})
    assert refused.status_code == 422
    assert "Write how you know" in text_of(refused)
    said = {"words": "Only their phone number.", **seen_on(client, url)}
    assert client.post(url, said).url == overview

    page = text_of(client.get(overview))
    assert "Said of 2: the request is not about it." in page
    assert "Everything is ruled on." in page
    assert url not in page


ONLY_NAMED = "Not so of what the request is not about: the letter only names it"


def test_reason_of_what_is_not_meant_is_not_said_to_be_read(searched):
    case, client = searched(Right.RECTIFICATION), staff_client()
    page = text_of(client.get(reverse("case-rule", args=[case.reference, *CONTACTS])))
    overview = text_of(client.get(reverse("case-rulings", args=[case.reference])))

    assert ONLY_NAMED in page
    assert "What the request is not about it only names." in overview


def test_reason_about_a_use_is_read_whatever_is_ruled():
    case, client = make_objection("surveys"), staff_client()
    restrict(case, "surveys")
    where = [case.reference, queries.NO_ONE, "surveys"]
    page = text_of(client.get(reverse("case-rule", args=where)))
    overview = text_of(client.get(reverse("case-rulings", args=[case.reference])))

    assert "The person will read this." in page
    assert ONLY_NAMED not in page
    assert "it only names" not in overview


def test_ruling_on_one_category_says_what_is_left(searched):
    case, client = searched(Right.RECTIFICATION), staff_client()
    url = reverse("case-rule", args=[case.reference, *CONTACTS])
    assert "1 row of the person" in text_of(client.get(url))
    said = {"what": "correct", "ground": "incorrect", "words": "Checked."}

    done = client.post(
        url, {**said, "category": "contact", **seen_on(client, url)}, follow=True
    )

    assert "A part of it is ruled on. Still to rule on: Customers" in text_of(done)
