"""An answer on paper: its day of posting, and no end before what tells it is posted."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import delivery
from requests_app.models import Case, Package
from requests_app.states import (
    CaseStatus,
    DeliveryForm,
    EventKind,
)
from requests_app.tasks.jobs import remind_of_post
from tests.factories.accounts import make_staff, staff_client
from tests.factories.clock import again
from tests.requests_app.test_ends import LATER, make_answered

pytestmark = [pytest.mark.django_db, pytest.mark.long]
DAY = timedelta(days=1)


@pytest.fixture
def answered() -> Package:
    """Return an answer on paper that is printed and not posted yet."""
    package = make_answered(form=DeliveryForm.PRINT)
    delivery.fetch_for_post(package, by=make_staff(), at=LATER)
    return Package.objects.get(pk=package.pk)


def post(package: Package, *, posted_at: datetime, at: datetime) -> None:
    delivery.dispatch(
        package,
        method="First class",
        to="1 High Street",
        tracking="",
        posted_at=posted_at,
        by=make_staff(),
        at=at,
    )


# --- The day ----------------------------------------------------------------------


def test_person_counts_as_answered_from_the_day_of_posting(answered):
    posted_at, at = LATER + DAY, LATER + 3 * DAY

    post(answered, posted_at=posted_at, at=at)

    case = again(answered.case)
    assert case.status == CaseStatus.DONE
    for kind in (EventKind.DISPATCHED, EventKind.ANSWERED):
        event = case.events.get(kind=kind)
        assert (event.happened_at, event.recorded_at) == (posted_at, at)
    assert answered.dispatches.get().at == posted_at


def test_it_is_not_posted_in_the_future_nor_before_it_was_printed(answered):
    with pytest.raises(Refused, match="posted in the future"):
        post(answered, posted_at=LATER + DAY, at=LATER)
    with pytest.raises(Refused, match="before it was printed"):
        post(answered, posted_at=LATER - DAY, at=LATER)

    assert again(answered.case).status == CaseStatus.DECIDED
    assert not answered.dispatches.exists()


def test_day_alone_is_never_before_the_release(answered):
    midnight = LATER.replace(hour=0, minute=0)
    post(answered, posted_at=midnight, at=LATER + DAY)

    assert answered.dispatches.get().at == answered.released_at


def test_day_is_asked_on_the_form_and_today_is_offered(answered):
    client = staff_client()
    at = [answered.case.reference, answered.reference]
    url = reverse("package-dispatch", args=at)
    said = {"method": "First class", "to": "1 High Street", "tracking": ""}

    assert "When was it posted?" in client.get(url).content.decode()
    missing = client.post(url, said)
    assert missing.status_code == 422
    assert "Choose the day." in missing.content.decode()
    day = date.fromordinal(LATER.toordinal())
    done = client.post(url, {**said, "posted_on": day.isoformat()})

    assert done.status_code == 302
    assert answered.dispatches.get().at.date() == day


# --- Reminded of ------------------------------------------------------------------


def test_who_has_the_case_is_reminded_once_of_an_answer_nobody_posted(answered):
    worker = make_staff(name="Wanda Worker")
    Case.objects.filter(pk=answered.case_id).update(assignee=worker)

    for days in range(8):
        remind_of_post(answered.released_at + days * DAY)

    [mail] = Message.objects.filter(purpose="case-post-waits")
    assert mail.recipient == worker.email
    assert mail.subject == f"To be posted: the answer of {answered.case.reference}"
    assert reverse("staff-case", args=[answered.case.reference]) in mail.text
    assert reverse("to-be-posted") in mail.text
    assert answered.case.submission.name not in mail.subject + mail.text
    page = staff_client().get(reverse("staff-case", args=[answered.case.reference]))
    said = "Reminded Wanda Worker of an answer to be posted"
    assert said in page.content.decode()


def test_nobody_is_reminded_of_an_answer_that_is_posted_or_downloaded(answered):
    make_staff(Role.DCO)
    post(answered, posted_at=LATER, at=LATER)
    make_answered()

    remind_of_post(LATER + 8 * DAY)

    assert not Message.objects.filter(purpose="case-post-waits").exists()
