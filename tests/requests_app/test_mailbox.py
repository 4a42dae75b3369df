"""Who has no mailbox left here proves another one, and staff join it (C40, D9)."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import (
    answer,
    authority,
    building,
    casework,
    decision,
    thread,
)
from requests_app.actions import mailbox as mailboxes
from requests_app.models import Case, Letter, Package
from requests_app.policies import answer as policies
from requests_app.policies import mailbox
from requests_app.policies.decision import may_deliver
from requests_app.queries.addresses import book_of, person_of
from requests_app.states import (
    CheckMethod,
    DeliveryForm,
    EventKind,
    LetterKind,
    Outcome,
    RevokedWhy,
    Right,
)
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, staff_client, subject_of
from tests.factories.authority import AGENT, make_authority
from tests.factories.cases import happen, make_case, make_revision
from tests.factories.clock import again, ask
from tests.requests_app.test_two_persons import make_built
from tests.requests_app.test_who_fetches import let_go

pytestmark = [pytest.mark.django_db, pytest.mark.long]
OTHER = "ann@another.example"
# Codes are typed in by the clock on the wall.
LOST = timezone.now() - timedelta(hours=1)
SAID = "She rang, and spelled it."


@pytest.fixture
def lost() -> Case:
    """Return a case whose answer went to the wrong person."""
    package = let_go(make_built(make_staff()))
    answer.revoke(
        package,
        reason="It was Mallory.",
        why=RevokedWhy.WRONG_PERSON,
        by=make_staff(Role.DCO),
        at=LOST,
    )
    return again(package.case)


def check(case: Case, *, at=None, **fields) -> None:
    said = {"method": CheckMethod.CALL_BACK, "passed": True, "reason": "Rang."}
    at = at or LOST + timedelta(minutes=1)
    casework.record_check(case, **{**said, **fields}, by=make_staff(), at=at)


def sign_in(address: str) -> Client:
    """Sign in as anybody does, with the code that is sent there."""
    client = Client()
    client.post(reverse("subject-sign-in"), {"address": address})
    mail = Message.objects.filter(purpose="sign-in-code").latest("pk")
    assert mail.recipient == address
    [code] = re.findall(r"\b\d{3} ?\d{3}\b", mail.text)
    client.post(reverse("subject-code"), {"code": code})
    return client


def join(case: Case, email: str = OTHER, *, by=None, reason: str = SAID):
    return mailboxes.join(
        case, email=email, reason=reason, by=by or make_staff(), at=timezone.now()
    )


def receives(case: Case, address: str) -> bool:
    user = subject_of(address)
    return bool(policies.may_receive(again(case), user, today=LOST.date()))


def test_proved_and_joined_mailbox_opens_the_case_and_receives(lost):
    client = sign_in(OTHER)
    page = reverse("case", args=[lost.reference])
    assert client.get(page).status_code == 404
    check(lost)

    join(lost)

    assert client.get(page).status_code == 200
    assert receives(lost, OTHER)
    assert not receives(lost, lost.submission.address)
    assert may_deliver(again(lost), DeliveryForm.DOWNLOAD)
    event = lost.events.latest("seq")
    assert (event.kind, event.text.body) == (EventKind.IDENTIFIER_ADDED, SAID)
    assert "You proved another address" in client.get(page).content.decode()
    shown = staff_client().get(reverse("staff-case", args=[lost.reference]))
    assert "Joined another mailbox of the person" in shown.content.decode()


def test_mailbox_that_nobody_proved_since_is_not_joined(lost):
    check(lost)
    with pytest.raises(Refused, match="Nobody has signed in with this address since"):
        join(lost)
    user = subject_of(OTHER)
    user.last_login = LOST - timedelta(minutes=1)
    user.save()
    with pytest.raises(Refused, match="Nobody has signed in with this address since"):
        join(lost)

    sign_in(OTHER)

    assert join(lost).value == OTHER


@pytest.mark.parametrize("wrong", ["none", "too early", "not passed"])
def test_who_asks_is_made_sure_of_again_first(lost, wrong):
    sign_in(OTHER)
    if wrong == "too early":
        check(lost, at=LOST - timedelta(minutes=1))
    if wrong == "not passed":
        check(lost, passed=False)

    with pytest.raises(Refused, match="Make sure first once more who asks"):
        join(lost)
    assert not receives(lost, OTHER)


def test_mailbox_is_not_the_wrong_one_an_agents_or_one_not_to_be_used(lost):
    check(lost)
    make_authority(lost, at=LOST + timedelta(minutes=1))
    authority.set_aside(
        lost,
        kind="email",
        value="home@another.example",
        said="She rang.",
        by=make_staff(),
        at=LOST,
    )
    for address, why in (
        (lost.submission.address.upper(), "went to the wrong person there"),
        (AGENT, "whoever acts for the person is written to"),
        ("Home@another.example", "asked us not to use"),
    ):
        sign_in(address.lower())
        with pytest.raises(Refused, match=why):
            join(lost, address)
    sign_in(OTHER)
    with pytest.raises(Refused, match="Write how the person told you"):
        join(lost, reason=" ")
    with pytest.raises(Refused, match="people who work cases"):
        join(lost, by=make_staff(Role.AUDITOR))


def test_who_has_a_mailbox_that_may_receive_gets_no_other():
    make_revision()
    for right in (Right.ACCESS, Right.COMPLAINT):
        case = make_case(right=right)
        assert not mailbox.may_open_joining(case, make_staff())
        with pytest.raises(Refused):
            join(case)


def test_answer_that_went_wrong_in_what_was_asked_together_counts_too(lost):
    make_revision()
    asked = make_case()
    Case.objects.filter(pk=asked.pk).update(submission=lost.submission_id)
    asked.proved.update(value=lost.submission.address)
    check(lost, at=LOST - timedelta(minutes=1))
    sign_in(OTHER)

    with pytest.raises(Refused, match="Make sure first once more who asks"):
        join(again(asked))
    check(lost)
    join(again(asked))
    assert receives(asked, OTHER)
    assert not receives(lost, OTHER)


def mailed(purpose: str) -> list[str]:
    """Return where the mails of ``purpose`` went, in turn."""
    sent = Message.objects.filter(purpose=f"case-{purpose}")
    return [one.recipient for one in sent.order_by("pk")]


def answered_again(case: Case) -> None:
    """Search and decide again for a download, and release it."""
    at = timezone.now()
    happen(case, EventKind.SEARCH_STARTED, EventKind.SEARCH_FINISHED, at=at)
    made = decision.decide(
        again(case),
        outcome=Outcome.GRANTED,
        words="",
        form=DeliveryForm.DOWNLOAD,
        open_until={},
        by=make_staff(),
        at=at,
    )
    package = building.claim(made.package.pk, at=at)
    building.build_package(package, now=lambda: at)
    package = Package.objects.get(pk=package.pk)
    answer.release(package, by=make_staff(Role.REVIEWER), at=at)


def test_letters_go_to_the_joined_mailbox_and_none_where_the_wrong_person_reads(lost):
    sign_in(OTHER)
    check(lost)
    join(lost)
    case, at = again(lost), timezone.now()

    ask(case, Asked.CLARIFICATION, at=at)
    thread.answer(case, body="Hello.", token=uuid4(), by=make_staff(), at=at)

    assert mailed("clarification") == mailed("message") == [OTHER]
    assert book_of(case, None, today=at.date()).person.email == OTHER


def test_answer_is_told_of_at_the_joined_mailbox_alone(lost):
    sign_in(OTHER)
    check(lost)
    join(lost)

    answered_again(lost)

    assert mailed("answer-ready") == [lost.submission.address, OTHER]
    assert receives(lost, OTHER)


def test_nothing_is_mailed_to_the_wrong_person_where_no_other_mailbox_is_joined(lost):
    before = Message.objects.count()

    ask(again(lost), Asked.CLARIFICATION, at=timezone.now())

    assert person_of(again(lost)).email == ""
    assert Message.objects.count() == before
    letter = Letter.objects.get(kind=LetterKind.CLARIFICATION)
    assert letter.sendings.get().message is None, "it goes by post"


def test_letters_go_to_the_joined_mailbox_once_the_other_is_not_to_be_used(lost):
    old = lost.submission.address
    authority.set_aside(
        lost, kind="email", value=old, said="She rang.", by=make_staff(), at=LOST
    )
    assert person_of(again(lost)).email == ""
    sign_in(OTHER)
    check(lost)

    join(lost)

    assert person_of(again(lost)).email == OTHER


def test_staff_join_it_on_a_page_that_says_what_comes_first(lost):
    client, url = staff_client(), reverse("case-mailbox", args=[lost.reference])
    assert "Make sure first once more who asks" in client.get(url).content.decode()
    sign_in(OTHER)
    check(lost)

    missing = client.post(url, {"email": "", "reason": ""})
    done = client.post(url, {"email": OTHER, "reason": SAID})

    assert missing.status_code == 422
    assert done.status_code == 302
    assert receives(lost, OTHER)
