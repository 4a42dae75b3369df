"""What pages say is true of the case they say it of, in words and not in codes."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from lumina_privacy.lib.days import london_day
from outbox.models import Message
from requests_app.queries.subject import said_to_person, story_of
from requests_app.states import DeliveryForm, EventKind
from tests.factories.accounts import staff_client
from tests.factories.cases import RECEIVED_AT, happen, make_case, make_reviewed
from tests.requests_app.test_ends import LATER, make_answered, make_built, release
from tests.requests_app.test_views_staff import url

pytestmark = [pytest.mark.django_db, pytest.mark.long]
LATE = RECEIVED_AT + timedelta(days=45)


def text_of(client, address: str) -> str:
    page = client.get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_who_proved_nothing_is_not_told_that_their_address_was_proved():
    case, kind = make_case(), EventKind.ADDRESS_PROVED
    noted = said_to_person(kind, {"proofs": ["staff"]}, case)

    assert noted == "A colleague noted how we know who you are"
    proved = said_to_person(kind, {"proofs": ["code"]}, case)
    assert proved == "Your address was proved"


def test_posting_is_asked_with_the_address_of_the_case_and_told_once():
    package = make_answered(form=DeliveryForm.PRINT)
    case, client = package.case, staff_client()
    case.submission.postal = "12 Ashdown Lane\nTring"
    case.submission.save()
    at = [case.reference, package.reference]
    list(client.post(reverse("package-print", args=at)).streaming_content)

    form = client.get(reverse("package-dispatch", args=at)).content.decode()
    said = {"method": "Recorded delivery", "to": "12 Ashdown Lane", "tracking": ""}
    today = london_day(timezone.now()).isoformat()
    client.post(reverse("package-dispatch", args=at), {**said, "posted_on": today})

    assert "12 Ashdown Lane\nTring" in form
    story = [one.title for one in story_of(case)]
    assert story[-1] == "Your answer was posted"
    assert "Your answer is ready" not in story
    page = text_of(client, url("staff-case", case))
    assert "Record another posting" in page
    assert "Record the posting" not in page


def test_closed_case_says_so_without_a_code():
    case = happen(make_case(), EventKind.WITHDRAWN)

    page = text_of(staff_client(), url("staff-case", case))

    assert "The case is closed (" not in page
    assert "Nothing is left to do" not in page


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.AUDITOR, Role.DCO])
def test_brand_leads_to_a_page_that_its_reader_may_open(role):
    make_case()  # and with it a register
    client = staff_client(role)

    page = client.get(reverse("staff-account")).content.decode()

    [address] = re.findall(r'class="brand" href="([^"]+)"', page)
    assert client.get(address).status_code == 200


def test_intake_calls_nothing_optional_that_it_then_demands():
    page = staff_client().get(reverse("case-take-in")).content.decode()

    for label in ("How do they want their copy?", "How do we know who it is?"):
        assert label in page
        assert f'{label} <span class="optional">' not in page


@pytest.mark.parametrize(("at", "late"), [(LATER, False), (LATE, True)])
def test_mail_of_a_late_answer_says_so_and_is_sorry_and_no_other_does(at, late):
    package = release(make_built(), at=at)

    text = Message.objects.filter(about=package.case.about).latest("pk").text
    assert ("It comes after Wednesday 2 December 2026" in text) is late
    assert ("We are sorry" in text) is late


def test_decision_tells_its_maker_when_it_is_late():
    case = make_reviewed()
    case.due_on = timezone.now().date() - timedelta(days=9)
    case.save(update_fields=["due_on"])

    assert "This was due on" in text_of(staff_client(), url("case-decide", case))


def test_release_tells_its_reader_when_it_is_late():
    package = make_built()
    address = reverse(
        "package-release", args=[package.case.reference, package.reference]
    )
    client = staff_client(Role.REVIEWER)
    package.case.due_on = timezone.now().date() + timedelta(days=9)
    package.case.save(update_fields=["due_on"])
    assert "This was due on" not in text_of(client, address)

    package.case.due_on = timezone.now().date() - timedelta(days=9)
    package.case.save(update_fields=["due_on"])
    assert "This was due on" in text_of(client, address)


@pytest.mark.parametrize(
    ("answers", "marked"),
    [
        ({"scope": "some", "categories": ["product"]}, True),
        ({"scope": "some", "categories": ["contact", "product"]}, False),
        ({"scope": "all", "categories": []}, False),
    ],
)
def test_review_marks_what_was_found_outside_what_was_asked_for(answers, marked):
    case = make_reviewed()
    case.submission.answers = json.dumps(answers)
    case.submission.save()

    page = text_of(staff_client(), url("case-review", case))

    assert ("They asked for certain things only and did not tick this" in page) is (
        marked
    )
