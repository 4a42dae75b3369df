"""The pages of who acts for somebody else: what an agent sees, and what never (D9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import authority, subject, thread
from requests_app.grounds import AnswerGoesTo, Party
from requests_app.models import Download, Package
from requests_app.policies.answer import may_download
from requests_app.timekeeping import Asked
from tests.factories.accounts import (
    make_staff,
    make_subject,
    staff_client,
)
from tests.factories.authority import AGENT, client_of, make_authority, make_verified
from tests.factories.cases import RECEIVED_AT, make_case
from tests.factories.clock import ask
from tests.requests_app.test_two_persons import make_built, release

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = RECEIVED_AT + timedelta(days=1)
ANN = "ann@example.org"
PDF = b"%PDF-1.7\n"


def page(address: str, case, name: str = "acting-case", *more: str):
    url = reverse(name, args=[case.reference, *more])
    return client_of(address).get(url)


def answer(case, **fields) -> dict[str, Any]:
    return {"body": "Hello.", "token": uuid4(), "by": make_staff(), "at": AT, **fields}


@pytest.fixture
def package() -> Package:
    """Give an answer to download that is released to the agent."""
    built = make_built(make_staff())
    make_verified(built.case)
    release(built, make_staff(Role.REVIEWER))
    return Package.objects.get(pk=built.pk)


def test_before_it_is_verified_the_agent_sees_nothing_of_the_case():
    case = make_case(ANN)
    ask(case, Asked.IDENTITY, at=AT)
    thread.answer(case, **answer(case, body="Your shoe size is 38."))
    make_authority(case)

    shown = page(AGENT, case).content.decode()

    assert "nor whether we hold anything" in shown
    for hidden in ("shoe size", "call to the number", "Received</", ANN, "2 December"):
        assert hidden not in shown, hidden


@pytest.mark.parametrize(
    "end", ["revoked", "replaced", "another address", "a stranger", "the person"]
)
def test_who_does_not_act_finds_no_page(end):
    case = make_case(ANN)
    one, address = make_verified(case), AGENT
    match end:
        case "revoked":
            authority.revoke(one, reason="x", by=make_staff(), at=AT)
        case "replaced":
            make_verified(case, agent_email="new@other.example")
        case "another address":
            address = "jo@harris.example"
        case "the person":
            address = ANN
        case _:
            address = "stranger@example.org"

    for name in ("acting-case", "acting-receipt"):
        assert page(address, case, name).status_code == 404
    write = reverse("acting-write", args=[case.reference])
    said = {"body": "Let me in.", "token": str(uuid4())}
    assert client_of(address).post(write, said).status_code == 404
    assert not case.messages.exists()


def test_what_an_agent_shows_is_kept_with_every_case_it_was_sent_for():
    case = make_case(ANN)
    sibling = make_case("sibling@example.org")
    sibling.submission = case.submission
    sibling.save(update_fields=["submission"])
    for one in (case, sibling):
        make_authority(one)
    said = {
        "body": "Our authority.",
        "token": str(uuid4()),
        "together": "yes",
        "files": SimpleUploadedFile("authority.pdf", PDF + b"signed"),
    }
    agent, url = client_of(AGENT), reverse("acting-write", args=[case.reference])

    assert agent.post(url, said).status_code == 302
    said["files"] = SimpleUploadedFile("authority.pdf", PDF + b"signed")
    assert agent.post(url, said).status_code == 302, "the same form is one message"

    for one in (case, sibling):
        message = one.messages.get()
        assert (message.sender, message.files.count()) == ("agent", 1)
        assert message.authority == one.authorities.get()
    assert (
        b"Our authority."
        not in client_of(ANN).get(reverse("case", args=[case.reference])).content
    )
    shown = staff_client(Role.DCO).get(reverse("staff-case", args=[case.reference]))
    assert "Harris &amp; Co, solicitors, who acts for the person" in (
        shown.content.decode()
    )
    bad = {**said, "token": str(uuid4())}
    bad["files"] = SimpleUploadedFile("virus.pdf", b"MZ\x90\x00")
    assert agent.post(url, bad).status_code == 422


def test_two_threads_stay_apart_and_a_new_agent_reads_nothing_of_the_old():
    case = make_case(ANN)
    make_verified(case)
    thread.answer(case, **answer(case, body="To the agent.", to=Party.AGENT))
    thread.answer(case, **answer(case, body="To Ann."))

    agents, own = page(AGENT, case), page(ANN, case, "case")
    assert b"To the agent." in agents.content
    assert b"To Ann." not in agents.content
    assert b"To Ann." in own.content
    assert b"To the agent." not in own.content
    client_of(AGENT).post(reverse("acting-seen", args=[case.reference]))
    seen = {one.authority is None: one.seen_at for one in case.messages.all()}
    assert seen[False] is not None
    assert seen[True] is None, "the person has not read theirs"

    make_verified(case, agent_email="new@other.example")
    assert b"To the agent." not in page("new@other.example", case).content


def test_nobody_who_does_not_act_is_written_to_as_agent():
    case = make_case(ANN)
    with pytest.raises(Refused, match="Nobody acts"):
        thread.answer(case, **answer(case, to=Party.AGENT))
    make_authority(case, agent_email="")
    with pytest.raises(Refused, match="write them a letter"):
        thread.answer(case, **answer(case, to=Party.AGENT))


def test_the_answer_is_fetched_by_whom_the_decider_chose_and_nobody_else(package):
    case, acting = package.case, package.case.authorities.get()
    at = package.released_at
    own = client_of(case.submission.address)

    told = Message.objects.get(purpose="case-answer-ready")
    assert told.recipient == AGENT
    assert reverse("acting-case", args=[case.reference]) in told.text
    assert may_download(package, at=at, acting=acting)
    assert not may_download(package, at=at)
    assert "It went to Harris &amp; Co" in (
        own.get(reverse("case", args=[case.reference])).content.decode()
    )
    place = reverse("package-download", args=[case.reference, package.reference])
    assert own.get(place).status_code == 410

    authority.choose_recipient(
        acting, to=AnswerGoesTo.PERSON, reason="She asks.", by=make_staff(), at=at
    )
    acting.refresh_from_db()
    assert may_download(package, at=at)
    assert not may_download(package, at=at, acting=acting)


@pytest.mark.parametrize("end", ["revoked", "expired", "chosen anew"])
def test_the_door_closes_at_once_with_the_authority(package, end):
    acting, at, by = package.case.authorities.get(), package.released_at, make_staff()
    agent = make_subject(AGENT)
    row = subject.start_download(package, by=agent, at=at, acting=acting)
    assert subject.count_bytes(row, 1, by=agent, at=at, acting=acting)
    match end:
        case "revoked":
            authority.revoke(acting, reason="x", by=by, at=at)
        case "expired":
            at += timedelta(days=2)
            type(acting).objects.update(expires_on=at.date() - timedelta(days=1))
        case _:
            authority.choose_recipient(
                acting, to=AnswerGoesTo.PERSON, reason="x", by=by, at=at
            )

    goes_on = subject.count_bytes(row, 1, by=agent, at=at, acting=acting)
    assert not goes_on, "a running one stops"
    with pytest.raises(Refused, match="not for you, or not any more"):
        subject.start_download(package, by=agent, at=at, acting=acting)
    assert Download.objects.count() == 1


def test_an_agent_steps_up_with_a_code_to_fetch(package):
    type(package).objects.update(expires_at=timezone.now() + timedelta(days=9))
    url = reverse("acting-download", args=[package.case.reference, package.reference])
    agent = client_of(AGENT)

    assert agent.get(url).status_code == 200
    assert not Download.objects.exists()
    stranger = client_of("stranger@example.org")
    assert stranger.get(url).status_code == 404
    assert b"Send me a code" in agent.post(url, {"fetch": "1"}).content
    assert not Download.objects.exists(), "no code, no file"
