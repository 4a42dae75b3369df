"""Who complained without an account comes back by a code and the reference (C3)."""

from __future__ import annotations

import re
import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from lumina_privacy.lib.subject_ref import IdentifierKind, subject_ref
from lumina_privacy.lib.verdict import Refused
from outbox import actions as outbox
from outbox.models import Message
from requests_app.actions import complaint, following
from requests_app.models import AvoidedAddress, Case, Letter, ProvedIdentifier
from requests_app.policies.complaint import NOT_YOURS
from requests_app.states import PROVED_LEVEL, EventKind, IssueOutcome, LetterKind
from tests.factories.accounts import make_staff, make_subject, subject_client
from tests.factories.cases import make_case, make_revision
from tests.factories.clock import again, noon

pytestmark = pytest.mark.django_db
AT = noon("2026-11-03")
CARA = "cara@example.org"
PAGE = "/complain/follow/"


@pytest.fixture(autouse=True)
def revision():
    """Put a register in force: a case pins it."""
    return make_revision()


def complained(**fields) -> Case:
    said = {"name": "Cara Lund", "words": "Too late.", "email": CARA, **fields}
    sent = complaint.complain(
        complaint.Complaint(**said), key=uuid4(), client="1", at=AT
    )
    return sent.cases.get()


def follow(case, address=CARA, *, by=None, typed=""):
    by = by or make_subject(address)
    return following.follow(typed or case.reference, by=by, client="1", at=AT)


def test_code_and_reference_lead_to_the_complaint(monkeypatch):
    case = complained()
    client = Client()
    asked = client.get(PAGE)
    assert asked.status_code == 302
    assert asked.url.startswith("/sign-in/?next=")

    client.post(asked.url, {"address": CARA, "next": PAGE})
    mail = Message.objects.filter(purpose="sign-in-code").latest("pk")
    [code] = re.findall(r"\b\d{3} ?\d{3}\b", mail.text)
    entered = client.post("/sign-in/code/", {"code": code})
    assert entered.url == PAGE
    found = client.post(PAGE, {"reference": f" {case.reference.lower()} "})

    assert found.url == reverse("case", args=[case.reference])
    page = client.get(found.url).content.decode()
    assert "We received your complaint" in page
    assert "We acknowledged your complaint" in page


def test_progress_and_outcome_stand_on_the_page_and_mails_lead_there():
    case, by = complained(), make_staff()
    follow(case)
    complaint.tell_progress(case, words="We ask the sales team.", by=by, at=AT)
    one = complaint.note_issue(case, words="Late.", by=by, at=AT)
    complaint.conclude(
        one,
        outcome=IssueOutcome.UPHELD,
        reasons="The month was over.",
        action="We count again.",
        by=by,
        at=AT,
    )
    complaint.answer(case, discloses=False, by=by, at=AT)
    outbox.send_due(now=lambda: AT)

    client = subject_client(ProvedOwner.of(CARA))
    page = client.get(reverse("case", args=[case.reference])).content.decode()
    assert "We ask the sales team." in page
    assert "The month was over." in page
    mail = Message.objects.get(purpose="case-complaint_outcome")
    assert reverse("case", args=[case.reference]) in mail.text


class ProvedOwner:
    @staticmethod
    def of(address):
        from accounts.models import User

        return User.objects.get(kind="subject", email=address)


def test_closed_complaint_is_followed_too():
    case = complained()
    Case.objects.filter(pk=case.pk).update(status="done", closed_at=AT)

    assert follow(again(case)) == case


def test_it_is_an_event_of_the_case_once_and_moves_nothing():
    case, cara = complained(), make_subject(CARA)
    for _ in range(3):
        follow(case, by=cara)

    event = case.events.get(kind=EventKind.COMPLAINT_FOLLOWED)
    assert event.actor == str(cara.actor)
    assert "@" not in str(event.facts)
    known = again(case)
    assert (known.status, known.due_on) == (case.status, case.due_on)


@pytest.mark.django_db(transaction=True)
def test_button_pressed_twice_at_once_opens_it_once():
    case, cara = complained(), make_subject(CARA)
    start, failed = threading.Barrier(2), []

    def press():
        try:
            start.wait(10)
            follow(case, by=cara)
        except Exception as error:  # noqa: BLE001 (told in the thread of the test)
            failed.append(error)
        finally:
            connection.close()

    pressed = [threading.Thread(target=press) for _ in range(2)]
    for one in pressed:
        one.start()
    for one in pressed:
        one.join()

    assert failed == []
    assert ProvedIdentifier.objects.filter(case=case).count() == 1


# --- Who is not let in ------------------------------------------------------------


