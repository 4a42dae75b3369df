"""Somebody files online for somebody else (decision D9)."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.subject_ref import subject_ref
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import authority, intake, tray
from requests_app.models import AvoidedAddress, Case, ProvedIdentifier, Submission
from requests_app.states import CaseStatus, EventKind, Right
from tests.factories.accounts import make_staff, staff_client
from tests.factories.authority import client_of
from tests.factories.cases import RECEIVED_AT, make_case, register_in_force
from tests.requests_app.test_filing_rights import code, errors, send, walk
from tests.requests_app.test_intake import covered

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AGENT = "post@harris.example"
ANN = "ann@example.org"
WORK = "ann@work.example"
SHARED = "home@example.org"
FOR_ANN = {
    "about": {"about": "other"},
    "person": {
        "person": "Ann Other",
        "known_emails": f"{WORK}\r\n{SHARED}",
        "known_phones": "01442 500890",
        "known_postal": "",
    },
    "theirs": {
        "person_email": ANN,
        "person_postal": "",
        "avoid_emails": SHARED,
        "avoid_postal": "",
    },
    "evidence": {"evidence": "solicitor", "covers": "A copy of all her data."},
    "agent": {"agent": "Jo Harris, Harris & Co", "agent_reach": "1 Fore Street"},
    "reach": {"email": AGENT, "phone": ""},
}


@pytest.fixture(autouse=True)
def register():
    register_in_force()


def filed(client, *rights: Right, **changed) -> list[Case]:
    """File for Ann as her solicitor, and prove the solicitor's address."""
    walk(client, *(rights or (Right.ACCESS,)), **{**FOR_ANN, **changed})
    assert send(client).url == reverse("ask-code")
    response = client.post(reverse("ask-code"), {"code": code()})
    assert response.status_code == 302
    return list(Case.objects.order_by("pk"))


def test_agent_is_asked_who_the_person_is_and_proves_their_own_address(client):
    asked = walk(client, Right.ACCESS, **FOR_ANN)
    assert asked[:2] == ["what", "about"]
    whose = ["person", "theirs", "evidence", "agent"]
    assert asked[-7:] == [*whose, "reach", "how", "adjust"]
    page = client.get(reverse("ask-check")).content.decode()
    assert "Not to be used: e-mail addresses" in page
    send(client)
    own = Message.objects.exclude(purpose="owner-task")  # of what is kept at once
    assert [one.recipient for one in own] == [AGENT]

    receipt = client.post(reverse("ask-code"), {"code": code()}, follow=True)

    case = Case.objects.get()
    assert receipt.redirect_chain[-1][0] == reverse(
        "acting-receipt", args=[case.reference]
    )
    assert case.status == CaseStatus.RECEIVED
    assert str(case.due_on), "the month runs from the sending"
    one = case.authorities.get()
    assert (one.agent, one.agent_email) == ("Jo Harris, Harris & Co", AGENT)
    assert (one.acts_for, one.evidence, one.verified) == (
        "Ann Other",
        "solicitor",
        None,
    )


def test_what_is_searched_is_the_persons_and_proves_nobody(client):
    [case] = filed(client)

    known = {(one.kind, one.value, one.level) for one in case.proved.all()}
    assert known == {
        ("email", WORK, 0),
        ("email", SHARED, 0),
        ("phone", "+441442500890", 0),
    }
    agents = subject_ref("email", AGENT)
    assert not ProvedIdentifier.objects.filter(ref=agents).exists()
    assert case.submission.address_ref != agents
    held = {value for _, value in covered(case)}
    assert AGENT not in held
    assert WORK in held
    said = Message.objects.get(purpose="case-acknowledgement")
    assert said.recipient == AGENT
    assert reverse("acting-case", args=[case.reference]) in said.text
    assert not Message.objects.filter(recipient=ANN).exists()


