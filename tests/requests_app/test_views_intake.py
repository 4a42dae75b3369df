"""Staff take in what came by another way; the tray shows what nobody has proved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from requests_app.actions import intake, tray
from requests_app.models import Case, Submission
from requests_app.states import CaseStatus
from tests.factories.accounts import make_subject, staff_client
from tests.factories.cases import make_revision

pytestmark = pytest.mark.django_db
LETTER = {
    "channel": "post",
    "rights": ["access"],
    "received_on_day": "2",
    "received_on_month": "11",
    "received_on_year": "2026",
    "received_time": "",
    "name": "Edith Marlow",
    "email": "",
    "phone": "01632 960 014",
    "postal": "14 Orchard Close\nHemel Hempstead",
    "words": "Please send me all you have.",
    "how": "print",
    "adjustments": "Large print",
    "known_by": "The signature is that on file.",
}


@pytest.fixture(autouse=True)
def revision():
    """Put a register in force: a case pins it."""
    return make_revision()


def take_in(client, **changes):
    form = {"token": str(uuid4()), **LETTER, **changes}
    return client.post(reverse("case-take-in"), form)


def sent(*, days_ago: int) -> Case:
    filing = intake.Filing(name="Gareth Bevan", email="gareth@example.org")
    at = timezone.now() - timedelta(days=days_ago)
    receipt = intake.submit(filing, key=uuid4(), client="test", at=at)
    return receipt.submission.cases.get()


def test_letter_counts_from_the_day_it_came():
    response = take_in(staff_client())

    case = Case.objects.get()
    assert response.url == reverse("staff-case", args=[case.reference])
    assert case.status == CaseStatus.RECEIVED
    assert case.submission.received_at == datetime(2026, 11, 2, 12, tzinfo=UTC)
    assert str(case.due_on) == "2026-12-02"
    assert [known.kind for known in case.proved.order_by("kind")] == ["phone", "postal"]


def test_case_page_shows_what_was_asked_and_how_the_person_is_known():
    client = staff_client()
    page = client.get(take_in(client).url).content.decode()

    assert "Please send me all you have." in page
    assert "On paper, by post" in page
    assert "Large print" in page
    assert "The signature is that on file." in page


def test_same_form_twice_is_one_case():
    client, token = staff_client(), str(uuid4())

    first, second = take_in(client, token=token), take_in(client, token=token)

    assert first.url == second.url
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"received_on_year": "2099"}, "That is still to come."),
        ({"rights": []}, "Choose what they ask for."),
        ({"rights": ["breach"]}, "breach is not one of the available choices"),
        ({"how": ""}, "Choose how they want their copy."),
        ({"name": ""}, "Write the person’s name."),
        ({"channel": "phone", "words": " "}, "Write down what they said."),
        ({"received_on_month": "13"}, "That day does not exist."),
        ({"known_by": " "}, "Say how we know who it is."),
        ({"phone": "", "postal": "", "how": "download"}, "needs an e-mail address"),
        ({"postal": ""}, "Write the postal address for the paper copy."),
        ({"phone": "12"}, "with its area code"),
        ({"email": "edith"}, "Write an e-mail address with an @"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_taken_in(changes, complaint):
    response = take_in(staff_client(), **changes)

    assert response.status_code == 422
    assert complaint in response.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATIONS])
def test_who_works_no_cases_takes_none_in(role):
    assert take_in(staff_client(role)).status_code == 403
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.DCO, 200),
        (Role.AUDITOR, 200),
        (Role.CASEWORKER, 403),
        (Role.REVIEWER, 403),
        (Role.OPERATIONS, 403),
    ],
)
def test_tray_is_shown_to_the_dco_and_the_auditor(role, status):
    case = sent(days_ago=2)

    response = staff_client(role).get(reverse("case-tray"))

    assert response.status_code == status
    assert (case.reference in response.content.decode()) is (status == 200)


def test_tray_closes_what_is_four_weeks_old_and_nothing_younger():
    old, young = sent(days_ago=28), sent(days_ago=27)
    client = staff_client(Role.DCO)

    closed = client.post(reverse("tray-lapse", args=[old.reference]))
    refused = client.post(reverse("tray-lapse", args=[young.reference]))

    old.refresh_from_db()
    young.refresh_from_db()
    assert (closed.status_code, refused.status_code) == (302, 422)
    assert (old.status, young.status) == (CaseStatus.LAPSED, CaseStatus.UNPROVED)


def test_auditor_closes_nothing_in_the_tray():
    case = sent(days_ago=40)

    response = staff_client(Role.AUDITOR).post(
        reverse("tray-lapse", args=[case.reference])
    )

    case.refresh_from_db()
    assert (response.status_code, case.status) == (422, CaseStatus.UNPROVED)


def test_proved_case_is_not_in_the_tray():
    case = sent(days_ago=30)
    tray.prove_waiting(case, by=make_subject(), at=timezone.now())

    client = staff_client(Role.DCO)

    assert case.reference not in client.get(reverse("case-tray")).content.decode()
    lapse = client.post(reverse("tray-lapse", args=[case.reference]))
    assert lapse.status_code == 404


@pytest.mark.parametrize("how_many", [1, 3])
def test_tray_costs_the_same_for_one_and_three(how_many, django_assert_num_queries):
    for _ in range(how_many):
        sent(days_ago=3)
    client = staff_client(Role.DCO)
    client.get(reverse("case-tray"))

    with django_assert_num_queries(4):
        client.get(reverse("case-tray"))
