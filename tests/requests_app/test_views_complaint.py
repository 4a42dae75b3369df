"""Complaining and looking into it, on the pages of anybody and of staff."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from requests_app.actions import thread
from requests_app.models import Case, Letter
from requests_app.states import CaseStatus, LetterKind, Right
from tests.factories.accounts import (
    make_staff,
    staff_client,
    subject_client,
    subject_of,
)
from tests.factories.cases import make_case, make_revision

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SAID = {
    "complaint": "You gave my address to a neighbour.",
    "wants": "",
    "about_case": "",
    "behalf": "",
    "name": "Cara Lund",
    "reach": "email",
    "email": "cara@example.org",
    "phone": "",
    "postal": "",
}


@pytest.fixture(autouse=True)
def revision():
    """Put a register in force: a case pins it."""
    return make_revision()


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def send(client, **changes):
    form = {"token": str(uuid4()), **SAID, **changes}
    return client.post(reverse("complain"), form)


def write(case: Case, body: str) -> None:
    """Have the complainant write to us."""
    thread.write_to_us(
        case,
        body=body,
        token=uuid4(),
        by=subject_of("cara@example.org"),
        at=timezone.now(),
    )


def post(client, name: str, case: Case, *args, **values):
    return client.post(reverse(name, args=[case.reference, *args]), values)


def test_the_way_to_complain_is_on_every_page_of_the_portal():
    for name in ("home", "contact", "ask-start", "ask-died", "subject-sign-in"):
        assert f'href="{reverse("complain")}"' in text_of(Client().get(reverse(name)))


def test_anybody_complains_without_account_code_or_reference():
    client = Client()

    response = send(client)

    case = Case.objects.get()
    assert response.url == reverse("complain-done")
    page = text_of(client.get(response.url))
    assert case.reference in page
    assert "We are looking into it" in page
    assert "at any time" in page
    assert case.right == Right.COMPLAINT


def test_a_form_sent_again_after_going_back_is_one_complaint_and_says_so():
    client, token = Client(), str(uuid4())
    first = text_of(client.get(send(client, token=token).url))

    pages = [
        text_of(client.get(send(client, **again).url))
        for again in ({"token": token}, {}, {"name": " Cara Lund "})
    ]

    case = Case.objects.get()
    assert "It counts as one complaint" not in first
    for page in pages:
        assert "It counts as one complaint" in page
        assert case.reference in page
    assert case.submission.times_sent == 4
    assert Letter.objects.count() == 1


def test_other_words_and_another_browser_are_another_complaint():
    client = Client()
    send(client)
    send(client, complaint="You did it again.")
    send(Client())

    assert Case.objects.count() == 3


def test_who_gave_no_mail_address_reads_how_they_hear_where_it_stands():
    client = Client()
    response = send(client, reach="post", email="", postal="1 High Street")

    for page in (client.get(response.url), client.get(reverse("complain"))):
        assert "name the reference" in text_of(page)
    sign_in = text_of(client.get(reverse("complain-follow"), follow=True))
    assert "by letter or telephone" in sign_in


def test_the_acknowledgement_is_seen_by_the_browser_that_sent_it_and_no_other():
    send(Client())

    assert Client().get(reverse("complain-done")).url == reverse("complain")


def test_nothing_tells_whether_there_is_a_case_of_that_reference():
    real = make_case("ann@example.org")
    pages = []
    for given in (real.reference, "Z" * 13):
        client = Client()
        response = send(client, about_case=given)
        page = text_of(client.get(response.url))
        case = Case.objects.latest("pk")
        assert case.related is None
        pages.append(page.replace(case.reference, "ours"))

    assert "Ann Other" not in pages[0]
    assert real.reference not in pages[0]
    clock = "<time"
    assert pages[0].split(clock)[0] == pages[1].split(clock)[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"complaint": " "}, "Write what you complain of."),
        ({"name": ""}, "Write your name"),
        ({"reach": "phone"}, "Write the telephone number we should call."),
        (
            {"reach": "phone", "phone": "01632 960014", "email": ""},
            "Write a postal address, or an e-mail address above",
        ),
        ({"reach": "post"}, "Write the postal address for our letters."),
        ({"email": ""}, "Write the e-mail address for our answer."),
        ({"email": "cara"}, "e-mail address"),
        ({"phone": "12"}, "Write a telephone number with its area code"),
        ({"reach": "pigeon"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_the_rest_is_kept(changes, said):
    response = send(Client(), **changes)

    assert response.status_code == 422
    assert said in text_of(response)
    assert "cara" in text_of(response) or "email" in changes
    assert not Case.objects.exists()


def test_a_form_whose_token_is_none_is_asked_anew():
    assert send(Client(), token="x").status_code == 422
    assert not Case.objects.exists()


def test_who_is_signed_in_reads_the_complaint_on_a_page_of_their_own():
    client = subject_client("cara@example.org")
    send(client)
    case = Case.objects.get()

    page = text_of(client.get(reverse("case", args=[case.reference])))
    assert "Your complaint" in page
    assert "We received your complaint" in page
    body = Letter.objects.get().body
    assert reverse("case", args=[case.reference]) in body


def test_who_types_her_address_gets_no_page_and_gives_her_none():
    mallory = subject_client("mallory@example.org")
    send(mallory)
    case = Case.objects.get()

    for client in (mallory, subject_client("cara@example.org")):
        page = client.get(reverse("case", args=[case.reference]))
        assert page.status_code == 404


def test_a_complaint_from_its_intake_to_its_outcome_on_the_pages_of_staff():
    client = staff_client(Role.DCO)
    taken = {
        **SAID,
        "token": str(uuid4()),
        "channel": "phone",
        "received_on_day": "2",
        "received_on_month": "11",
        "received_on_year": "2026",
        "received_time": "",
    }
    response = client.post(reverse("complaint-take-in"), taken)
    case = Case.objects.get()
    assert response.url == reverse("staff-case", args=[case.reference])

    post(client, "complaint-issue", case, words="The address was given away.")
    issue = case.issues.get()
    page = text_of(client.get(response.url))
    assert "The address was given away." in page
    assert "You gave my address to a neighbour." in page
    assert "Start the search" not in page
    assert "Refuse the request" not in page
    assert "1 thing is not concluded yet." in page

    said = {"outcome": "upheld", "reasons": "It was.", "action": "We have rung them."}
    post(client, "complaint-conclude", case, issue.pk, **said)
    shown = post(
        client, "complaint-outcome", case, discloses="no", **seen(client, case)
    )
    assert "Our conclusion: You are right." in shown.context["preview"].letter
    assert not Letter.objects.filter(kind=LetterKind.COMPLAINT_OUTCOME).exists()
    confirmed = {"confirm": "yes", "seen": shown.context["seen"]}
    post(client, "complaint-outcome", case, discloses="no", **confirmed)

    case.refresh_from_db()
    assert case.status == CaseStatus.DONE
    page = text_of(client.get(response.url))
    assert "Outcome of the complaint" in page
    assert "The regulator or a court has it" in page
    post(client, "complaint-elsewhere", case, where="regulator", reference="RFA123")
    assert "RFA123" in text_of(client.get(response.url))


def seen(client, case: Case) -> dict[str, str]:
    """Return the mark that the page of the outcome has now."""
    page = client.get(reverse("complaint-outcome", args=[case.reference]))
    return {"seen": page.context["seen"]}


def ready_to_answer(client) -> Case:
    """Give a complaint all of which is concluded."""
    send(subject_client("cara@example.org"))
    case = Case.objects.get()
    post(client, "complaint-issue", case, words="The address was given away.")
    said = {"outcome": "upheld", "reasons": "It was.", "action": "We have rung them."}
    post(client, "complaint-conclude", case, case.issues.get().pk, **said)
    return case


def test_outcome_is_sent_beside_what_is_complained_of_and_the_messages():
    client = staff_client(Role.DCO)
    case = ready_to_answer(client)
    write(case, "They moved house.")

    page = text_of(client.get(reverse("complaint-outcome", args=[case.reference])))

    for said in ("The address was given away.", "It was.", "They moved house."):
        assert said in page


@pytest.mark.parametrize(
    "happens", ["a message", "another thing", "another conclusion", "no mark"]
)
@pytest.mark.parametrize("step", ["shown", "confirmed"])
def test_outcome_is_refused_when_something_came_since_it_was_read(happens, step):
    client, case = (staff := staff_client(Role.DCO)), ready_to_answer(staff)
    said = {"discloses": "no", **seen(client, case)}
    if happens == "a message":
        write(case, "They moved house.")
    elif happens == "another thing":
        post(client, "complaint-issue", case, words="Nobody rang.")
        issue = case.issues.latest("pk")
        conclude = {"outcome": "not_upheld", "reasons": "We did.", "action": ""}
        post(client, "complaint-conclude", case, issue.pk, **conclude)
    elif happens == "another conclusion":
        conclude = {"outcome": "not_upheld", "reasons": "It was not.", "action": ""}
        post(client, "complaint-conclude", case, case.issues.get().pk, **conclude)
    else:
        del said["seen"]
    if step == "confirmed":
        said["confirm"] = "yes"

    response = post(client, "complaint-outcome", case, **said)

    assert response.status_code == 422
    assert "since you opened the page" in text_of(response)
    case.refresh_from_db()
    assert case.status != CaseStatus.DONE
    assert not Letter.objects.filter(kind=LetterKind.COMPLAINT_OUTCOME).exists()
    post(client, "complaint-outcome", case, **{**said, **seen(client, case)})
    again = {"discloses": "no", "confirm": "yes", **seen(client, case)}
    post(client, "complaint-outcome", case, **again)
    case.refresh_from_db()
    assert case.status == CaseStatus.DONE


def test_progress_link_and_handler_on_the_pages_of_staff():
    send(Client(), about_case="0000-0000")
    case, access = Case.objects.get(), make_case()
    client, other = staff_client(Role.DCO), make_staff()

    page = text_of(client.get(reverse("complaint-link", args=[case.reference])))
    assert 'value="0000-0000"' in page
    refused = post(client, "complaint-link", case, reference="nonsense")
    assert refused.status_code == 422
    assert "There is no such case." in text_of(refused)
    post(client, "complaint-link", case, reference=access.reference)
    named = {"to": other.pk, "director": "Ines Karim", "words": "Please."}
    post(client, "complaint-handler", case, **named)
    post(client, "complaint-progress", case, words="We read it.", confirm="yes")

    case.refresh_from_db()
    assert (case.related, case.assignee) == (access, other)
    page = text_of(client.get(reverse("staff-case", args=[case.reference])))
    assert (
        f'About case <a href="{reverse("staff-case", args=[access.reference])}' in page
    )
    assert "Ines Karim: Please." in page
    assert "Word on how the complaint stands" in page


def test_an_acknowledgement_is_written_once_on_the_pages():
    send(Client())
    case = Case.objects.get()

    response = post(staff_client(), "complaint-acknowledge", case)

    assert response.status_code == 422
    assert "The acknowledgement is written" in text_of(response)


@pytest.mark.parametrize("changes", [{"received_on_year": "2031"}, {"channel": ""}])
def test_an_intake_that_cannot_be_is_refused(changes):
    form = {
        **SAID,
        "token": str(uuid4()),
        "channel": "post",
        "received_on_day": "2",
        "received_on_month": "11",
        "received_on_year": "2026",
        "received_time": "",
        **changes,
    }
    response = staff_client().post(reverse("complaint-take-in"), form)

    assert response.status_code == 422
    assert not Case.objects.exists()


def test_there_is_no_such_thing_in_another_complaint():
    send(Client())
    send(Client(), email="dora@example.org")
    one, two = Case.objects.order_by("pk")
    issue = one.issues.create(
        words="x", noted_by="staff:1", noted_at=one.submission.received_at
    )

    response = staff_client().get(
        reverse("complaint-conclude", args=[two.reference, issue.pk])
    )

    assert response.status_code == 404