def test_who_only_is_searched_for_finds_nothing_and_who_is_written_to_does(client):
    [case] = filed(client)
    url = reverse("case", args=[case.reference])

    assert client_of(WORK).get(url).status_code == 404
    assert client_of(SHARED).get(url).status_code == 404
    assert client_of(AGENT).get(url).status_code == 404
    page = client_of(ANN).get(url)
    assert b"They do not act for me" in page.content
    assert b"Somebody who acts for you asked us" in page.content
    assert b"Your address was proved" not in page.content
    shown = staff_client(Role.DCO).get(reverse("staff-case", args=[case.reference]))
    assert "Whoever acts for the person" in shown.content.decode()


def test_nothing_is_anybodys_before_the_agent_proves_their_address(client):
    walk(client, Right.ACCESS, **FOR_ANN)
    send(client)
    case = Case.objects.get()

    for address in (ANN, WORK, SHARED):
        page = client_of(address).get(reverse("case-list"))
        assert case.reference not in page.content.decode()
    with pytest.raises(Refused, match="changed in the meantime"):
        intake.prove(case.submission, address=ANN, by=make_staff(), at=RECEIVED_AT)
    listed = client_of(AGENT).get(reverse("case-list")).content.decode()
    assert "Did you send this request?" in listed
    tray.prove_waiting(case, by=make_staff(), at=case.submission.received_at)
    assert Case.objects.get().status == CaseStatus.RECEIVED
    assert not ProvedIdentifier.objects.filter(level__gt=0).exists()


def test_the_same_page_comes_whether_anybody_is_known_or_not():
    make_case(WORK)
    shown = []
    for email in (WORK, "nobody@nowhere.example"):
        browser = Client()
        person = {**FOR_ANN["person"], "known_emails": email}
        walk(browser, Right.ACCESS, **{**FOR_ANN, "person": person})
        page = browser.get(send(browser).url).content.decode()
        shown.append(re.sub(r'value="[^"]*"|<time.*?</time>|nonce="[^"]*"', "", page))

    assert "Now prove your address" in shown[0]
    assert shown[0] == shown[1]


def test_agents_own_address_is_refused_as_the_persons(client):
    mine = {**FOR_ANN["person"], "known_emails": AGENT.upper()}
    walk(client, Right.ACCESS, **{**FOR_ANN, "person": mine})

    refused = send(client)

    assert "what is yours is never searched" in refused.content.decode()
    assert not Submission.objects.exists()


def test_agent_is_never_written_to_as_the_person(client):
    """Or the firm would have the person's page by signing in with its own address."""
    theirs = {**FOR_ANN["theirs"], "person_email": AGENT.title()}
    walk(client, Right.ACCESS, **{**FOR_ANN, "theirs": theirs})

    assert "your own address as the person" in send(client).content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("slug", "said", "error"),
    [
        (
            "person",
            {"person": "Ann", "known_emails": " "},
            "Write at least one thing by which we can find them.",
        ),
        (
            "person",
            {"person": "Ann", "known_emails": "ann at home"},
            "“ann at home” is no e-mail address. Write it like name@example.org.",
        ),
        (
            "theirs",
            {"person_email": SHARED, "avoid_emails": SHARED.upper()},
            "You wrote that this must not be used.",
        ),
        ("evidence", {"covers": "All"}, "Choose what shows that you may act."),
    ],
)
def test_what_is_missing_is_asked_again(client, slug, said, error):
    walk(client, Right.ACCESS, **FOR_ANN)

    response = client.post(reverse("ask-question", args=[slug]), said)

    assert response.status_code == 422
    assert errors(response) == [error]


def test_an_address_not_to_be_used_is_never_written_to_nor_a_door(client):
    to = {**FOR_ANN["theirs"], "person_email": ANN, "avoid_emails": SHARED}
    [case] = filed(client, theirs=to)
    assert AvoidedAddress.objects.get().value == SHARED
    authority.set_aside(
        case, kind="email", value=ANN, said="She rang.", by=make_staff(), at=RECEIVED_AT
    )

    page = client_of(ANN).get(reverse("case", args=[case.reference]))

    assert page.status_code == 404


