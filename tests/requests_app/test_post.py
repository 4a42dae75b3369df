"""An answer on paper or on a medium: staff fetch it, and that is recorded (C36)."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from requests_app.models import FoundDataset, Package
from requests_app.packages import paper, sheet
from requests_app.states import DeliveryForm
from tests.factories.accounts import staff_client
from tests.factories.cases import CRM, make_row
from tests.requests_app.test_ends import make_answered, make_built

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def fetch(package: Package, role: Role = Role.CASEWORKER, *, how="package-fetch"):
    url = reverse(how, args=[package.case.reference, package.reference])
    return staff_client(role).post(url)


def printed(package: Package) -> str:
    """Return what goes to the printer."""
    response = fetch(package, how="package-print")
    return b"".join(response.streaming_content).decode()


@pytest.mark.parametrize("form", [DeliveryForm.PRINT, DeliveryForm.MEDIUM])
def test_released_answer_is_fetched_for_the_post_and_that_is_recorded(form):
    package = make_answered(form=form)

    response = fetch(package)

    content = b"".join(response.streaming_content)
    assert "index.html" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert response["Cache-Control"] == "no-store, private"
    event = Event.objects.filter(event="case.file.read").latest("pk")
    assert event.about == package.case.about
    assert event.details["purpose"] == "package"


def test_answer_that_is_not_released_or_is_downloaded_is_not_fetched():
    waiting = make_built(form=DeliveryForm.PRINT)
    download = make_answered()

    for how in ("package-fetch", "package-print"):
        assert fetch(waiting, how=how).status_code == 422
        assert fetch(download, how=how).status_code == 422
    assert not Event.objects.filter(
        event="case.file.read", details__purpose="package"
    ).exists()


def test_who_only_reads_fetches_nothing():
    package = make_answered(form=DeliveryForm.PRINT)

    for how in ("package-fetch", "package-print"):
        assert fetch(package, Role.AUDITOR, how=how).status_code == 403


# --- On paper ---------------------------------------------------------------------


def test_answer_is_printed_from_its_own_members_and_that_is_recorded_as_a_fetch():
    rows = [make_row("a"), make_row("b", name="<b>Bo & Co</b>", email="bo@x.example")]
    package = make_answered(*rows, form=DeliveryForm.PRINT)
    FoundDataset.objects.update(spool=None)  # what is fresh may be gone

    page = printed(package)

    for said in (
        "Name a",
        "&lt;b&gt;Bo &amp; Co&lt;/b&gt;",
        "bo@x.example",
        "Customers: Contacts",
        "section 167, Data Protection Act 2018",
        f"Reference {package.case.reference}",
    ):
        assert said in page
    assert page.index("Why we hold it") < page.index("Name a") < page.index("</main>")
    assert "<details>" not in page
    assert "style.css" not in page
    event = Event.objects.filter(event="case.file.read").latest("pk")
    assert event.about == package.case.about
    assert event.details["purpose"] == "package"


def test_dataset_of_many_columns_is_printed_row_by_row_without_what_is_empty(
    monkeypatch,
):
    monkeypatch.setattr(sheet, "MOST_COLUMNS", 2)
    row = make_row("a", name="Ann", email=None, phone="01632 960 014")

    page = printed(make_answered(row, form=DeliveryForm.PRINT))

    assert "<h3>Row 1</h3>" in page
    assert "<dt>phone</dt><dd>01632 960 014</dd>" in page
    assert "<dt>email</dt>" not in page


def test_column_is_headed_by_its_label():
    contacts = CRM["datasets"]["contacts"]
    name = {**contacts["fields"]["name"], "label": "What you are called"}
    labelled = {**contacts, "fields": {**contacts["fields"], "name": name}}
    system = {**CRM, "datasets": {"contacts": labelled}}

    page = printed(make_answered(systems=[system], form=DeliveryForm.PRINT))

    assert '<th scope="col">What you are called</th>' in page
    assert '<th scope="col">email</th>' in page


def test_package_is_sought_through_without_a_plain_copy():
    """A reader that goes back and forth sees the bytes that one straight read sees."""
    package = make_answered()
    with paper.Rereading(package.file, package.size_bytes) as raw:
        whole = raw.read()
        raw.seek(-20, io.SEEK_END)
        end = raw.read()
        raw.seek(4)
        again = raw.read(6)

    assert len(whole) == package.size_bytes
    assert end == whole[-20:]
    assert again == whole[4:10]
