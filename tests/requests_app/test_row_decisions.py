"""A decision about one row, when the search is made again or a key is changed."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from datetime import timedelta

import pytest
from django.db import IntegrityError

from datamap.search import RowStanding, Step
from lumina_privacy.lib.verdict import Refused
from requests_app import spool
from requests_app.actions import building, decision, search
from requests_app.models import Package, RowDecision
from requests_app.queries import review_rows as queries
from requests_app.states import DeliveryForm, Outcome, PackageState, RowChoice
from tests.factories import reviewing
from tests.factories.accounts import make_staff
from tests.factories.cases import (
    CRM,
    RECEIVED_AT,
    make_case,
    make_reviewed,
    make_revision,
    make_row,
    make_spooled,
)
from tests.ledger import events_about
from tests.requests_app.test_search import CRM_SQL, work_off
from vault import actions as vault

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=1)
POSSIBLE = RowStanding.POSSIBLE
CONTACTS = "data/contact/crm-contacts.json"


def two_rows(**standings):
    """Return a case in review that found Ann and Bob, sure unless told otherwise."""
    case = make_reviewed()
    case.found.all().delete()
    rows = [make_row(key, standings.get(key, RowStanding.SURE)) for key in ("a", "b")]
    return case, make_spooled(case, rows)


def row_of(found, key):
    return next(row for row in spool.read_rows(found) if row.key == key)


def choose(found, key, choice, **said):
    return reviewing.choose_row(
        found, row=row_of(found, key), choice=choice, **said, by=make_staff(), at=AT
    )


def reviewed(found, *, seen_rows=True):
    return reviewing.choose_dataset(
        found,
        choice=RowChoice.RELEASE,
        ground="",
        seen_rows=seen_rows,
        by=make_staff(),
        at=AT,
    )


def built(case) -> Package:
    made = decision.decide(
        case,
        outcome=Outcome.GRANTED,
        words="",
        form=DeliveryForm.DOWNLOAD,
        open_until={},
        by=make_staff(),
        at=AT,
    )
    package = building.claim(made.package.pk, at=AT)
    building.build_package(package, now=lambda: AT)
    return Package.objects.get(pk=package.pk)


def given(package: Package) -> list[dict]:
    with vault.reading(package.file) as source:
        member = zipfile.ZipFile(io.BytesIO(source.read())).read(CONTACTS)
    return json.loads(member)


# --- A search made again ----------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (RowChoice.REDACT, {"fields": ["name"], "ground": "third_party"}),
        (RowChoice.RELEASE, {}),
    ],
)
def test_row_that_went_out_as_sure_stays_out_when_it_is_set_apart_later(choice, said):
    case, found = two_rows()
    choose(found, "b", choice, **said)

    found = make_spooled(case, [make_row("a"), make_row("b", POSSIBLE)])
    reviewed(found)

    assert [row["name"] for row in given(built(case))] == ["Name a"]


def test_decision_about_a_row_in_another_standing_is_void_and_somebody_must_look():
    case, found = two_rows()
    choose(found, "b", RowChoice.WITHHOLD, ground="third_party")

    found = make_spooled(case, [make_row("a"), make_row("b", POSSIBLE)])

    assert not found.rows.exists()
    assert found.voided == 1
    with pytest.raises(Refused, match="Open its rows first: 1 decided one by one"):
        reviewed(found, seen_rows=False)
    reviewed(found)
    found.refresh_from_db()
    assert found.voided == 0
    events = [event.event for event in events_about(case.about)]
    assert "case.row.voided" in events


@pytest.mark.parametrize(
    "change",
    [
        {"values": {"name": "Colin Other", "email": "colin@other.example"}},
        {"reason": "The e-mail address it was found by belongs to two people."},
        {"route": (Step("crm", "contacts", "phone"),)},
    ],
)
def test_row_let_in_is_void_when_its_key_is_of_another_row_by_now(change):
    case, found = two_rows(b=POSSIBLE)
    choose(found, "b", RowChoice.RELEASE, ground="same_person", reason="I read it.")

    changed = make_row("b", POSSIBLE)._replace(**change)
    found = make_spooled(case, [make_row("a"), changed])
    reviewed(found)

    assert not found.rows.exists()
    assert [row["name"] for row in given(built(case))] == ["Name a"]


def test_row_that_stays_in_stays_in_whatever_it_says_by_now():
    case, found = two_rows()
    choose(found, "b", RowChoice.WITHHOLD, ground="third_party")

    found = make_spooled(case, [make_row("a"), make_row("b", name="Another")])

    assert found.rows.get().of == ""
    assert found.voided == 0


def test_decision_about_a_row_in_the_same_standing_outlives_a_new_search():
    case, found = two_rows(b=POSSIBLE)
    choose(
        found, "b", RowChoice.RELEASE, ground="same_person", reason="Her second card."
    )

    found = make_spooled(case, [make_row("b", POSSIBLE), make_row("a")])
    reviewed(found)

    assert found.voided == 0
    assert {row["name"] for row in given(built(case))} == {"Name a", "Name b"}


def test_inclusion_of_a_row_that_is_sure_by_now_is_void():
    case, found = two_rows(b=POSSIBLE)
    choose(
        found, "b", RowChoice.RELEASE, ground="same_person", reason="Her second card."
    )

    found = make_spooled(case, [make_row("a"), make_row("b")])

    assert found.voided == 1


def test_decision_about_a_row_that_is_gone_is_void():
    case, found = two_rows()
    choose(found, "b", RowChoice.WITHHOLD, ground="third_party")

    assert make_spooled(case, [make_row("a")]).voided == 1


def test_worker_that_finds_an_identifier_contested_voids_the_decision(sqlite_source):
    path = sqlite_source("TEST_CRM_URL", CRM_SQL)
    case = make_case("ann@example.org", revision=make_revision([CRM]))
    search.start_search(case, by=make_staff(), at=AT)
    work_off(case, at=AT)
    found = case.found.get()
    row = next(row for row in spool.read_rows(found) if row.standing == "sure")
    reviewing.choose_row(
        found, row=row, choice=RowChoice.RELEASE, by=make_staff(), at=AT
    )
    with sqlite3.connect(path) as source:
        source.execute(
            "INSERT INTO contacts VALUES (3, 'Ann Twin', 'ann@example.org', '')"
        )

    case.refresh_from_db()
    search.start_search(case, by=make_staff(), at=AT)
    work_off(case, at=AT)

    found.refresh_from_db()
    assert found.sure == 0
    assert (found.voided, found.rows.count()) == (1, 0)


@pytest.mark.parametrize(
    "said",
    [
        {"choice": "release", "ground": "third_party", "reason": "Hers."},
        {
            "choice": "redact",
            "ground": "same_person",
            "reason": "",
            "cut_ground": "third_party",
        },
    ],
)
def test_table_holds_no_row_set_apart_that_goes_out_without_ground_and_reason(said):
    _, found = two_rows()

    with pytest.raises(IntegrityError, match="row_decision_lets_in_with_reason"):
        RowDecision.objects.create(
            found=found, row_ref="x", standing="possible", by="staff:1", at=AT, **said
        )


# --- A key that is changed --------------------------------------------------------


def test_row_that_was_cut_or_withheld_stays_so_under_a_new_key(new_key):
    case, found = two_rows()
    choose(found, "a", RowChoice.REDACT, fields=["name"], ground="third_party")
    choose(found, "b", RowChoice.WITHHOLD, ground="third_party")
    new_key()
    reviewed(found)

    [page_row, _] = queries.rows_of(found, first=0).rows
    assert (page_row.choice, page_row.cut) == ("redact", ("name",))
    assert given(built(case)) == [{"name": "[withheld]", "email": "a@example.org"}]


def test_row_that_is_decided_again_under_a_new_key_has_one_decision(new_key):
    _, found = two_rows()
    choose(found, "a", RowChoice.WITHHOLD, ground="third_party")
    new_key()

    choose(found, "a", RowChoice.RELEASE)

    assert [row.choice for row in found.rows.all()] == ["release"]
    reviewing.follow_dataset(found, row=row_of(found, "a"), by=make_staff(), at=AT)
    assert not found.rows.exists()


def test_decision_under_a_key_that_is_gone_stops_the_build_and_says_why(new_key):
    case, found = two_rows()
    choose(found, "b", RowChoice.WITHHOLD, ground="third_party")
    reviewed(found)
    new_key(keep=False)

    package = built(case)

    assert package.state == PackageState.FAILED
    assert "crm.contacts do not fit what was found" in package.problem
    assert package.file is None