def test_a_mistyped_address_of_the_agent_is_theirs_alone_to_correct(client):
    walk(client, Right.ACCESS, **FOR_ANN)
    send(client)
    case = Case.objects.get()
    before = covered(case)
    url = reverse("ask-code-again")

    assert b"never searched" in client.post(url, {"email": WORK}).content
    assert b"your own address as" in client.post(url, {"email": ANN}).content
    client.post(url, {"email": "jo@harris.example"})

    case = Case.objects.get()
    assert case.submission.agent_address == "jo@harris.example"
    assert case.submission.address == ANN
    assert case.authorities.get().agent_email == "jo@harris.example"
    assert covered(case) == before
    response = client.post(reverse("ask-code"), {"code": code()})
    assert response.status_code == 302


def test_stopping_marketing_needs_no_authority_and_the_rest_does(client):
    stop = Right.OBJECTION_DIRECT_MARKETING
    cases = {case.right: case for case in filed(client, Right.ERASURE, stop)}

    assert cases[stop].events.filter(kind=EventKind.STOPPED_AT_ONCE).exists()
    assert not cases[stop].authorities.exists()
    assert cases[Right.ERASURE].authorities.count() == 1


def test_an_objection_restricts_nothing_until_the_authority_is_verified(client):
    [case] = filed(client, Right.OBJECTION)
    assert not case.events.filter(kind=EventKind.USE_RESTRICTED).exists()
    at = case.submission.received_at

    authority.judge(
        case.authorities.get(), verified=True, reason="x", by=make_staff(), at=at
    )

    assert case.events.filter(kind=EventKind.USE_RESTRICTED).exists()


def test_who_asks_about_the_dead_reads_what_the_law_says(client):
    walk(client, Right.ACCESS)
    place = reverse("ask-question", args=["about"])

    response = client.post(place, {"about": "died"})

    assert response.url == reverse("ask-died")
    assert b"protects living people" in client.get(response.url).content


TAKEN = {
    "token": "0f0e2f9a-0f53-4f0c-9d2a-6f8b7c0f0a11",
    "channel": "post",
    "received_on_day": "2",
    "received_on_month": "11",
    "received_on_year": "2026",
    "rights": ["access"],
    "shown": ["scope", "sighting"],
    "name": "Ann Other",
    "email": WORK,
    "how": "print",
    "postal": "2 Low Street",
    "known": "known",
    "known_by": "Her firm wrote on its paper.",
    "acts": "agent",
    "agent": "Harris & Co",
    "agent_reach": "1 Fore Street",
    "evidence": "signed",
    "covers": "All.",
    "person_postal": "9 Safe Lane",
    "avoid_postal": "2 Low Street",
}


def test_staff_take_in_a_letter_of_somebody_who_acts():
    staff, url = staff_client(Role.DCO), reverse("case-take-in")
    lacking = staff.post(url, {**TAKEN, "agent": "", "agent_reach": " "})
    assert errors(lacking) == ["Write who acts.", "Write how whoever acts is reached."]

    assert staff.post(url, TAKEN).status_code == 302

    case = Case.objects.get()
    assert case.status == CaseStatus.RECEIVED
    assert (case.submission.address, case.submission.postal) == ("", "9 Safe Lane")
    assert {(one.value, one.level) for one in case.proved.all()} == {
        (WORK, 0),
        ("2 low street", 0),
    }
    assert case.authorities.get().agent_reach == "1 Fore Street"
    assert AvoidedAddress.objects.get().kind == "postal"
    assert (
        client_of(WORK).get(reverse("case", args=[case.reference])).status_code == 404
    )
    own = {**TAKEN, "token": "0f0e2f9a-0f53-4f0c-9d2a-6f8b7c0f0a12"}
    refused = staff.post(url, {**own, "agent_email": WORK})
    assert "never searched" in refused.content.decode()
