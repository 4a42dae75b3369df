"""An answer on paper or on a medium: staff fetch it, and that is recorded (C36)."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from requests_app.actions import decision, review
from requests_app.models import Package
from requests_app.states import DeliveryForm, Outcome, RowChoice
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import CRM, make_reviewed, make_revision, make_row
from tests.factories.cases import make_spooled as spooled
from tests.requests_app.test_ends import AT, build, check, release

pytestmark = pytest.mark.django_db


def make_answer(form: DeliveryForm) -> Package:
    case = make_reviewed(revision=make_revision([CRM]))
    case.tasks.filter(system="cctv").delete()
    case.found.all().delete()
    found = spooled(case, [make_row("a")])
    review.choose_dataset(
        found,
        choice=RowChoice.RELEASE,
        ground="",
        seen_rows=True,
        by=make_staff(),
        at=AT,
    )
    check(case, passed=True)
    made = decision.decide(
        case,
        outcome=Outcome.GRANTED,
        words="",
        form=form,
        open_until={},
        by=make_staff(),
        at=AT,
    )
    return build(made.package)


def fetch(package: Package, role: Role = Role.CASEWORKER):
    url = reverse("package-fetch", args=[package.case.reference, package.reference])
    return staff_client(role).post(url)


@pytest.mark.parametrize("form", [DeliveryForm.PRINT, DeliveryForm.MEDIUM])
def test_released_answer_is_fetched_for_the_post_and_that_is_recorded(form):
    package = release(make_answer(form))

    response = fetch(package)

    content = b"".join(response.streaming_content)
    assert "index.html" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert response["Cache-Control"] == "no-store, private"
    event = Event.objects.filter(event="case.file.read").latest("pk")
    assert event.about == package.case.about
    assert event.details["purpose"] == "package"


def test_answer_that_is_not_released_or_is_downloaded_is_not_fetched():
    waiting = make_answer(DeliveryForm.PRINT)
    download = release(make_answer(DeliveryForm.DOWNLOAD))

    assert fetch(waiting).status_code == 422
    assert fetch(download).status_code == 422
    assert not Event.objects.filter(
        event="case.file.read", details__purpose="package"
    ).exists()


def test_who_only_reads_fetches_nothing():
    package = release(make_answer(DeliveryForm.PRINT))

    assert fetch(package, Role.AUDITOR).status_code == 403