def test_same_words_for_what_is_unknown_somebody_elses_or_no_complaint():
    bob = make_subject("bob@example.org")
    request = make_case("bob@example.org")
    nowhere = complained(email="", reach="phone", phone="+442079460123")
    for typed in (
        complained().reference,
        request.reference,
        nowhere.reference,
        "LP-00000-00000",
        "x",
        "",
    ):
        with pytest.raises(Refused, match=re.escape(NOT_YOURS)):
            following.follow(typed, by=bob, client="1", at=AT)

    page = subject_client(bob).post(PAGE, {"reference": "LP-00000-00000"})
    assert page.status_code == 422
    assert NOT_YOURS in page.content.decode()


def test_it_costs_the_same_whosever_the_reference_is(django_assert_num_queries):
    bob, hers = make_subject("bob@example.org"), complained()
    for typed in (hers.reference, "LP-00000-00000"):
        with django_assert_num_queries(2), pytest.raises(Refused):
            following.follow(typed, by=bob, client="1", at=AT)


def test_address_that_they_asked_us_not_to_use_opens_nothing():
    case = complained()
    AvoidedAddress.objects.create(
        submission=case.submission,
        kind="email",
        ref=case.submission.address_ref,
        value=CARA,
        at=AT,
    )
    with pytest.raises(Refused, match=re.escape(NOT_YOURS)):
        follow(case)

    assert not case.events.filter(kind=EventKind.COMPLAINT_FOLLOWED).exists()


def test_address_set_aside_while_the_button_is_pressed_opens_nothing(monkeypatch):
    """What was found before the lock is judged again under it."""
    case = complained()
    found = following.complaint_sent_with

    def set_aside_then(typed, refs):
        known = found(typed, refs)
        AvoidedAddress.objects.create(
            submission=case.submission,
            kind="email",
            ref=case.submission.address_ref,
            value=CARA,
            at=AT,
        )
        return known

    monkeypatch.setattr(following, "complaint_sent_with", set_aside_then)
    with pytest.raises(Refused, match=re.escape(NOT_YOURS)):
        follow(case)


def test_another_address_of_the_case_does_not_stand_for_theirs():
    case = complained()
    ProvedIdentifier.objects.create(
        case=case,
        kind="email",
        ref=subject_ref(IdentifierKind.EMAIL, "work@example.org"),
        value="work@example.org",
        proof="code",
        level=PROVED_LEVEL,
        at=AT,
    )
    cara = make_subject(CARA)
    follow(case, by=cara)

    page = subject_client(cara).get(reverse("case", args=[case.reference]))
    assert page.status_code == 200


def test_address_that_staff_wrote_down_is_proved_by_the_code():
    case = complained()
    ProvedIdentifier.objects.create(
        case=case,
        kind="email",
        ref=case.submission.address_ref,
        value=CARA,
        proof="staff",
        level=0,
        at=AT,
    )
    follow(case)

    assert ProvedIdentifier.objects.get(case=case).level == PROVED_LEVEL


def test_without_the_reference_the_address_shows_no_complaint():
    case = complained()
    client = subject_client(CARA)

    assert case.reference not in client.get(reverse("case-list")).content.decode()
    gone = client.get(reverse("case", args=[case.reference]))
    assert gone.status_code == 404


def test_member_of_staff_follows_nothing():
    case = complained(email="staff@luminatech.example")
    with pytest.raises(Refused):
        follow(case, by=make_staff(email="staff@luminatech.example"))


def test_who_tries_too_often_waits():
    case, bob = complained(), make_subject("bob@example.org")
    for _ in range(20):
        with pytest.raises(Refused, match=re.escape(NOT_YOURS)):
            follow(case, by=bob)

    with pytest.raises(Refused, match="Too many tries"):
        follow(case, by=bob)


def test_looking_changes_nothing():
    complained()
    before = ProvedIdentifier.objects.count()

    assert subject_client(CARA).get(PAGE).status_code == 200
    assert ProvedIdentifier.objects.count() == before


def test_complaint_is_called_one_wherever_its_sender_reads_of_it():
    case = complained()
    follow(case)
    client = subject_client(ProvedOwner.of(CARA))
    page = reverse("case", args=[case.reference])
    withdraw = reverse("case-withdraw", args=[case.reference])
    receipt = reverse("case-receipt", args=[case.reference])

    shown = client.get(page).content.decode().split("<main")[1]
    assert f"Complaint {case.reference}" in shown
    assert "Withdraw this complaint" in shown
    asks = client.get(withdraw).content.decode().split("<main")[1]
    assert f"Withdraw complaint {case.reference}?" in asks
    assert "You can complain again at any time" in asks
    assert client.get(receipt).url == page
    client.post(withdraw)
    after = client.get(page).content.decode().split("<main")[1]
    assert "You withdrew your complaint" in after
    letter = Letter.objects.get(case=case, kind=LetterKind.WITHDRAWN)
    assert letter.subject == f"You withdrew your complaint {case.reference}"
    assert "You can complain again at any time" in letter.body
    told = " ".join([shown, asks, after, letter.body, *_mails_of(case)])
    assert re.findall(r"[^.>]*\brequest\b[^.<]*", told) == []


def _mails_of(case):
    return Message.objects.filter(about=case.about).values_list("text", flat=True)
