"""Who fetches is who the page of the release names, whatever table they stand in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from outbox.models import Message
from requests_app.actions import answer, authority, casework, confirming
from requests_app.grounds import AnswerGoesTo
from requests_app.models import Case, Package, Submission
from requests_app.policies import answer as policies
from requests_app.policies.check import asks_nobody_twice, is_checked
from requests_app.policies.decision import may_deliver
from requests_app.queries.release import release_of
from requests_app.rules import Proof
from requests_app.states import CheckMethod, DeliveryForm, RevokedWhy, Right
from tests.factories.accounts import make_staff
from tests.factories.authority import AGENT, client_of, make_authority, make_verified
from tests.factories.cases import make_reviewed
from tests.factories.clock import again
from tests.requests_app.test_two_persons import EARLY, NEAR, make_built, release

pytestmark = [pytest.mark.django_db, pytest.mark.long]
MALLORY = "mallory@free.example"


def told(package: Package) -> tuple[str, ...]:
    return release_of(Package.objects.get(pk=package.pk), at=NEAR).to


def persons(thing: Package) -> str:
    """Return the one address of the person."""
    return thing.case.submission.address


def let_go(package: Package) -> Package:
    """Release it; it can be fetched now."""
    release(Package.objects.get(pk=package.pk), make_staff(Role.REVIEWER))
    until = timezone.now() + timedelta(days=30)
    Package.objects.filter(pk=package.pk).update(expires_at=until)
    return Package.objects.get(pk=package.pk)


def went_wrong(package: Package) -> None:
    answer.revoke(
        Package.objects.get(pk=package.pk),
        reason="It was Mallory.",
        why=RevokedWhy.WRONG_PERSON,
        by=make_staff(Role.DCO),
        at=NEAR,
    )


def asked_by_an_agent(package: Package, *, to: AnswerGoesTo) -> Case:
    """Make it the case of a request that an agent filed; return it."""
    case = package.case
    make_verified(case, to=to)
    Submission.objects.filter(pk=case.submission_id).update(
        for_another=True, proved_at=EARLY
    )
    case.proved.update(level=0, proof=Proof.AGENT)
    return again(case)


def receives(case: Case, address: str) -> bool:
    client_of(address)
    user = User.objects.get(email=address)
    return bool(policies.may_receive(again(case), user, today=NEAR.date()))


def page(name: str, address: str, package: Package):
    words = [package.case.reference]
    if not name.endswith("case"):
        words.append(package.reference)
    return client_of(address).get(reverse(name, args=words))


# --- Who said by a link that somebody acts for them -------------------------------


def confirmed(case: Case):
    one = make_authority(case)
    by = make_staff()
    link = confirming.offer(one, email=MALLORY, reason="Doubt.", by=by, at=EARLY)
    confirming.answer(link, confirmed=True, at=EARLY)
    authority.judge(one, verified=True, reason="Seen.", by=by, at=EARLY)
    authority.choose_recipient(
        one, to=AnswerGoesTo.PERSON, reason="As asked.", by=by, at=EARLY
    )
    return one


def test_link_that_was_confirmed_opens_no_answer():
    built = make_built(make_staff())
    confirmed(built.case)
    assert told(built) == (persons(built),)
    package = let_go(built)

    shown = page("case", MALLORY, package)
    url = reverse("package-download", args=[package.case.reference, package.reference])
    assert shown.status_code == 200
    assert url not in shown.content.decode()
    assert "Nothing can be fetched with this address" in shown.content.decode()
    assert page("package-download", MALLORY, package).status_code == 410
    mails = Message.objects.count()
    assert client_of(MALLORY).post(url, {"send": ""}).status_code == 410
    assert Message.objects.count() == mails
    assert url in page("case", persons(package), package).content.decode()
    assert page("package-download", persons(package), package).status_code == 200


def test_link_that_was_confirmed_opens_nothing_once_the_authority_is_taken_back():
    built = make_built(make_staff())
    one = confirmed(built.case)
    package = let_go(built)
    assert page("case", MALLORY, package).status_code == 200

    authority.revoke(one, reason="As she asked.", by=make_staff(), at=NEAR)

    assert page("case", MALLORY, package).status_code == 404
    assert page("package-download", MALLORY, package).status_code == 404


def test_nobody_receives_who_is_not_named():
    built = make_built(make_staff())
    confirmed(built.case)
    package = let_go(built)
    assert receives(package.case, persons(package))
    assert not receives(package.case, MALLORY)
    assert not receives(package.case, AGENT)

    went_wrong(package)

    assert not receives(package.case, MALLORY)
    assert not receives(package.case, persons(package))


# --- Wrong recipients in what an agent filed --------------------------------------


def test_where_the_person_is_written_to_receives_nothing_after_a_wrong_answer():
    built = make_built(make_staff())
    case = asked_by_an_agent(built, to=AnswerGoesTo.PERSON)
    assert told(built) == (persons(built),)
    package = let_go(built)
    assert receives(case, persons(built))

    went_wrong(package)

    assert told(package) == ()
    assert not receives(case, persons(built))
    assert not policies.reaches_nobody_wrong(package, today=NEAR.date())


def test_wrong_agent_receives_nothing_more_and_is_not_chosen_again():
    built = make_built(make_staff())
    case = asked_by_an_agent(built, to=AnswerGoesTo.AGENT)
    assert told(built) == (AGENT,)
    package = let_go(built)
    assert receives(case, AGENT)
    assert not receives(case, persons(built))

    went_wrong(package)

    assert told(package) == ()
    assert not receives(case, AGENT)
    assert not policies.reaches_nobody_wrong(package, today=NEAR.date())
    verdict = may_deliver(again(case), DeliveryForm.DOWNLOAD)
    assert "went to the wrong person" in verdict.reason
    assert may_deliver(again(case), DeliveryForm.PRINT)


def test_wrong_address_stays_refused_when_it_stands_elsewhere_and_another_is_not():
    built = make_built(make_staff())
    case = asked_by_an_agent(built, to=AnswerGoesTo.AGENT)
    went_wrong(let_go(built))
    later = NEAR + timedelta(hours=1)

    make_verified(again(case), at=later)
    assert not receives(case, AGENT)
    make_verified(again(case), at=later, agent_email="new@firm.example")

    assert receives(case, "new@firm.example")
    assert may_deliver(again(case), DeliveryForm.DOWNLOAD)
    # Proved once more, it is the same mailbox.
    for one in again(case).authorities.all():
        authority.revoke(one, reason="As asked.", by=make_staff(), at=later)
    case.proved.update(level=2, proof=Proof.CODE, at=later)
    assert not receives(case, persons(built))
    assert not may_deliver(again(case), DeliveryForm.DOWNLOAD)


# --- What was asked together ------------------------------------------------------


def asked_with(package: Package) -> Case:
    """Return an erasure that the same person asked for in the same request."""
    sibling = make_reviewed(right=Right.ERASURE)
    Case.objects.filter(pk=sibling.pk).update(submission=package.case.submission)
    return again(sibling)


@pytest.mark.parametrize(
    ("why", "stands"),
    [(RevokedWhy.WRONG_PERSON, False), (RevokedWhy.MISTAKE, True)],
)
def test_check_that_let_the_wrong_person_in_counts_for_nothing_asked_together(
    why, stands
):
    package = make_built(make_staff())
    erasure = asked_with(package)
    assert is_checked(erasure)
    let_go(package)

    answer.revoke(
        Package.objects.get(pk=package.pk),
        reason="It was Mallory.",
        why=why,
        by=make_staff(Role.DCO),
        at=NEAR,
    )

    assert bool(is_checked(again(erasure))) is stands
    assert bool(asks_nobody_twice(again(erasure))) is not stands
    assert not is_checked(again(package.case))
    casework.record_check(
        erasure,
        method=CheckMethod.DOCUMENT,
        passed=True,
        reason="Her passport.",
        by=make_staff(),
        at=NEAR + timedelta(minutes=1),
    )
    assert is_checked(again(erasure))


# --- For how long it can be fetched -----------------------------------------------

FIRST = "you can fetch it for 30 days more."


def said_on(name: str, package: Package, client) -> str:
    words = [package.case.reference]
    if name != "case":
        words.append(package.reference)
    url = reverse(name, args=words)
    text = client.get(url).content.decode()
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def test_day_that_the_first_download_brings_is_said_beside_it_and_only_before():
    package = let_go(make_built(make_staff()))
    ann = client_of(persons(package))
    url = reverse("package-download", args=[package.case.reference, package.reference])
    ann.post(url, {"send": "1"})
    mail = Message.objects.filter(purpose="sign-in-code").latest("pk")
    [code] = re.findall(r"\b\d{6}\b", mail.text)
    ann.post(url, {"code": code})

    assert FIRST in said_on("case", package, ann)
    assert FIRST in said_on("package-download", package, ann)
    fetched = ann.post(url, {"fetch": "1"})
    assert fetched.status_code == 200
    b"".join(fetched.streaming_content)
    package.refresh_from_db()
    assert package.collected_at is not None
    assert "You fetched it on" in said_on("case", package, ann)
    assert FIRST not in said_on("case", package, ann)
    assert "Download" in said_on("package-download", package, ann)
    assert FIRST not in said_on("package-download", package, ann)


def test_agent_who_fetches_reads_it_too():
    package = make_built(make_staff())
    asked_by_an_agent(package, to=AnswerGoesTo.AGENT)
    agent = client_of(AGENT)

    url = reverse("acting-case", args=[let_go(package).case.reference])

    assert "<strong>30 days more</strong>" in agent.get(url).content.decode()
