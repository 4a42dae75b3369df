"""Whom a case writes to is one thing, what it is searched by another (ADR 18)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.subject_ref import subject_ref
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import authority, identifiers, thread, unanswered
from requests_app.actions.identifiers import begin_with_proved
from requests_app.grounds import AnswerGoesTo
from requests_app.models import AvoidedAddress, Case, Letter
from requests_app.states import EventKind, LetterKind
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, staff_client
from tests.factories.authority import (
    AGENT,
    client_of,
    filed_for,
    make_authority,
    make_verified,
)
from tests.factories.cases import RECEIVED_AT, make_case
from tests.factories.clock import again, ask, by_post, extend

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=1)
ANN = "ann@example.org"


def went_to(purpose: str) -> list[str]:
    return [one.recipient for one in Message.objects.filter(purpose=f"case-{purpose}")]


def set_aside(case: Case, value: str = ANN, kind: str = "email") -> AvoidedAddress:
    return authority.set_aside(
        case, kind=kind, value=value, said="She rang.", by=make_staff(), at=AT
    )


def test_a_letter_about_the_authority_goes_to_the_agent_and_to_nobody_else():
    case = make_case(ANN)
    make_authority(case)

    ask(case, Asked.AUTHORITY, at=AT)
    unanswered.chase(case, by=make_staff().actor, at=AT + timedelta(days=8))

    assert went_to("authority") == [AGENT]
    assert went_to("reminder") == [AGENT]
    page = client_of(ANN).get(reverse("case", args=[case.reference]))
    assert b"may you act for this person" not in page.content


def test_that_the_authority_never_came_is_told_to_the_agent():
    case = make_case(ANN)
    make_authority(case)
    ask(case, Asked.AUTHORITY, at=AT)

    late = AT + timedelta(days=40)
    unanswered.close(case, reason="Nothing came.", by=make_staff(), at=late)

    assert went_to("closure") == [AGENT]


@pytest.mark.parametrize("to", ["", AnswerGoesTo.PERSON])
def test_a_letter_of_the_person_never_goes_to_an_agent_nobody_chose(to):
    case = make_case(ANN)
    make_verified(case, to=to)

    extend(case, at=AT)
    ask(case, Asked.IDENTITY, at=AT)

    assert went_to("identity") == went_to("extension") == [ANN]
    assert not Letter.objects.filter(authority__isnull=False).exists()


def test_a_decider_may_choose_that_the_letters_go_to_the_agent():
    case = make_case(ANN)
    make_verified(case)

    ask(case, Asked.CLARIFICATION, at=AT)

    letter = Letter.objects.get(kind=LetterKind.CLARIFICATION)
    assert went_to("clarification") == [AGENT]
    assert letter.body.startswith("To Harris & Co, solicitors, who acts for Ann Other.")
    assert "/cases/" not in letter.body, "the person's page is not the agent's"


@pytest.mark.parametrize("end", ["revoked", "expired", "replaced", "not enough"])
def test_the_choice_ends_with_the_authority(end):
    case = make_case(ANN)
    last = AT.date() if end == "expired" else None
    one = make_verified(case, expires_on=last)
    match end:
        case "revoked":
            authority.revoke(one, reason="She rang.", by=make_staff(), at=AT)
        case "replaced":
            make_authority(case, agent="Other & Sons", agent_email="x@other.example")
        case "not enough":
            authority.judge(
                one, verified=False, reason="A forgery.", by=make_staff(), at=AT
            )

    ask(case, Asked.IDENTITY, at=AT + timedelta(days=2))

    assert went_to("identity") == [ANN]


def test_nobody_is_asked_for_an_authority_where_nobody_acts():
    case = filed_for(make_case(ANN))
    said = {"reason": "x", "needed": "y", "basis": ""}
    url = reverse("case-ask", args=[case.reference, "authority"])
    page = staff_client().post(url, said).content.decode()
    assert "Record first who acts for the person" in page

    one = make_authority(case)
    authority.revoke(one, reason="She rang.", by=make_staff(), at=AT)
    with pytest.raises(Refused, match="Record first who acts"):
        ask(case, Asked.AUTHORITY, at=AT)
    make_authority(case, agent_email="", agent_reach=" ")
    with pytest.raises(Refused, match="Record first how"):
        ask(case, Asked.AUTHORITY, at=AT)
    assert not Letter.objects.exists()


def test_what_is_written_to_the_person_in_the_thread_is_theirs_alone():
    case = make_case(ANN)
    make_verified(case)

    thread.answer(
        case,
        body="Hello.",
        token=uuid4(),
        by=make_staff(),
        at=AT,
    )

    assert went_to("message") == [ANN]


def test_an_agents_address_is_never_searched():
    case = make_case(ANN)
    make_verified(case)
    with pytest.raises(Refused, match="never searched"):
        identifiers.add(
            case, kind="email", value=AGENT.upper(), reason="x", by=make_staff(), at=AT
        )

    with transaction.atomic():
        begin_with_proved(case)

    assert [one.value for one in case.identifiers.all()] == [ANN]
    assert case.subjects() == [("email", ANN)]


def test_an_agents_address_is_no_proof_of_the_person():
    case = make_case(ANN)
    make_verified(case)
    agent = client_of(AGENT)

    for name in ("case", "case-receipt", "case-withdraw"):
        assert agent.get(reverse(name, args=[case.reference])).status_code == 404
    listed = agent.get(reverse("case-list")).content.decode()
    assert reverse("case", args=[case.reference]) not in listed
    with pytest.raises(Refused, match="the person’s"):
        make_authority(case, agent_email=f" {ANN.upper()}")


def test_nothing_goes_to_an_address_that_the_person_asked_us_not_to_use():
    case = make_case(ANN)
    case.submission.postal = "2 Low Street"
    case.submission.save(update_fields=["postal"])
    set_aside(case, "Ann@Example.org")

    ask(case, Asked.IDENTITY, at=AT)

    assert not Message.objects.filter(recipient_ref=subject_ref("email", ANN)).exists()
    sending = Letter.objects.get().sendings.get()
    assert sending.message is None, "it goes by post"
    page = client_of(ANN).get(reverse("case", args=[case.reference]))
    assert page.status_code == 404, "somebody else may read there"
    event = case.events.get(kind=EventKind.ADDRESS_SET_ASIDE)
    assert ANN not in str(event.facts)
    assert case.subjects() == [("email", ANN)], "it is searched for as before"


def test_a_postal_address_may_be_set_aside_and_then_nobody_can_be_reached():
    case = by_post(make_case(ANN))
    make_authority(case)
    set_aside(case, " 1 high  STREET", kind="postal")

    with pytest.raises(Refused, match="no address here that may be used"):
        ask(case, Asked.IDENTITY, at=AT)


def test_what_came_back_is_not_sent_again_to_who_acts_no_more():
    case = make_case(ANN)
    one = make_verified(case)
    ask(case, Asked.IDENTITY, at=AT)
    letter = Letter.objects.get()
    letter.sendings.update(state="returned", settled_at=AT)
    staff, url = (
        staff_client(),
        reverse("letter-again", args=[case.reference, letter.pk]),
    )

    authority.choose_recipient(
        one, to=AnswerGoesTo.PERSON, reason="It is hers.", by=make_staff(), at=AT
    )

    assert "does not act for the person any more" in staff.post(url).content.decode()
    assert went_to("identity") == [AGENT]


def test_staff_read_who_is_written_to_and_note_what_is_not_to_be_used():
    case = make_case(ANN)
    make_verified(case)
    staff, url = (
        staff_client(Role.DCO),
        reverse("case-set-aside", args=[case.reference]),
    )
    said = {"kind": "email", "value": ANN, "said": "Her husband reads there."}

    assert staff.post(url, {**said, "value": "no address"}).status_code == 422
    assert staff.post(url, {**said, "said": " "}).status_code == 422
    assert staff.post(url, said).status_code == 302
    assert "noted already" in staff.post(url, said).content.decode()

    page = staff.get(reverse("staff-case", args=[case.reference])).content.decode()
    assert "No address that may be used" in page
    assert "The answer and the letters go to whoever acts." in page
    assert "Her husband reads there." in page
    auditor = make_staff(Role.AUDITOR)
    with pytest.raises(Refused, match="people who work cases"):
        authority.set_aside(
            again(case), kind="email", value="b@b.example", said="x", by=auditor, at=AT
        )


@pytest.mark.parametrize(
    ("name", "fields"), [("avoided_kind_known", {"kind": "carrier pigeon"})]
)
def test_the_database_holds_what_is_not_to_be_used(name, fields):
    set_aside(make_case(ANN))

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        AvoidedAddress.objects.update(**fields)


def test_a_message_of_an_agent_says_whose():
    case = make_case(ANN)
    message = thread.write_to_us(
        case,
        body="Hello.",
        token=uuid4(),
        by=make_staff(),
        at=AT,
    )
    rule = "message_of_an_agent_has_its_authority"

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        type(message).objects.update(sender="agent")
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        type(message).objects.update(authority=make_authority(case))
