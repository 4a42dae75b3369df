"""Which columns of a dataset go into the package."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest

from requests_app.actions import building, decision, search
from requests_app.models import Package
from requests_app.states import DeliveryForm, Outcome
from tests.factories.accounts import make_staff
from tests.factories.cases import CRM, RECEIVED_AT, make_case, make_revision
from tests.requests_app.test_search import CRM_SQL, work_off
from vault import actions as vault

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = RECEIVED_AT + timedelta(days=1)


def whole(**changes) -> dict:
    """Return the CRM with one dataset, changed."""
    contacts = {**CRM["datasets"]["contacts"], "waivable": False, **changes}
    return {**CRM, "datasets": {"contacts": contacts}}


def built(system: dict) -> zipfile.ZipFile:
    case = make_case("ann@example.org", revision=make_revision([system]))
    by = make_staff()
    search.start_search(case, by=by, at=AT)
    work_off(case, at=AT)
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=AT)
    made = decision.decide(
        case,
        outcome=Outcome.GRANTED,
        words="",
        form=DeliveryForm.DOWNLOAD,
        open_until={},
        by=by,
        at=AT,
    )
    claimed = building.claim(made.package.pk, at=AT)
    assert building.build_package(claimed, now=lambda: AT)
    package = Package.objects.get(pk=made.package.pk)
    with vault.reading(package.file) as source:
        return zipfile.ZipFile(io.BytesIO(source.read()))


def rows(package: zipfile.ZipFile, stem: str) -> tuple[list[dict], list[list[str]]]:
    """Return what the two members of a dataset say."""
    table = package.read(f"{stem}.csv").decode("utf-8-sig")
    return json.loads(package.read(f"{stem}.json")), list(
        csv.reader(io.StringIO(table))
    )


def test_all_fields_are_the_columns_that_the_table_had(sqlite_source):
    sqlite_source("TEST_CRM_URL", CRM_SQL)

    package = built(whole(fields="all", category="contact", purposes=["services"]))

    values = {
        "id": 1,
        "name": "Ann Other",
        "email": "Ann@Example.org",
        "phone": "01442 500890",
    }
    assert rows(package, "data/contact/crm-contacts") == (
        [values],
        [list(values), [str(value) for value in values.values()]],
    )


def test_declared_fields_are_all_that_goes_out_and_no_secret(sqlite_source):
    sqlite_source("TEST_CRM_URL", CRM_SQL)
    shared = {"category": "contact", "purposes": ["services"]}

    package = built(whole(fields={"email": shared, "name": {**shared, "secret": True}}))

    assert rows(package, "data/contact/crm-contacts") == (
        [{"email": "Ann@Example.org"}],
        [["email"], ["Ann@Example.org"]],
    )
