"""Two persons let an answer go to somebody; one alone sends it nowhere else (C19)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from lumina_privacy.lib.days import LONDON
from lumina_privacy.lib.subject_ref import IdentifierKind, subject_ref
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import answer, authority, building, delivery
from requests_app.grounds import AnswerGoesTo
from requests_app.models import Authority, Package
from requests_app.policies import answer as policies
from requests_app.rules import Proof
from requests_app.states import DeliveryForm
from tests.factories.accounts import make_staff
from tests.factories.authority import AGENT, client_of, make_verified
from tests.factories.clock import again
from tests.requests_app.test_two_persons import NEAR, make_built, release
from tests.requests_app.test_who_fetches import let_go, page, persons

pytestmark = [pytest.mark.django_db, pytest.mark.long]
MALLORY = "mallory@evil.example"
JOINED = "ann@new.example"


def fetches(package: Package, address: str, *, at: datetime = NEAR) -> bool:
    """Whether who signed in with ``address`` may fetch it, as agent if they are one."""
    client_of(address)
    newest = Authority.objects.order_by("-pk").first()
    is_agents = newest is not None and newest.agent_email == address
    return bool(
        policies.may_fetch(
            Package.objects.get(pk=package.pk),
            User.objects.get(email=address),
            at=at,
            acting=newest if is_agents else None,
        )
    )


def choose(package: Package, to: AnswerGoesTo) -> None:
    authority.choose_recipient(
        Authority.objects.get(),
        to=to,
        reason="As asked.",
        by=make_staff(Role.DCO),
        at=NEAR,
    )


def test_who_is_chosen_after_the_release_fetches_nothing_that_was_released():
    built = make_built(make_staff())
    make_verified(built.case, to=AnswerGoesTo.PERSON, agent_email=MALLORY)
    package = let_go(built)
    assert fetches(package, persons(package))

    choose(package, AnswerGoesTo.AGENT)

    assert not fetches(package, MALLORY)
    assert page("acting-download", MALLORY, package).status_code == 410
    shown = page("acting-case", MALLORY, package).content.decode()
    assert "It was not released to you" in shown
    own = page("case", persons(package), package).content.decode()
    assert "It went to" not in own
    assert "We look again before it goes to" in own
    choose(package, AnswerGoesTo.PERSON)
    assert fetches(package, persons(package))


def test_who_is_chosen_fetches_it_once_it_is_made_and_released_again():
    built = make_built(make_staff())
    make_verified(built.case, to=AnswerGoesTo.PERSON, agent_email=MALLORY)
    package = let_go(built)
    choose(package, AnswerGoesTo.AGENT)

    by = make_staff()
    assert answer.make_again(package, reason="They asked.", by=by, at=NEAR)
    later = again(package.case).packages.latest("pk")
    building.build_package(building.claim(later.pk, at=NEAR), now=lambda: NEAR)
    later = let_go(later)

    assert fetches(later, MALLORY)
    assert not fetches(package, MALLORY)


def test_agent_whose_authority_begins_after_the_release_fetches_nothing():
    built = make_built(make_staff())
    begins = date(2026, 12, 5)
    make_verified(built.case, to=AnswerGoesTo.PERSON, valid_from=begins)
    package = let_go(built)
    choose(package, AnswerGoesTo.AGENT)
    assert fetches(package, persons(package))

    assert not fetches(package, AGENT, at=datetime(2026, 12, 5, 12, tzinfo=LONDON))


def test_what_went_to_the_agent_is_the_persons_when_it_is_the_agents_no_more():
    built = make_built(make_staff())
    make_verified(built.case)
    package = let_go(built)
    assert fetches(package, AGENT)
    assert not fetches(package, persons(package))

    choose(package, AnswerGoesTo.PERSON)

    assert fetches(package, persons(package))
    assert not fetches(package, AGENT)


def test_mailbox_that_was_joined_after_the_release_fetches_nothing_released_before():
    package = let_go(make_built(make_staff()))

    package.case.proved.create(
        kind=IdentifierKind.EMAIL,
        ref=subject_ref(IdentifierKind.EMAIL, JOINED),
        value=JOINED,
        given=JOINED,
        proof=Proof.CODE,
        level=2,
        at=NEAR,
    )

    assert not fetches(package, JOINED)
    url = reverse("package-download", args=[package.case.reference, package.reference])
    shown = page("case", JOINED, package).content.decode()
    assert url not in shown
    assert "released to somebody else, or at another address" in shown
    assert page("package-download", JOINED, package).status_code == 410
    assert fetches(package, persons(package))


@pytest.mark.parametrize("chosen", ["before", "after"])
def test_answer_on_paper_is_printed_for_whom_it_was_released_to(chosen):
    built = make_built(make_staff(), DeliveryForm.PRINT)
    if chosen == "before":
        make_verified(built.case)
    release(Package.objects.get(pk=built.pk), make_staff(Role.REVIEWER))
    if chosen == "after":
        make_verified(again(built.case))
    package = Package.objects.get(pk=built.pk)

    verdict = policies.may_print(package, make_staff(), today=NEAR.date())

    assert bool(verdict) is (chosen == "before")
    if chosen == "after":
        with pytest.raises(Refused, match="released before it was chosen"):
            delivery.fetch_for_post(package, by=make_staff(), at=NEAR)


def test_answer_released_before_it_was_kept_to_whom_is_fetched_as_ever():
    package = let_go(make_built(make_staff()))
    Package.objects.filter(pk=package.pk).update(released_to=None)

    assert fetches(package, persons(package))
    until = timezone.now() + timedelta(days=1)
    assert package.expires_at > until
