"""A page closes to the mailbox at which an answer went to the wrong person (C40)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.subject_ref import subject_ref
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import answer, confirming
from requests_app.actions import mailbox as mailboxes
from requests_app.grounds import AnswerGoesTo
from requests_app.models import AuthorityLink, Case, CaseEvent
from requests_app.models.reached import wrong_in
from requests_app.policies.confirming import may_offer
from requests_app.queries.addresses import person_of
from requests_app.states import (
    CheckMethod,
    DeliveryForm,
    EventKind,
    RevokedWhy,
    Right,
)
from tests.factories.accounts import make_staff, staff_client, subject_client
from tests.factories.authority import AGENT, client_of, make_authority
from tests.factories.cases import make_case
from tests.factories.clock import again
from tests.requests_app.shown import text_of
from tests.requests_app.test_mailbox import (
    LOST,
    OTHER,
    check,
    join,
    lost,
    receives,
    sign_in,
)
from tests.requests_app.test_two_persons import make_built
from tests.requests_app.test_who_fetches import asked_by_an_agent, let_go

pytestmark = [pytest.mark.django_db, pytest.mark.long]
__all__ = ["lost"]
OPENED = LOST + timedelta(minutes=2)
SURE = "It was a team’s mailbox; she has it alone since Monday."


def page(case: Case, name: str = "case", *args) -> str:
    return reverse(name, args=[case.reference, *args])


def reads(case: Case, address: str = "") -> bool:
    client = client_of(address or case.submission.address)
    return client.get(page(case)).status_code == 200


def open_again(case: Case, *, by=None, reason: str = SURE) -> CaseEvent:
    by = by or make_staff()
    return mailboxes.open_page(again(case), reason=reason, by=by, at=OPENED)


def revoked(package, *, why=RevokedWhy.WRONG_PERSON, astray=False) -> Case:
    by = make_staff(Role.DCO)
    answer.revoke(package, reason="Mallory.", why=why, astray=astray, by=by, at=LOST)
    return again(package.case)


def add_revocation(case: Case, facts: dict, *, at=LOST) -> None:
    CaseEvent.objects.create(
        case=case,
        seq=case.events.latest("seq").seq + 1,
        kind=EventKind.PACKAGE_REVOKED,
        happened_at=at,
        recorded_at=at,
        actor="staff:1",
        facts=facts,
    )


def test_who_reads_there_learns_that_it_is_closed_and_why_and_nothing_more(lost):
    client = subject_client(lost.submission.address)

    shown = client.get(page(lost))

    assert shown.status_code == 403
    text = text_of(shown)
    assert "This page is closed to your address" in text
    assert "It may have reached somebody whom it was not meant for." in text
    assert "please delete it and tell us" in text
    for own in ("Ann Other", "What we wrote to you", "What has happened", "Messages"):
        assert own not in text
    listed = text_of(client.get(reverse("case-list")))
    assert "Closed to this address" in listed
    assert lost.reference in listed


def test_nobody_writes_withdraws_or_fetches_from_there(lost):
    client = subject_client(lost.submission.address)
    events = lost.events.count()

    said = {"body": "Send it to me.", "token": "0" * 32}
    answers = [
        client.post(page(lost, "case-write"), said),
        client.post(page(lost, "case-withdraw")),
        client.get(page(lost, "case-receipt")),
        client.get(page(lost, "package-download", lost.packages.get().reference)),
    ]

    assert [one.status_code for one in answers] == [404] * 4
    assert lost.events.count() == events


def test_what_was_asked_together_is_closed_too_and_nothing_else(lost):
    mailbox = lost.submission.address
    sibling, elsewhere = make_case(mailbox, right=Right.ERASURE), make_case(mailbox)
    assert reads(sibling, mailbox)

    Case.objects.filter(pk=sibling.pk).update(submission=lost.submission)

    assert not reads(again(sibling), mailbox)
    assert reads(elsewhere)


@pytest.mark.parametrize("why", [RevokedWhy.MISTAKE, RevokedWhy.OTHERS_DATA])
def test_answer_that_was_withdrawn_for_another_reason_closes_nothing(why):
    package = let_go(make_built(make_staff()))

    assert reads(revoked(package, why=why))


def test_answer_that_went_to_an_agent_closes_not_the_persons_page():
    built = make_built(make_staff())
    case = asked_by_an_agent(built, to=AnswerGoesTo.AGENT)

    revoked(let_go(built))

    assert case.events.get(kind=EventKind.PACKAGE_REVOKED).facts["by_page"] is False
    assert reads(case)


def acts_at(case: Case, *, address: str = AGENT) -> int:
    return client_of(address).get(page(case, "acting-case")).status_code


def test_answer_that_went_wrong_at_an_agent_closes_their_page_and_not_the_persons():
    built = make_built(make_staff())
    case = asked_by_an_agent(built, to=AnswerGoesTo.AGENT)
    elsewhere = make_authority(make_case()).case
    package = let_go(built)
    assert acts_at(case) == 200

    revoked(package)

    client = client_of(AGENT)
    shown = client.get(page(case, "acting-case"))
    text = text_of(shown)
    assert (shown.status_code, acts_at(elsewhere), reads(case)) == (403, 200, True)
    assert "This page is closed to your address" in text
    assert "It may have reached somebody whom it was not meant for." in text
    assert "we look anew at what shows that you may act" in text
    for own in ("Ann Other", "Messages", "What we need", "What we wrote"):
        assert own not in text
    listed = text_of(client.get(reverse("case-list")))
    assert "Closed to this address" in listed
    assert case.reference in listed
    said = {"body": "Send it.", "token": "0" * 32}
    posted = [client.post(page(case, "acting-write"), said)]
    posted += [client.post(page(case, "acting-lay-down"))]
    assert [one.status_code for one in posted] == [404, 404]
    assert client_of("x@mallory.example").get(
        page(case, "acting-case")
    ).status_code == (404)


def test_page_of_an_agent_opens_to_whom_staff_record_anew():
    built = make_built(make_staff())
    case = asked_by_an_agent(built, to=AnswerGoesTo.AGENT)
    revoked(let_go(built))

    other = "new@other.example"
    make_authority(again(case), agent_email=other, at=LOST + timedelta(minutes=1))
    assert (acts_at(case), acts_at(case, address=other)) == (404, 200)

    make_authority(again(case), at=LOST + timedelta(minutes=2))
    assert acts_at(case) == 200
    assert not receives(case, AGENT)


def test_paper_that_went_astray_leaves_the_mailbox_to_the_person():
    case = revoked(let_go(make_built(make_staff(), DeliveryForm.PRINT)), astray=True)

    assert case.events.get(kind=EventKind.PACKAGE_REVOKED).facts["astray"] is True
    assert reads(case)
    assert wrong_in(case) == frozenset()
    assert receives(case, case.submission.address)
    assert person_of(case).email == case.submission.address


@pytest.mark.parametrize("kept", [True, False])
def test_paper_that_an_impostor_had_posted_closes_the_mailbox_so_does_nothing_said(
    kept,
):
    package = let_go(make_built(make_staff(), DeliveryForm.PRINT))
    if kept:
        case = revoked(package)
    else:  # from before the event kept which way it went
        add_revocation(package.case, {"package": package.pk, "why": "wrong_person"})
        case = again(package.case)

    assert not reads(case)
    assert wrong_in(case) == {case.submission.address}
    assert not receives(case, case.submission.address)


def test_whoever_revokes_paper_says_how_it_went_wrong_and_of_a_download_is_not_asked():
    package = let_go(make_built(make_staff(), DeliveryForm.PRINT))
    url = page(package.case, "package-revoke", package.reference)
    client, said = staff_client(Role.DCO), {"why": "wrong_person", "reason": "Mallory."}

    refused = client.post(url, said)
    assert refused.status_code == 422
    assert "Say whether the post went astray" in text_of(refused)
    client.post(url, {**said, "astray": "post"})

    assert reads(again(package.case))
    shown = text_of(client.get(page(package.case, "staff-case")))
    assert "wrong recipient, the post went astray" in shown
    download = let_go(make_built(make_staff()))
    url = page(download.case, "package-revoke", download.reference)
    assert "went astray" not in text_of(client.get(url))
    client.post(url, {**said, "astray": "post"})
    assert not reads(again(download.case))


def test_only_paper_that_went_astray_leaves_an_agent_their_page():
    for astray, status in ((True, 200), (False, 403)):
        built = make_built(make_staff(), DeliveryForm.PRINT)
        case = asked_by_an_agent(built, to=AnswerGoesTo.AGENT)

        revoked(let_go(built), astray=astray)

        assert (acts_at(case), reads(case)) == (status, True)


def test_answer_that_nobody_released_closes_nothing():
    built = make_built(make_staff())

    assert not built.went_to_person
    assert reads(revoked(built))


def test_staff_open_it_again_once_they_know_who_asks(lost):
    staff = staff_client()
    shown = text_of(staff.get(page(lost, "staff-case")))
    assert "page is closed to their mailbox" in shown
    with pytest.raises(Refused, match="Make sure first once more who asks"):
        open_again(lost)
    check(lost, method=CheckMethod.CALL_BACK)
    with pytest.raises(Refused, match="Write how you know"):
        open_again(lost, reason=" ")
    with pytest.raises(Refused, match="for the people who work cases"):
        open_again(lost, by=make_staff(Role.AUDITOR))

    staff.post(page(lost, "case-page-open"), {"reason": SURE})

    event = lost.events.latest("seq")
    assert (event.kind, event.text.body) == (EventKind.PAGE_OPENED, SURE)
    assert reads(lost)
    assert not receives(lost, lost.submission.address)
    shown = text_of(staff.get(page(lost, "staff-case")))
    assert "page is closed to their mailbox" not in shown
    assert "Opened the person’s page to their mailbox again" in shown
    with pytest.raises(Refused, match="closed to nobody"):
        open_again(lost)


def test_another_mailbox_that_is_joined_opens_it_and_the_wrong_one_does_not(lost):
    client = sign_in(OTHER)
    check(lost)
    join(lost)

    assert client.get(page(lost)).status_code == 200
    assert not reads(lost)


def test_second_wrong_answer_closes_it_once_more(lost):
    check(lost)
    open_again(lost)
    assert reads(lost)
    event = lost.events.get(kind=EventKind.PACKAGE_REVOKED)

    add_revocation(lost, event.facts, at=OPENED)

    assert not reads(lost)


def test_event_from_before_the_way_was_kept_closes_it():
    package = let_go(make_built(make_staff()))
    facts = {"package": package.pk, "why": "wrong_person", "finished": 0}

    add_revocation(package.case, facts)

    assert not reads(package.case)


def test_link_to_the_mailbox_of_the_wrong_person_is_neither_sent_nor_answered():
    package = let_go(make_built(make_staff()))
    case = revoked(package)
    one = make_authority(case, at=OPENED)
    address = case.submission.address
    link = AuthorityLink.objects.create(
        authority=one,
        token_hash="x",
        email=address,
        email_ref=subject_ref("email", address),
        reason="Doubt.",
        offered_by="staff:1",
        offered_at=OPENED,
        expires_at=OPENED + timedelta(days=14),
    )

    assert may_offer(one, make_staff(), email=OTHER, reason="Doubt.")
    refused = may_offer(one, make_staff(), email=address.upper(), reason="Doubt.")
    assert "went to the wrong person there" in refused.reason
    with pytest.raises(Refused, match="used, or its time is over"):
        confirming.answer(link, confirmed=True, at=OPENED)
    assert not reads(case)
