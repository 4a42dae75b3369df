"""Nobody acts for the person any more: who is told, and what becomes of it (D9)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from outbox.states import MessageState
from requests_app.actions import (
    authority,
    building,
    casework,
    confirming,
    decision,
    letters,
    thread,
)
from requests_app.grounds import Party
from requests_app.models import Authority, Case, Letter, Package, Sending, Submission
from requests_app.policies.authority import lets_decide, lets_fetch
from requests_app.queries.posting import envelopes
from requests_app.states import (
    CaseStatus,
    DeliveryForm,
    EventKind,
    LetterKind,
    Outcome,
    PackageState,
    SendingState,
)
from requests_app.tasks.jobs import chase_persons
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, make_subject, staff_client
from tests.factories.authority import (
    AGENT,
    client_of,
    filed_for,
    make_authority,
    make_verified,
)
from tests.factories.cases import RECEIVED_AT, make_case
from tests.factories.clock import again, ask, deliver
from tests.requests_app.test_two_persons import NEAR, make_built, release

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = RECEIVED_AT + timedelta(days=1)
ANN = "ann@example.org"


@pytest.fixture
def dco() -> User:
    return make_staff(Role.DCO)


def told(case: Case) -> dict[str, str]:
    """Return what staff were written, by whom it went to."""
    mails = Message.objects.filter(purpose="case-authority-ended", about=case.about)
    return {mail.recipient: mail.text for mail in mails}


def acting(**fields) -> Authority:
    return make_authority(make_case(ANN, **fields))


# --- The person says so -----------------------------------------------------------


def test_no_by_the_link_writes_to_staff_at_once_and_names_nobody(dco):
    one = make_authority(filed_for(make_case(ANN)))
    link = confirming.offer(one, email=ANN, reason="Doubt.", by=dco, at=AT)

    confirming.answer(link, confirmed=False, at=AT)

    [mail] = told(one.case).values()
    assert "asked by a link" in mail
    assert "says no" in mail
    assert "Nobody else asked for this" in mail
    assert reverse("staff-case", args=[one.case.reference]) in mail
    for hidden in ("Harris", "Ann", ANN, "post@"):
        assert hidden not in mail


def test_yes_by_the_link_writes_to_nobody(dco):
    one = acting()
    link = confirming.offer(one, email=ANN, reason="Doubt.", by=dco, at=AT)

    confirming.answer(link, confirmed=True, at=AT)

    assert told(one.case) == {}


def test_what_the_person_takes_back_is_told_to_who_has_the_case(dco):
    one, worker = acting(), make_staff()
    casework.assign(one.case, to=worker, by=dco, at=AT)

    authority.revoke(one, reason="", by=make_subject(ANN), at=AT)

    [(to, mail)] = told(one.case).items()
    assert to == worker.email
    assert "The person has taken back" in mail
    assert "The case goes on with the person." in mail


def test_who_wrote_it_down_is_not_told_what_they_wrote(dco):
    colleague = make_staff(Role.DCO)
    one = acting()

    authority.revoke(one, reason="She rang.", by=colleague, at=AT)

    assert list(told(one.case)) == [dco.email]
    assert "A colleague wrote down" in told(one.case)[dco.email]


@pytest.mark.parametrize("leaves", [True, False])
def test_letter_that_still_waits_does_not_leave_for_who_acts_no_more(dco, leaves):
    one = make_verified(make_case(ANN))
    thread.answer(
        one.case, body="Her size.", to=Party.AGENT, token=uuid4(), by=dco, at=AT
    )
    if leaves:
        lay_down(one)
    else:
        authority.revoke(one, reason="", by=make_subject(ANN), at=AT)

    deliver(AT)

    mail = Message.objects.get(purpose="case-message")
    assert (mail.recipient, mail.state) == (AGENT, MessageState.DROPPED)
    [sending] = Sending.objects.filter(message=mail.pk)
    assert sending.state == SendingState.RETURNED
    with pytest.raises(Refused, match="does not act for the person any more"):
        letters.send_again(sending.letter, by_post=True, by=dco, at=AT)


@pytest.mark.parametrize("by_post", [True, False])
def test_what_was_between_us_and_who_acts_no_more_waits_for_nobody(dco, by_post):
    case = filed_for(make_case(ANN))
    make_authority(case, agent_email="" if by_post else AGENT)
    asked = ask(case, Asked.AUTHORITY, at=AT)
    assert (
        Sending.objects.meant(today=AT.date()).filter(letter__event__seq=asked).exists()
    )

    authority.revoke(case.newest_authority(), reason="", by=dco, at=AT)
    deliver(AT)

    assert (
        not Sending.objects.meant(today=AT.date())
        .filter(letter__event__seq=asked)
        .exists()
    )
    assert bool(envelopes(today=AT.date()).filter(letter__case=case)) is False


def test_that_we_close_leaves_for_who_acts_no_more(dco):
    one = make_authority(filed_for(make_case(ANN)))
    authority.revoke(one, reason="", by=make_subject(ANN), at=AT)
    confirming.end(Authority.objects.get(pk=one.pk), reason="x", by=dco, at=AT)

    deliver(AT)

    mail = Message.objects.get(purpose="case-no_authority")
    assert (mail.recipient, mail.state) == (AGENT, MessageState.SENT)


# --- Whoever acts says so ---------------------------------------------------------


def lay_down(one: Authority, *, at=AT) -> Authority:
    return authority.lay_down(one, by=agent(), at=at)


def agent() -> User:
    known = User.objects.filter(email=AGENT).first()
    return known or make_subject(AGENT)


def letter(case: Case) -> str:
    """Return the letter that tells the person of it."""
    return Letter.objects.get(case=case, kind=LetterKind.AGENT_LEFT).body


def act(one: Authority, *, client=None, **said):
    url = reverse("acting-lay-down", args=[one.case.reference])
    return (client or client_of(AGENT)).post(url, said)


def sees(one: Authority) -> bool:
    page = client_of(AGENT).get(reverse("acting-case", args=[one.case.reference]))
    return page.status_code == 200


def test_agent_lays_it_down_on_their_own_page_and_finds_nothing_any_more(dco):
    one = make_verified(make_case(ANN))
    browser, page = client_of(AGENT), reverse("acting-case", args=[one.case.reference])
    assert "I no longer act for Ann Other" in browser.get(page).content.decode()
    browser.get(reverse("acting-lay-down", args=[one.case.reference]))
    assert sees(one), "a link that is followed ends nothing"

    assert act(one, client=browser).url == reverse("case-list")

    one.refresh_from_db()
    assert one.laid_down
    assert one.revoked_by.startswith("subject:")
    assert not sees(one)
    assert act(one).status_code == 404
    happened = one.case.events.filter(kind=EventKind.AUTHORITY_LAID_DOWN)
    assert happened.get().facts == {"authority": one.pk, "agent": True}
    assert "no longer do" in told(one.case)[dco.email]
    assert "We have written to the person." in told(one.case)[dco.email]
    assert Message.objects.get(purpose="case-agent_left").recipient == ANN
    own = client_of(ANN).get(reverse("case", args=[one.case.reference]))
    assert "that they no longer act for you" in own.content.decode()
    assert "They do not act for me" not in own.content.decode()
    staff = staff_client().get(reverse("staff-case", args=[one.case.reference]))
    assert "Laid down by whoever acted" in staff.content.decode()


@pytest.mark.parametrize("who", [ANN, "stranger@example.org", "old@harris.example"])
def test_nobody_else_lays_it_down(who):
    case = make_case(ANN)
    make_verified(case, agent_email="old@harris.example")
    one = make_verified(case)

    assert act(one, client=client_of(who)).status_code == 404
    with pytest.raises(Refused, match="do not act for this person"):
        authority.lay_down(one, by=User.objects.get(email=who), at=AT)
    assert sees(one)


def test_agent_leaves_all_that_was_sent_together_at_once_or_one_of_it(dco):
    first, second, other = (make_case(ANN) for _ in range(3))
    Case.objects.filter(pk=second.pk).update(submission=first.submission)
    here, there, apart = (make_verified(again(one)) for one in (first, second, other))
    page = reverse("acting-case", args=[other.reference])
    assert b"Nor in any" not in client_of(AGENT).get(page).content

    act(there)
    assert [sees(one) for one in (here, there, apart)] == [True, False, True]
    act(make_verified(again(second)), together="yes")

    assert [sees(one) for one in (here, there, apart)] == [False, False, True]


def test_what_a_verified_agent_asked_goes_on_with_the_person(dco):
    built = make_built(dco, form=DeliveryForm.PRINT)
    case = filed_for(built.case)
    one = make_verified(case)
    lay_down(one, at=NEAR - timedelta(hours=1))

    assert "The request goes on" in letter(case)
    assert "goes on with the person" in told(case)[dco.email]
    assert lets_decide(again(case))
    with pytest.raises(Refused, match="Decide again: the answer is the person’s"):
        release(built, make_staff(Role.REVIEWER))
    with pytest.raises(Refused, match="It goes on with the person"):
        confirming.end(one, reason="x", by=dco, at=NEAR)

    decision.reopen(case, reason="It is hers.", by=dco, at=NEAR)
    made = decision.decide(
        again(case),
        outcome=Outcome.GRANTED,
        words="",
        form=DeliveryForm.PRINT,
        open_until={},
        by=dco,
        at=NEAR,
    )
    claimed = building.claim(made.package.pk, at=NEAR)
    building.build_package(claimed, now=lambda: NEAR)
    ready = release(Package.objects.get(pk=made.package.pk), make_staff(Role.REVIEWER))

    assert ready.state == PackageState.RELEASED
    assert lets_fetch(again(case), None, today=NEAR.date())
    assert not lets_fetch(again(case), one, today=NEAR.date())


def test_what_nobody_verified_waits_for_the_person(dco):
    one = make_authority(filed_for(make_case(ANN)))

    lay_down(one)

    assert "Until you tell us that you want it we decide nothing" in letter(one.case)
    assert "Ask the person whether they want it" in told(one.case)[dco.email]
    assert "not shown that they might" in lets_decide(again(one.case)).reason
    with pytest.raises(Refused, match="Ask the person by message"):
        confirming.offer(one, email=ANN, reason="x", by=dco, at=AT)
    one = Authority.objects.get(pk=one.pk)
    authority.judge(one, verified=True, reason="She wants it.", by=dco, at=AT)
    assert lets_decide(again(one.case))


def test_what_nobody_verified_can_be_closed_and_the_agent_hears_nothing(dco):
    one = make_authority(filed_for(make_case(ANN)))
    lay_down(one)

    confirming.end(one, reason="She does not want it.", by=dco, at=AT)

    assert again(one.case).status == CaseStatus.WITHDRAWN
    assert not Message.objects.filter(recipient=AGENT).exists()


@pytest.mark.parametrize(("postal", "posted"), [("1 Mark Road", 1), ("", 0)])
def test_person_without_a_mailbox_is_told_by_post_or_a_colleague_finds_a_way(
    dco, postal, posted
):
    one = make_verified(filed_for(make_case(ANN)))
    Submission.objects.update(address="", postal=postal)

    lay_down(one)

    assert Sending.objects.filter(message__isnull=True).count() == posted
    assert not Message.objects.filter(purpose="case-agent_left").exists()
    nobody = "no address here that may be used" in told(one.case)[dco.email]
    assert nobody is not bool(posted)


def test_nobody_is_reminded_of_an_authority_that_whoever_acted_would_bring(dco):
    case = filed_for(make_case(ANN))
    ask(case, Asked.AUTHORITY, at=AT)
    lay_down(case.newest_authority())

    chase_persons(AT + timedelta(days=7))

    assert not Letter.objects.filter(kind=LetterKind.REMINDER).exists()


def test_who_confirmed_the_agent_follows_the_case_when_the_agent_has_left(dco):
    one = make_authority(filed_for(make_case(ANN)))
    friend = "ann.other@file.example"
    link = confirming.offer(one, email=friend, reason="Doubt.", by=dco, at=AT)
    confirming.answer(link, confirmed=True, at=AT)

    lay_down(one)

    page = client_of(friend).get(reverse("case", args=[one.case.reference]))
    assert page.status_code == 200
    with pytest.raises(Refused, match="no longer act"):
        authority.revoke(
            Authority.objects.get(pk=one.pk), reason="", by=make_subject(), at=AT
        )


def test_closed_case_is_left_too_and_stays_closed(dco):
    one = make_verified(filed_for(make_case(ANN)))
    decision.refuse(
        again(one.case), ground="manifestly_excessive", words="x", by=dco, at=AT
    )

    lay_down(one)

    assert again(one.case).status == CaseStatus.REFUSED
    assert "changes nothing about it" in letter(one.case)
    assert not sees(one)


def test_database_holds_who_can_lay_it_down():
    one = acting()

    with (
        pytest.raises(IntegrityError, match="authority_laid_down_by_who_acted"),
        transaction.atomic(),
    ):
        Authority.objects.filter(pk=one.pk).update(laid_down=True)
