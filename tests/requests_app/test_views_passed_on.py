"""What a customer passes to us, on the pages of staff (D13)."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from lumina_privacy.lib.days import london_day
from requests_app.models import Case, Letter
from requests_app.states import CaseStatus, EventKind, LetterKind, Right, SendingState
from tests.factories.accounts import staff_client
from tests.factories.cases import make_case, make_revision
from tests.requests_app.passed import WORDS, assist, judge, passed_on

pytestmark = [pytest.mark.django_db, pytest.mark.long]
TODAY = london_day(timezone.now())


@pytest.fixture(autouse=True)
def revision():
    """Put a register in force: a case pins it."""
    return make_revision()


def boxes(name, day) -> dict[str, str]:
    parts = {"day": day.day, "month": day.month, "year": day.year}
    return {f"{name}_{part}": str(number) for part, number in parts.items()}


NO_BOXES = {"due_on_day": "", "due_on_month": "", "due_on_year": ""}


def form(**changes) -> dict[str, str]:
    return {
        "token": str(uuid4()),
        "channel": "email",
        **boxes("received_on", TODAY),
        "customer": "Acme Ltd",
        "customer_contact": "Petra Hall",
        "email": "privacy@acme.example",
        "data_subject": "Ann Other",
        "right_used": "erasure",
        "known_email": "ann@example.org",
        "known_phone": "01442 500890",
        "instruction": "Erase all that you hold of Ann Other for us.",
        "contract": "a_day",
        **boxes("due_on", TODAY + timedelta(days=10)),
        "clause": "clause 8.2",
        **changes,
    }


def send(client=None, **changes):
    client = client or staff_client()
    return client.post(reverse("instruction-take-in"), form(**changes))


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def page_of(case, client=None) -> str:
    client = client or staff_client()
    return text_of(client.get(reverse("staff-case", args=[case.reference])))


def post(client, name, case, **said):
    return client.post(reverse(name, args=[case.reference]), said)


def test_it_is_taken_in_from_the_queue_and_its_page_says_what_it_is():
    client = staff_client()
    assert reverse("instruction-take-in") in text_of(client.get(reverse("case-queue")))
    assert client.get(reverse("instruction-take-in")).status_code == 200

    response = send(client)

    case = Case.objects.get()
    assert response.url == reverse("staff-case", args=[case.reference])
    assert (case.right, case.due_on) == (Right.PASSED_ON, TODAY + timedelta(days=10))
    assert sorted(case.proved.values_list("kind", "level")) == [
        ("email", 0),
        ("phone", 0),
    ]
    page = page_of(case, client)
    for said in (
        "About <strong>Ann Other</strong>, who used a right with Acme Ltd",
        "The contract with Acme Ltd, clause 8.2",
        "Erase all that you hold of Ann Other for us.",
        "Nobody has said yet whether it is surely the customer",
        "Write to the customer",
        "Acknowledgement to the customer",
    ):
        assert said in page
    for other in ("Write to the person", "Record a further check", "Extend by two"):
        assert other not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"customer": ""}, "Write which customer it is."),
        ({"customer_contact": ""}, "Write who there asks us."),
        ({"data_subject": ""}, "Write whose data it is about."),
        ({"right_used": ""}, "Choose the right that the person used."),
        ({"instruction": ""}, "Write what they ask us to do, in their words."),
        ({"email": ""}, "is answered: an e-mail address, or a postal address."),
        ({"email": "privacy"}, "with an @"),
        ({"known_phone": "12"}, "with its area code"),
        ({"contract": ""}, "Say whether the contract names a day."),
        ({"clause": ""}, "Write where the contract says so."),
        (boxes("due_on", TODAY - timedelta(days=1)), "before it reached us"),
        (NO_BOXES, "Write the day that the"),
        ({"contract": "no_day"}, "Leave this out, or say that it names a day."),
        (boxes("received_on", TODAY + timedelta(days=1)), "still to come"),
        (boxes("due_on", TODAY + timedelta(days=900)), "Look at the year"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_taken_in(changes, said):
    response = send(**changes)

    assert response.status_code == 422
    assert said in text_of(response)
    assert not Case.objects.exists()


def test_contract_that_names_no_day_is_taken_in_with_ours():
    response = send(contract="no_day", clause="", **NO_BOXES)

    assert response.status_code == 302
    assert Case.objects.get().due_on > TODAY


def test_one_address_is_needed_so_neither_is_called_optional():
    page = text_of(staff_client().get(reverse("instruction-take-in")))

    for label in ("e-mail", "postal"):
        assert f"The customer’s {label} address</label>" in page
    assert "The customer’s telephone number <span" in page


def test_what_the_customer_asks_stands_in_the_wide_column():
    page = page_of(passed_on())

    assert "data-bare" not in page
    asks, clock = (page.index(f'id="{one}"') for one in ("asked", "clock"))
    assert asks < clock


def next_and_green(case) -> tuple[str, list[str]]:
    html = page_of(case)
    words = html.split("<strong>Next:</strong>")[1].split("</p>")[0]
    green = re.findall(r'data-kind="primary"[^>]*>([^<]+)<', html)
    return re.sub("<[^>]+>", "", words).strip(), green


def test_green_act_is_what_comes_next_at_every_step():
    case = passed_on()
    asked = "Say whether it is the customer"
    assert next_and_green(case) == (asked, [asked])

    case = judge(case)
    assert next_and_green(case) == ("Start the search", ["Start the search"])

    for status, green in (
        (CaseStatus.SEARCHING, []),
        (CaseStatus.IN_REVIEW, ["Record what was done"]),
    ):
        Case.objects.filter(pk=case.pk).update(status=status)
        assert next_and_green(case)[1] == green

    assert next_and_green(assist(case)) == (
        "Answer the customer",
        ["Answer the customer"],
    )


def test_only_who_works_cases_takes_it_in():
    assert send(staff_client(Role.AUDITOR)).status_code == 403
    assert send(Client()).status_code == 302
    assert not Case.objects.exists()


def test_it_is_worked_from_its_page_to_its_end():
    client = staff_client()
    case = passed_on()

    post(client, "instruction-judge", case, sure="yes", reason="Called on file.")
    assert "Surely the customer" in page_of(case, client)
    done = {"outcome": "given", **boxes("done_on", TODAY), "what": WORDS}
    post(client, "instruction-assist", case, **done, who="Sam")
    case.refresh_from_db()
    assert case.status == CaseStatus.DECIDED
    page = page_of(case, client)
    assert "We have done what you asked" in page
    assert "by Sam." in page
    page = text_of(client.get(reverse("instruction-answer", args=[case.reference])))
    [seen] = re.findall(r'name="seen" value="(\d+)"', page)
    shown = post(client, "instruction-answer", case, words=WORDS, seen=seen)
    assert "Goes by e-mail to <strong>privacy@acme.example</strong>" in text_of(shown)
    assert not Letter.objects.filter(kind=LetterKind.CUSTOMER_ANSWER).exists()
    stale = post(client, "instruction-answer", case, words=WORDS, seen=1, confirm="yes")
    assert "has changed since you opened the page" in text_of(stale)
    post(client, "instruction-answer", case, words=WORDS, seen=seen, confirm="yes")

    case.refresh_from_db()
    assert case.status == CaseStatus.DONE
    assert "The case is closed." in page_of(case, client)


@pytest.mark.parametrize(
    ("name", "said", "why"),
    [
        ("instruction-judge", {"sure": "yes"}, "Write what shows it"),
        ("instruction-judge", {"reason": "x"}, "Say whether it is surely"),
        ("instruction-write", {"words": ""}, "Write the message."),
        ("instruction-assist", {"outcome": "given"}, "Write who did it."),
        (
            "instruction-assist",
            {
                "outcome": "given",
                **boxes("done_on", TODAY + timedelta(days=1)),
                "what": "x",
                "who": "x",
            },
            "still to come",
        ),
        (
            "instruction-assist",
            {"outcome": "given", **boxes("done_on", TODAY), "what": "x", "who": "x"},
            "Say first whether it is surely the customer",
        ),
        ("instruction-answer", {"words": "x"}, "Record first what was done"),
        ("instruction-correct", {"contract": "a_day"}, "Write the day"),
    ],
)
def test_what_is_missing_is_said_and_nothing_happens(name, said, why):
    case, client = passed_on(), staff_client()
    before = case.events.count()

    response = post(client, name, case, **said)

    assert response.status_code == 422
    assert why in text_of(response)
    assert case.events.count() == before


def test_correcting_shows_the_old_and_the_new_day_before_it_does_it():
    case, client = passed_on(), staff_client()
    said = {
        "contract": "a_day",
        "due_on": "2026-11-20",
        "clause": "amendment 2",
        "email": "privacy@acme.example",
        "reason": "They agreed.",
    }

    shown = text_of(post(client, "instruction-correct", case, **said))
    assert "13 November 2026" in shown
    assert "20 November 2026" in shown
    post(client, "instruction-correct", case, **said, confirm="yes")

    case.refresh_from_db()
    assert str(case.due_on) == "2026-11-20"
    assert "the contract’s day is" in page_of(case, client)


def test_message_to_the_customer_is_shown_before_it_goes():
    case, client = passed_on(), staff_client()
    page = text_of(client.get(reverse("instruction-write", args=[case.reference])))
    [token] = re.findall(r'name="token" value="([^"]+)"', page)
    said = {"words": "Which year?", "token": token}

    shown = post(client, "instruction-write", case, **said)
    assert "privacy@acme.example" in text_of(shown)
    assert token in text_of(shown)
    for _ in range(2):
        post(client, "instruction-write", case, **said, confirm="yes")

    assert case.events.filter(kind=EventKind.CUSTOMER_WRITTEN_TO).count() == 1


def test_letter_that_came_back_leads_to_nothing_that_is_refused_of_a_customer():
    case, client = passed_on(), staff_client()
    letter = case.letters.get()
    letter.sendings.update(state=SendingState.RETURNED, settled_at=timezone.now())

    again = reverse("letter-again", args=[case.reference, letter.pk])
    assert client.post(again, {"by_post": "yes"}).status_code == 302
    page = text_of(client.get(reverse("letter", args=[case.reference, letter.pk])))

    assert reverse("instruction-correct", args=[case.reference]) in page
    assert reverse("case-contact-preference", args=[case.reference]) not in page
    assert reverse("letter-posted", args=[case.reference, letter.pk]) in page


def test_evidence_pack_tells_what_was_instructed_and_done():
    case = assist(judge(passed_on()))

    page = text_of(staff_client().post(reverse("case-evidence", args=[case.reference])))

    for said in ("Acme Ltd", "clause 8.2", "ACME-17", "Called on file.", "Sam, help"):
        assert said in page


def test_acts_of_it_open_on_no_other_case():
    case, client = make_case(), staff_client()

    for name in ("judge", "correct", "write", "assist", "answer"):
        url = reverse(f"instruction-{name}", args=[case.reference])
        assert "No customer passed this to us." in text_of(client.get(url))
