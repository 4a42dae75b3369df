"""What was taken in unread may be a complaint, or ask for nothing (C3, C38)."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import (
    complaint,
    contact_preference,
    identifiers,
    reading,
    unanswered,
)
from requests_app.models import Case, Letter
from requests_app.policies.complaint import may_work_complaint
from requests_app.queries.subject import story_of
from requests_app.states import CaseStatus, LetterKind, Right
from retention.models import Hold
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.factories.authority import make_authority
from tests.factories.cases import CCTV, CRM, make_revision
from tests.factories.clock import again
from tests.requests_app.test_not_yet_read import (
    ANN,
    AT,
    WORDS,
    live,
    read,
    said,
    taken_in,
)

pytestmark = pytest.mark.django_db
WHY = "It is an advertisement of a printing firm."


@pytest.fixture(autouse=True)
def revision():
    """Put a register in force: a case pins it."""
    return make_revision([CRM, CCTV])


def close(case: Case, *, reason=WHY, role=Role.DCO) -> bool:
    by = make_staff(role)
    return reading.say_it_asks_nothing(case, reason=reason, by=by, at=AT)


def page_of(case: Case) -> str:
    return reverse("case-read", args=[case.reference])


def test_it_goes_on_as_a_complaint_with_its_receipt_and_is_acknowledged():
    case = taken_in()

    [complaint] = read(case, Right.COMPLAINT)

    assert (complaint.pk, again(complaint).right) == (case.pk, Right.COMPLAINT)
    assert again(complaint).status == CaseStatus.RECEIVED
    assert may_work_complaint(again(complaint), make_staff())
    letter = Letter.objects.get(case=case)
    assert letter.kind == LetterKind.COMPLAINT_ACKNOWLEDGEMENT
    mail = Message.objects.exclude(purpose="case-acknowledgement").get()
    assert mail.recipient == ANN
    assert "reached us on Monday 2 November 2026" in mail.text
    # Nothing need be held for a complaint.
    assert live() == []


def test_complaint_of_who_named_no_way_to_be_reached_is_acknowledged_once_one_is():
    case, by = envelope(), make_staff()
    client = staff_client(Role.DCO)

    read(case, Right.COMPLAINT)

    assert not Letter.objects.exists()
    page = unescape(
        client.get(reverse("staff-case", args=[case.reference])).content.decode()
    )
    assert "Find out how they are reached" in page
    assert "Nobody can be told" in page
    with pytest.raises(Refused, match="Nobody can be told"):
        complaint.acknowledge(again(case), by=by, at=AT)

    contact_preference.change(
        again(case), reach="post", postal="1 High Street", reason="x", by=by, at=AT
    )
    complaint.acknowledge(again(case), by=by, at=AT)
    assert Letter.objects.get().kind == LetterKind.COMPLAINT_ACKNOWLEDGEMENT


def test_what_asks_and_complains_becomes_a_case_of_either():
    erasure, complaint = read(taken_in(), Right.COMPLAINT, Right.ERASURE)

    assert [erasure.right, complaint.right] == [Right.ERASURE, Right.COMPLAINT]
    assert erasure.submission_id == complaint.submission_id
    assert again(complaint).status == CaseStatus.RECEIVED
    assert again(erasure).due_on == date(2026, 12, 2)
    assert Letter.objects.get(case=complaint).kind == "complaint_acknowledgement"


def test_complaint_of_who_acts_for_another_has_its_own_page():
    case = taken_in()
    make_authority(case, at=AT)

    with pytest.raises(Refused, match="take the complaint in on its own page"):
        read(case, Right.COMPLAINT)


def test_what_asks_for_nothing_is_closed_and_the_person_reads_why():
    case = taken_in()

    close(case)

    assert again(case).status == CaseStatus.NO_REPLY
    letter = Letter.objects.get(case=case)
    assert letter.kind == LetterKind.CLOSURE
    assert WHY in letter.body
    assert "Have we misread you?" in letter.body
    assert "You can complain to us" in letter.body
    assert live() == []
    assert Hold.objects.get().released_because == "It was read, and asks for nothing."
    told = [one.title for one in story_of(again(case))]
    assert "We closed your request: we read it as asking for nothing" in told
    reference = case.reference
    theirs = subject_client(ANN).get(reverse("case", args=[reference]))
    ours = staff_client().get(reverse("staff-case", args=[reference]))
    assert "Closed: we read it as asking for nothing" in theirs.content.decode()
    assert "Closed until you answer" not in theirs.content.decode()
    assert ">Asks for nothing<" in ours.content.decode()
    assert "No reply" not in ours.content.decode()


def test_what_was_misread_is_taken_up_again_with_its_first_day():
    case = taken_in()
    close(case)

    unanswered.take_up_again(
        again(case), reason="She asks for a copy.", by=make_staff(), at=AT
    )

    assert again(case).status == CaseStatus.RECEIVED
    assert again(case).due_on == date(2026, 12, 2)
    [known] = read(again(case), Right.ACCESS)
    assert known.right == Right.ACCESS


@pytest.mark.parametrize(
    ("phone", "letters", "said"),
    [("+441442500890", 1, "asks for nothing"), ("", 0, "Nobody can be told")],
)
def test_who_has_a_telephone_alone_is_read_the_letter(phone, letters, said):
    case, client = taken_in(), staff_client(Role.DCO)
    case.submission.address, case.submission.phone = "", phone
    case.submission.save()

    done = client.post(
        page_of(case), {"rights": ["nothing"], "why_nothing": WHY}, follow=True
    )

    assert said in done.content.decode()
    assert again(case).status == CaseStatus.NO_REPLY
    assert Letter.objects.filter(kind=LetterKind.CLOSURE).count() == letters


@pytest.mark.parametrize(
    ("role", "reason", "why"),
    [
        (Role.AUDITOR, WHY, "for a decider"),
        (Role.DCO, " ", "The person will read this"),
    ],
)
def test_it_is_closed_by_a_decider_with_a_reason(role, reason, why):
    case = taken_in()

    with pytest.raises(Refused, match=why):
        close(case, role=role, reason=reason)

    assert again(case).is_open


def test_what_is_known_to_ask_for_something_is_not_closed_so():
    [known] = read(taken_in(), Right.ERASURE)

    with pytest.raises(Refused, match="It is known what this request asks for"):
        close(again(known))


def test_page_shows_what_was_noted_and_closes_it():
    case, client = taken_in(), staff_client(Role.DCO)

    page = unescape(client.get(page_of(case)).content.decode())
    assert WORDS in page
    assert "It is a complaint" in page

    done = client.post(page_of(case), {"rights": ["nothing"], "why_nothing": WHY})
    assert done.status_code == 302
    shown = unescape(client.get(done.url).content.decode())
    assert "Closed: it asks for nothing" in shown


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"rights": ["nothing", "access"]}, "or that it asks for nothing"),
        ({"rights": ["nothing"], "reason": "x"}, "The person will read this."),
        ({"rights": ["complaint"], "why_nothing": "x"}, "in which words they ask"),
    ],
)
def test_page_says_what_is_missing(said, why):
    case = taken_in()

    page = staff_client(Role.DCO).post(page_of(case), said)

    assert page.status_code == 422
    assert why in unescape(page.content.decode())
    assert again(case).right == Right.NOT_YET_KNOWN


# --- An envelope ----------------------------------------------------------------------


def envelope(**more) -> Case:
    """Take in what nobody has opened: how and when it came, and what stands on it."""
    nothing = {"name": "", "email": "", "words": "", "known": "", "known_by": ""}
    done = staff_client().post(reverse("case-take-in"), said(**{**nothing, **more}))
    assert done.status_code == 302, done.content.decode()
    return Case.objects.get()


def test_envelope_is_taken_in_with_what_stands_on_it_and_nobody_is_known():
    case = envelope(postal="14 Orchard Close\nHemel Hempstead")

    assert (case.right, case.status) == (Right.NOT_YET_KNOWN, CaseStatus.RECEIVED)
    assert case.due_on is not None
    assert not case.proved.really_proved().exists()
    assert Letter.objects.get(case=case).kind == LetterKind.ACKNOWLEDGEMENT


def test_envelope_that_names_nobody_runs_and_is_read_once_somebody_is_named():
    case = envelope()
    assert case.status == CaseStatus.RECEIVED
    assert not Letter.objects.exists()
    client = staff_client()
    assert client.get(reverse("staff-case", args=[case.reference])).status_code == 200
    assert case.reference in client.get(reverse("case-queue")).content.decode()
    with pytest.raises(Refused, match="Nothing is noted by which the person is known"):
        read(case, Right.OBJECTION_DIRECT_MARKETING)

    identifiers.add(
        case, kind="email", value=ANN, reason="Inside.", by=make_staff(), at=AT
    )
    [stop] = read(again(case), Right.OBJECTION_DIRECT_MARKETING)

    assert stop.events.filter(kind="stopped_at_once").exists()
