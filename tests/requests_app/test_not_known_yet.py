"""Who wrote may be unknown when it is taken in: then nothing counts as proved (D2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse

from outbox.models import Message
from requests_app.actions import casework, intake
from requests_app.actions.letters import page_of
from requests_app.identity import Level
from requests_app.models import Case
from requests_app.policies import check
from requests_app.queries.addresses import person_of
from requests_app.queries.subject import cases_for, story_of
from requests_app.states import (
    PROVED_LEVEL,
    CaseStatus,
    Channel,
    CheckMethod,
    Right,
    WhoAsks,
)
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, make_subject, staff_client
from tests.factories.cases import register_in_force
from tests.factories.clock import again, ask
from tests.requests_app.test_views_intake import take_in as send

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = datetime(2026, 11, 2, 10, tzinfo=UTC)
ANN = "ann@example.org"


@pytest.fixture(autouse=True)
def register():
    """Put the real register in force."""
    register_in_force()


def taken_in(right=Right.ACCESS, *, known_by="", **answers) -> Case:
    return intake.take_in(
        intake.Filing(
            "Ann Other", email=ANN, phone="+441442500890", rights=(right,), **answers
        ),
        channel=Channel.POST,
        received_at=AT - timedelta(days=1),
        who=WhoAsks.KNOWN if known_by else WhoAsks.NOT_YET_KNOWN,
        known_by=known_by,
        key=uuid4(),
        by=make_staff(),
        at=AT,
    ).cases.get()


@pytest.mark.parametrize(
    "right", [Right.ACCESS, Right.ERASURE, Right.OBJECTION, Right.RESTRICTION]
)
def test_nothing_is_shown_and_nothing_enough_before_a_check(right):
    case = taken_in(right)

    assert case.status == CaseStatus.RECEIVED
    assert {known.kind for known in case.proved.all()} == {"email", "phone"}
    assert not case.proved.really_proved().exists()
    before = check.standing_of(case)
    assert (before.shown, bool(before.verdict)) == (Level.NONE, False)

    casework.record_check(
        case,
        method=CheckMethod.CALL_BACK,
        passed=True,
        reason="Called the number on file.",
        by=make_staff(),
        at=AT,
    )

    after = check.standing_of(again(case))
    assert (after.shown, bool(after.verdict)) == (Level.DOCUMENT, True)


def test_who_they_are_can_be_asked():
    case = taken_in()

    ask(case, Asked.IDENTITY, at=AT)

    assert again(case).clock_state == "not_started"
    letter = Message.objects.exclude(purpose="case-acknowledgement").get()
    assert "a call to the number on file" in letter.text
    assert reverse("case", args=[case.reference]) not in letter.text


def test_no_page_opens_and_the_mail_promises_none():
    case = taken_in()

    assert not cases_for(make_subject(ANN)).exists()
    mail = Message.objects.get(purpose="case-acknowledgement")
    assert "Follow it" not in mail.text
    assert f"Reference: {case.reference}" in mail.text
    assert "A colleague noted how we know who you are" not in {
        one.title for one in story_of(case)
    }


def test_letters_promise_a_page_only_to_the_mailbox_to_which_it_opens():
    case, ann = taken_in(), make_subject(ANN)
    # Of a number nobody reads a page: the mailbox beside it is not proved by it.
    case.proved.filter(kind="phone").update(level=PROVED_LEVEL)
    assert not cases_for(ann).exists()
    assert page_of(again(case), person_of(case)) == ""

    case.proved.filter(kind="email").update(level=PROVED_LEVEL)

    assert cases_for(ann).exists()
    page = reverse("case", args=[case.reference])
    assert page_of(again(case), person_of(case)).endswith(page)


def test_word_of_somebody_unknown_restricts_no_use():
    named = {"answers": {"objection": {"uses": ["surveys"]}}}

    stranger = taken_in(Right.OBJECTION, **named)
    known = taken_in(Right.OBJECTION, known_by="On file.", **named)

    assert not stranger.events.filter(kind="use_restricted").exists()
    assert known.events.filter(kind="use_restricted").exists()


def test_staff_say_that_they_do_not_know_and_the_case_page_says_so():
    client = staff_client()

    done = send(client, known="not_known", known_by="")

    assert done.status_code == 302
    page = unescape(client.get(done.url).content.decode())
    assert "Taken in: nothing shows yet who asks" in page
    assert "Said how we know who it is" not in page
    assert "known to staff" not in page
    assert not Case.objects.get().proved.really_proved().exists()
    assert client.get(reverse("case-queue")).status_code == 200


@pytest.mark.parametrize("known", ["not_known", ""])
def test_words_beside_not_knowing_are_no_proof(known):
    page = send(staff_client(), known=known, known_by="We do not know")

    assert page.status_code == 422
    assert "Leave this out, or say that we know them." in page.content.decode()
    assert not Case.objects.exists()
