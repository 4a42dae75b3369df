"""What the person and the staff read of an answer that was withdrawn (C40)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app.actions import answer
from requests_app.models import Package
from requests_app.states import EventKind, PackageState, RevokedWhy
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.requests_app.test_breach import AT, make_released
from tests.requests_app.test_two_persons import make_built

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def page_of(package: Package) -> str:
    """Return what the person reads on the page of the case, in one line."""
    case = package.case
    client = subject_client(case.submission.address)
    page = client.get(reverse("case", args=[case.reference])).content.decode()
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def staff_page_of(package: Package) -> str:
    page = staff_client().get(reverse("staff-case", args=[package.case.reference]))
    return page.content.decode()


def revoke(package, **said):
    answer.revoke(package, reason="Her brother Bob.", by=make_staff(), at=AT, **said)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (RevokedWhy.WRONG_PERSON, "It may have reached somebody whom it was not"),
        (RevokedWhy.OTHERS_DATA, "It held something about somebody else."),
        (RevokedWhy.MISTAKE, "We found a mistake in it."),
    ],
)
def test_person_reads_why_and_not_what_staff_wrote_for_themselves(why, words):
    package = make_released()

    revoke(package, why=why)

    page = page_of(package)
    assert f"We withdrew this answer. {words}" in page
    assert "Bob" not in page


def test_person_is_told_nothing_of_an_answer_that_was_never_given():
    package = make_built(make_staff())

    revoke(package)

    page = page_of(package)
    assert "withdrew" not in page
    assert "What comes next" not in page
    assert "before it was released: wrong recipient" in staff_page_of(package)


def test_person_reads_what_comes_next_and_by_when():
    package = make_released()
    case = package.case
    revoke(package)
    case.refresh_from_db()

    page = page_of(package)

    assert "What comes next: we make sure once more who asks" in page
    due = case.due_on
    assert f"{due.day} {due:%B %Y}" in page.split("What comes next")[1]
    assert "delete it and tell us" in page


def test_person_whose_day_has_passed_is_told_so():
    long_ago = timezone.now() - timedelta(days=90)
    package = make_released(received_at=long_ago)

    revoke(package)

    assert "has passed; we are sorry, and answer as soon as we can" in page_of(package)


def test_withdrawn_answer_with_a_later_one_names_that():
    package = make_released()
    revoke(package)
    Package.objects.create(
        reference="PACKAGE-2",
        case=package.case,
        decision=package.decision,
        state=PackageState.RELEASED,
        file=package.file,
        released_at=AT,
        released_by="staff:1",
        expires_at=AT + timedelta(days=3650),
    )

    page = page_of(package)

    assert "A later answer has taken its place." in page
    assert "What comes next" not in page


def test_staff_choose_what_the_person_reads():
    package = make_released()
    url = reverse("package-revoke", args=[package.case.reference, package.reference])
    client = staff_client()

    missing = client.post(url, {"reason": "Bob called."})
    done = client.post(url, {"reason": "Bob called.", "why": "others_data"})

    assert "Choose why it is withdrawn." in missing.content.decode()
    assert done.status_code == 302
    event = package.case.events.get(kind=EventKind.PACKAGE_REVOKED)
    assert event.facts["why"] == "others_data"
    assert "Revoked the package: it held somebody else’s data" in staff_page_of(package)


def test_staff_read_until_when_only_where_something_can_be_fetched():
    package = make_released()
    fetched = staff_page_of(package)
    revoke(package)
    revoked = staff_page_of(package)

    assert "Can be fetched until" in fetched
    assert "Download from this portal." in fetched
    assert "Can be fetched until" not in revoked


def test_staff_read_of_an_answer_on_paper_that_it_goes_by_post():
    package = make_released()
    paper = package.case.decisions.create(
        outcome="granted", form="print", by="staff:2", at=AT
    )
    Package.objects.filter(pk=package.pk).update(decision=paper)

    page = staff_page_of(package)

    assert "On paper, by post." in page
    assert "By print" not in page
    assert "Can be fetched until" not in page
