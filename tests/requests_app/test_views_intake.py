"""Staff take in what came by another way; the tray shows what nobody has proved."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from requests_app.actions import intake, tray
from requests_app.forms.agents import RepresentativeForm
from requests_app.forms.intake import TakeInForm
from requests_app.models import Case, Submission
from requests_app.queries.asked import asked_of
from requests_app.states import FILED, CaseStatus, Right
from tests.factories.accounts import make_subject, staff_client
from tests.factories.cases import RECEIVED_AT, make_reviewed, register_in_force

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = RECEIVED_AT
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
    "known": "known",
    "known_by": "The signature is that on file.",
}


@pytest.fixture(autouse=True)
def register():
    """Put the real register in force: its purposes and categories are the choices."""
    register_in_force()


def take_in(client, **changes):
    """Send the form as it is once its parts about a copy were shown."""
    shown = {"shown": ["scope", "sighting"], "scope-scope": "all"}
    form = {"token": str(uuid4()), **shown, **LETTER, **changes}
    return client.post(reverse("case-take-in"), form)


def text_of(response) -> str:
    return unescape(response.content.decode())


def sent(*, days_ago: int) -> Case:
    filing = intake.Filing(name="Gareth Bevan", email="gareth@example.org")
    at = timezone.now() - timedelta(days=days_ago)
    receipt = intake.submit(filing, key=uuid4(), client="test", at=at)
    return receipt.submission.cases.get()


def folds(page: str) -> dict[str, bool]:
    """Return each part of the form by its heading, and whether it is open."""
    found = re.findall(
        r'<details class="card fold"( open)?>\s*<summary><h2>(.+?)</h2>', page
    )
    return {title: bool(opened) for opened, title in found}


def test_form_asks_all_that_it_reads():
    page = staff_client().get(reverse("case-take-in")).content.decode()

    asked = set(re.findall(r'data-field="(\w+)"', page))
    assert {*TakeInForm.base_fields, *RepresentativeForm.base_fields} - asked == {
        "token"  # hidden
    }
    assert 'name="token"' in page


def test_form_that_comes_back_opens_what_is_wrong_and_leads_to_it():
    client = staff_client()
    empty = folds(client.get(reverse("case-take-in")).content.decode())
    assert [title for title, opened in empty.items() if not opened] == [
        "Who acts for them, if somebody does"
    ]

    answer = take_in(client, name="", email="not an address")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert [title for title, opened in folds(page).items() if opened] == ["The person"]
    summary = page.split('class="error-summary"')[1].split("</div>")[0]
    assert "autofocus" in summary
    linked = re.findall(r'href="#([^"]+)"', summary)
    assert linked == ["id_name", "id_email"]
    for one in linked:
        assert f'id="{one}"' in page


def test_what_is_asked_for_beside_stands_open_and_what_is_said_is_folded():
    answer = take_in(staff_client(), rights=["erasure"], how="")

    assert answer.status_code == 200
    shown = folds(answer.content.decode())
    assert [title for title, opened in shown.items() if opened] == ["What to delete"]


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
        ({"known": ""}, "Say whether we know who it is."),
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


def test_how_they_want_their_copy_may_be_unknown_and_is_said_where_it_is_decided():
    client = staff_client()

    take_in(client, how="not_known")

    case = Case.objects.get()
    assert "how" not in json.loads(case.submission.answers)
    page = client.get(reverse("staff-case", args=[case.reference])).content.decode()
    assert "Wants the answer" not in page
    reviewed = make_reviewed()
    reviewed.found.update(choice="release", reviewed_by="staff:1", reviewed_at=AT)
    url = reverse("case-decide", args=[reviewed.reference])
    assert "They did not say how they want it: ask." in text_of(client.get(url))
    reviewed.submission.answers = json.dumps({"how": "print"})
    reviewed.submission.save()
    assert "They did not say how they want it" not in text_of(client.get(url))


@pytest.mark.parametrize("right", [Right.ACCESS, Right.ERASURE, Right.RESTRICTION])
def test_staff_make_up_no_answer_to_what_was_not_said(right):
    """Of each choice "They did not say" is one, and it is where nothing was chosen."""
    client = staff_client()

    page = take_in(client, rights=[right], shown=[]).content.decode()

    assert "They did not say" in page
    assert "I would rather not say" not in page
    slugs = re.findall(r'name="shown" value="([a-z_]+)"', page)
    response = take_in(client, rights=[right], shown=slugs)
    assert response.status_code == 302
    assert Case.objects.get().right == right


# What the letter says of each right, and how the case shows it to staff.
NOTED = {
    Right.ACCESS: (
        {
            "scope-scope": "some",
            "scope-categories": ["identity", "cctv"],
            "scope-period": "since 2023",
            "sighting-day_day": "1",
            "sighting-day_month": "11",
            "sighting-day_year": "2026",
            "sighting-time": "about noon",
            "sighting-where": "Reception",
            "sighting-who": "A red coat",
        },
        {
            "Wants a copy of": "Certain things",
            "Period": "since 2023",
            "Filmed when": "Sunday 1 November 2026, about noon",
            "Filmed where": "Reception",
            "How to recognise them": "A red coat",
        },
    ),
    Right.PORTABILITY: (
        {"onward-onward": "Other Company"},
        {"Send it on to": "Other Company"},
    ),
    Right.RECTIFICATION: (
        {
            "correction-wrong": "Marlowe",
            "correction-should_be": "Marlow",
            "correction-why_wrong": "incorrect",
        },
        {
            "What is wrong": "Marlowe",
            "What is right": "Marlow",
            "In which way it is wrong": "It is incorrect",
        },
    ),
    Right.ERASURE: (
        {"erasure-erase": "all", "erasure-erase_ground": "unlawful"},
        {
            "To be deleted": "Everything you hold about me",
            "Reason (Article 17(1))": "You should not have had it, or not have used "
            "it so",
        },
    ),
    Right.RESTRICTION: (
        {"pause-pause_ground": "contested", "pause-pause_words": "The invoices"},
        {
            "Ground (Article 18(1))": "It is wrong, and you are checking that",
            "Which data": "The invoices",
        },
    ),
    Right.OBJECTION: (
        {"objection-uses": ["surveys"], "objection-situation": "I am unwell."},
        {"Objects to": "Surveys and feedback", "Their situation": "I am unwell."},
    ),
    Right.WITHDRAW_CONSENT: (
        {"consent-consents": ["personalisation"]},
        {"Consent taken back for": "Personal communications"},
    ),
}


def shown_for(page: str) -> list[str]:
    return re.findall(r'name="shown" value="([a-z]+)"', page)


@pytest.mark.parametrize(("right", "noted"), NOTED.items())
def test_staff_note_what_each_right_asks_and_the_case_shows_it(right, noted):
    client, token = staff_client(), str(uuid4())
    said, told = noted

    first = take_in(client, token=token, rights=[right], shown=[])
    assert (first.status_code, Submission.objects.count()) == (200, 0)
    assert "Not taken in yet" in first.content.decode()
    parts = shown_for(first.content.decode())
    second = take_in(client, token=token, rights=[right], shown=parts, **said)

    page = client.get(second.url).content.decode()
    [case] = Case.objects.all()
    facts = {fact.label: fact.value for fact in asked_of(case, for_staff=True)}
    assert told.items() <= facts.items()
    for label, value in told.items():
        assert re.search(
            rf"<dt>{re.escape(label)}</dt><dd>{re.escape(value)}</dd>", page
        )


def test_what_a_letter_does_not_say_is_left_open_and_taken_in_all_the_same():
    client, rights = staff_client(), [right.value for right in FILED]
    first = take_in(client, rights=rights, shown=[])

    parts = shown_for(first.content.decode())
    second = take_in(client, rights=rights, shown=parts, **{"scope-scope": ""})

    assert second.status_code == 302
    assert parts == [
        *("scope", "sighting", "onward", "correction", "erasure", "pause", "objection"),
        "consent",
    ]
    assert Case.objects.count() == len(FILED)


def test_part_of_a_right_chosen_after_all_is_shown_before_anything_is_taken_in():
    client = staff_client()

    page = take_in(
        client,
        rights=["access", "erasure"],
        **{"scope-period": "since 2023"},
    )

    assert (page.status_code, Submission.objects.count()) == (200, 0)
    assert shown_for(page.content.decode()) == ["scope", "sighting", "erasure"]
    assert "since 2023" in page.content.decode()  # what was noted stays


def test_what_is_wrong_in_a_part_is_said_at_the_top_and_nothing_is_taken_in():
    page = take_in(
        staff_client(), **{"sighting-day_day": "1", "sighting-day_month": "11"}
    )

    assert (page.status_code, Submission.objects.count()) == (422, 0)
    assert "Enter a day, a month and a year." in page.content.decode()


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

    with django_assert_num_queries(5):
        client.get(reverse("case-tray"))
