"""Where there is doubt the person is asked, by a link that works once (D9, C11)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from outbox import actions as outbox
from outbox.models import Message
from requests_app.actions import authority, confirming, decision
from requests_app.models import Authority, AuthorityLink, Case
from requests_app.policies.authority import lets_decide
from requests_app.states import CaseStatus, DeliveryForm, EventKind, Outcome
from tests.factories.accounts import make_staff, staff_client
from tests.factories.authority import AGENT, client_of, make_authority, make_verified
from tests.factories.cases import make_case, make_reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ANN = "ann@example.org"
ON_FILE = "ann.other@file.example"
DOUBT = "The letter is not signed."


def for_another(case: Case) -> Case:
    """Let the case be one that an agent filed: nobody proved anything of the person."""
    type(case.submission).objects.filter(pk=case.submission_id).update(for_another=True)
    case.proved.update(level=0, proof="agent")
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def asked() -> Authority:
    case = for_another(make_case(ANN, received_at=timezone.now()))
    return make_authority(case, at=timezone.now())


def offer(one: Authority, **fields) -> AuthorityLink:
    said = {"email": ON_FILE, "reason": DOUBT, "by": make_staff(), "at": timezone.now()}
    return confirming.offer(one, **{**said, **fields})


def path() -> str:
    text = Message.objects.filter(purpose="case-authority-asked").latest("pk").text
    return re.search(r"(/acts-for-me/\S+/)", text)[1]


def revoked(one: Authority) -> bool:
    return Authority.objects.get(pk=one.pk).revoked_at is not None


def test_the_page_shows_who_asks_and_nothing_of_the_case_and_only_a_button_acts(asked):
    offer(asked)
    visitor, url = Client(), path()

    page = visitor.get(url)
    visitor.head(url)
    visitor.post(url, {"answer": "maybe"})

    shown = page.content.decode()
    assert "Does Harris &amp; Co, solicitors act for you?" in shown
    assert DOUBT in shown
    for hidden in (asked.case.reference, ANN, "Received"):
        assert hidden not in shown
    assert page["Cache-Control"] == "no-store, private"
    # The address is the secret: it goes to no other site with a click.
    assert page["Referrer-Policy"] == "same-origin"
    assert "A copy of your data" in shown
    assert AuthorityLink.objects.get().answered_at is None
    assert not revoked(asked)


def test_no_closes_off_the_agent_at_once_and_tells_staff(asked):
    offer(asked)
    url = path()
    assert (
        client_of(AGENT)
        .get(reverse("acting-case", args=[asked.case.reference]))
        .status_code
        == 200
    )

    said = Client().post(url, {"answer": "no"})

    assert "do not act for you" in said.content.decode()
    assert revoked(asked)
    assert (
        client_of(AGENT)
        .get(reverse("acting-case", args=[asked.case.reference]))
        .status_code
        == 404
    )
    kinds = list(asked.case.events.order_by("seq").values_list("kind", flat=True))
    assert kinds[-2:] == [EventKind.AUTHORITY_ANSWERED, EventKind.AUTHORITY_REVOKED]
    queue = staff_client(Role.DCO).get(reverse("case-queue")).content.decode()
    assert "The person ended an authority." in queue
    with pytest.raises(Refused, match="taken it back"):
        authority.judge(
            asked, verified=True, reason="x", by=make_staff(), at=timezone.now()
        )


def test_yes_is_one_more_thing_to_look_at_and_verifies_nothing(asked):
    offer(asked)

    Client().post(path(), {"answer": "yes"})

    one = Authority.objects.get(pk=asked.pk)
    assert (one.verified, one.revoked_at) == (None, None)
    assert not lets_decide(one.case)
    page = staff_client().get(reverse("staff-case", args=[one.case.reference]))
    assert "they say that it is so" in page.content.decode()
    # Who confirmed reads the case, and can end it at any time.
    own = client_of(ON_FILE)
    assert own.get(reverse("case", args=[one.case.reference])).status_code == 200
    own.post(reverse("case-authority-take-back", args=[one.case.reference]))
    assert revoked(asked)


def test_a_link_works_once_for_two_weeks_and_the_newest_alone(asked):
    now = timezone.now()
    offer(asked, at=now - timedelta(days=15))
    old = path()
    offer(asked, at=now - timedelta(days=1))
    replaced = path()
    offer(asked)
    newest = path()

    for gone in (old, replaced, "/acts-for-me/guessed/"):
        assert Client().get(gone).status_code == 410
        assert Client().post(gone, {"answer": "no"}).status_code == 410
    assert Client().post(newest, {"answer": "yes"}).status_code == 200
    assert Client().post(newest, {"answer": "no"}).status_code == 410, "used once"
    assert not revoked(asked)


def test_a_link_says_nothing_of_an_authority_that_a_newer_one_replaced(asked):
    offer(asked)
    url = path()
    newer = make_authority(asked.case, agent="Other & Sons", at=timezone.now())

    assert Client().post(url, {"answer": "no"}).status_code == 410
    assert not revoked(newer)


def test_the_token_is_kept_hashed_and_wiped_from_the_mail_once_it_is_sent(asked):
    link = offer(asked)
    token = path().rstrip("/").rpartition("/")[2]
    assert token not in str(link.__dict__)

    outbox.send_due(now=timezone.now)

    message = Message.objects.get(purpose="case-authority-asked")
    assert message.sent_at is not None
    assert token not in message.text
    assert token not in str(asked.case.events.values_list("facts", flat=True))


def test_nobody_is_asked_where_it_must_not_or_need_not_be(asked):
    case = asked.case
    authority.set_aside(
        case, kind="email", value=ON_FILE, said="x", by=make_staff(), at=timezone.now()
    )
    for said, why in (
        ({}, "asked us not to use this address"),
        ({"email": AGENT.upper()}, "address of whoever acts"),
        ({"email": ANN, "reason": " "}, "why you are in doubt"),
        ({"email": ANN, "by": make_staff(Role.AUDITOR)}, "people who work cases"),
    ):
        with pytest.raises(Refused, match=why):
            offer(asked, **said)
    enough = make_verified(make_case("bob@example.org", received_at=timezone.now()))
    with pytest.raises(Refused, match="is sufficient"):
        offer(enough, email=ANN)
    assert not Message.objects.filter(purpose="case-authority-asked").exists()


def test_what_an_agent_asked_is_decided_only_once_it_is_verified():
    case = for_another(make_reviewed(email=ANN))
    one = make_authority(case)

    def decide():
        return decision.decide(
            case,
            outcome=Outcome.NOTHING_HELD,
            words="",
            form=DeliveryForm.PRINT,
            open_until={},
            by=make_staff(),
            at=one.recorded_at,
        )

    with pytest.raises(Refused, match="Look at what shows that they may"):
        decide()
    authority.revoke(one, reason="x", by=make_staff(), at=one.recorded_at)
    with pytest.raises(Refused, match="Nobody acts for the person any more"):
        decide()


def test_staff_ask_the_person_and_close_what_nobody_may_ask(asked):
    staff, at = staff_client(Role.DCO), [asked.case.reference, asked.pk]
    end = reverse("authority-end", args=at)
    assert "Look at the authority first" in staff.get(end).content.decode()
    staff.post(
        reverse("authority-ask-person", args=at), {"email": ON_FILE, "reason": DOUBT}
    )
    Client().post(path(), {"answer": "no"})

    assert staff.post(end, {"reason": ""}).status_code == 422
    assert staff.post(end, {"reason": "We did not see enough."}).status_code == 302

    case = Case.objects.get(pk=asked.case_id)
    assert case.status == CaseStatus.WITHDRAWN
    letter = Message.objects.get(purpose="case-no_authority")
    assert letter.recipient == AGENT
    for words in ("UK GDPR Article 12(6)", "We did not see enough.", "section 167"):
        assert words in letter.text
    assert "said so by the link" not in letter.text
    assert "/acting/" not in letter.text


def test_what_the_person_asked_themselves_is_not_closed_for_want_of_an_agent():
    one = make_authority(make_case(ANN))
    authority.judge(
        one, verified=False, reason="x", by=make_staff(), at=one.recorded_at
    )

    with pytest.raises(Refused, match="asked themselves"):
        confirming.end(one, reason="x", by=make_staff(), at=one.recorded_at)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("authority_link_answered_in_time", {"confirmed": True}),
        (
            "authority_link_answered_in_time",
            {"confirmed": True, "answered_at": timezone.now() + timedelta(days=99)},
        ),
        ("authority_link_offered_by_staff_with_reason", {"offered_by": "subject:1"}),
    ],
)
def test_the_database_holds_what_a_link_is(asked, name, fields):
    offer(asked)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        AuthorityLink.objects.update(**fields)
