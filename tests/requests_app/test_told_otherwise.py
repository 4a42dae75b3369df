"""What an answer tells of receivers and customers, decided otherwise since (D10, D13).

The page is written when the package is built: a week may pass before it goes.
"""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.roles import Role
from datamap import actions as datamap
from datamap.models import Disclosure, Recipient
from datamap.search import IdentifierStatus
from datamap.states import DisclosureBasis
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import answer, building, casework, search
from requests_app.actions.identifiers import begin_with_proved
from requests_app.models import Case, Package, PassOn
from requests_app.policies.told import marks_in, telling_too_much
from requests_app.queries.release import telling_released
from requests_app.states import (
    Outcome,
    PackageState,
    TaskState,
)
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_reviewed
from tests.requests_app.kept import is_destroyed
from tests.requests_app.test_two_persons import EARLY, make_built, release
from vault import actions as vault

pytestmark = [pytest.mark.django_db, pytest.mark.long]
POLICE, CLIENT = "Hertfordshire Constabulary", "Secret Client plc"
NUMBER = "+442079460123"
LATER = EARLY + timedelta(days=1)


def known_to_the_police(case: Case, *, about=None) -> Disclosure:
    Recipient.objects.create(code="police", name=POLICE)
    datamap.disclose(
        recipient="police",
        subjects=[about or ("email", case.submission.address)],
        purpose="crime",
        categories=["contact"],
        basis=DisclosureBasis.VOLUNTARY,
        by=system("test"),
        at=EARLY,
    )
    return Disclosure.objects.get()


def tell(disclosure: Disclosure, *, yes: bool, at=EARLY) -> None:
    datamap.decide_telling(
        disclosure.pk, tell=yes, reason="As asked.", by=make_staff(Role.DCO), at=at
    )


def held_for_a_client(case: Case) -> PassOn:
    return PassOn.objects.create(
        case=case,
        system="crm",
        customer=CLIENT,
        customer_ref="k:" + "0" * 64,
        rows=1,
        opened_at=EARLY,
    )


def name(opened: PassOn, *, yes: bool) -> None:
    casework.pass_on(opened, may_name=yes, done=True, by=make_staff(), at=EARLY)


def built(case: Case, **said) -> Package:
    return make_built(make_staff(), case=case, **said)


def build(package: Package) -> Package:
    building.build_package(building.claim(package.pk, at=EARLY), now=lambda: EARLY)
    return Package.objects.get(pk=package.pk)


def page_in(package: Package) -> str:
    with vault.reading(package.file) as stored:
        return zipfile.ZipFile(io.BytesIO(stored.read())).read("index.html").decode()


def let_go(package: Package) -> Package:
    return release(
        Package.objects.get(pk=package.pk), make_staff(Role.REVIEWER), at=LATER
    )


def told_of_the_police(case):
    one = known_to_the_police(case)
    tell(one, yes=True)
    return POLICE, lambda: tell(one, yes=False, at=LATER)


def told_of_the_client(case):
    one = held_for_a_client(case)
    name(one, yes=True)
    return CLIENT, lambda: name(PassOn.objects.get(pk=one.pk), yes=False)


TOLD = [told_of_the_police, told_of_the_client]


@pytest.mark.parametrize("told", TOLD)
def test_answer_that_tells_what_was_forbidden_since_is_built_again_without_it(told):
    case = make_reviewed()
    named, forbid = told(case)
    package = built(case)
    assert named in page_in(package)
    before = package.file

    forbid()

    with pytest.raises(Refused, match="decided otherwise after this was built"):
        let_go(package)
    answer.build_again(package, by=make_staff(), at=LATER)
    package = build(package)
    assert is_destroyed(before)
    assert named not in page_in(package)
    assert let_go(package).state == PackageState.RELEASED


@pytest.mark.parametrize("told", TOLD)
def test_answer_goes_as_it_was_built_when_nothing_was_decided_since(told):
    case = make_reviewed()
    named, _ = told(case)
    package = built(case)

    with pytest.raises(Refused, match="nothing to build again"):
        answer.build_again(package, by=make_staff(), at=LATER)
    assert named in page_in(let_go(package))


def test_answer_that_leaves_out_what_may_be_told_by_now_is_built_again():
    case = make_reviewed()
    one = known_to_the_police(case)
    tell(one, yes=False)
    package = built(case)

    tell(one, yes=True, at=LATER)

    with pytest.raises(Refused, match="Build it again"):
        let_go(package)
    answer.build_again(package, by=make_staff(), at=LATER)
    assert POLICE in page_in(build(package))


def test_answer_built_before_it_was_kept_what_it_tells_is_built_again():
    package = built(make_reviewed())
    Package.objects.filter(pk=package.pk).update(tells=None)

    with pytest.raises(Refused, match="Build it again"):
        let_go(package)


def test_released_answer_that_tells_too_much_is_shown_to_who_can_revoke_it():
    """Of customers nothing is decided once a case is closed."""
    case = make_reviewed()
    _, forbid = told_of_the_police(case)
    package = let_go(built(case))
    client, url = staff_client(Role.DCO), reverse("staff-case", args=[case.reference])
    too_much = "is not to be told any more"
    assert too_much not in client.get(url).content.decode()

    forbid()

    page = client.get(url).content.decode()
    assert too_much in page
    assert reverse("package-revoke", args=[case.reference, package.reference]) in page


def marked(role=Role.CASEWORKER) -> list[str]:
    """Return the cases that the queue marks; the words stand there only with one."""
    page = staff_client(role).get(reverse("case-queue"))
    cases = page.context["too_much"]
    assert ("Answers that tell too much" in page.content.decode()) is bool(cases)
    return cases


def test_queue_marks_a_closed_case_whose_answer_tells_too_much():
    case, other = make_reviewed(), make_reviewed(email="bo@example.org")
    one = known_to_the_police(case)
    tell(one, yes=True)
    package = let_go(built(case))
    let_go(built(other))
    assert marked() == []

    tell(one, yes=False, at=LATER)

    assert Case.objects.get(pk=case.pk).closed_at is not None
    assert marked() == marked(Role.DCO) == [case.reference]
    answer.revoke(package, reason="x", by=make_staff(Role.DCO), at=LATER)
    assert marked() == []


@pytest.mark.parametrize("how_many", [1, 3])
def test_queue_costs_the_same_for_one_that_tells_too_much_and_for_three(
    how_many, django_assert_num_queries
):
    for _ in range(how_many):
        case = make_reviewed()
        opened = held_for_a_client(case)
        name(opened, yes=True)
        let_go(built(case))
    user = make_staff()
    PassOn.objects.update(may_name=False)

    released = telling_released(user)
    with django_assert_num_queries(7):
        too_much = telling_too_much(released)

    assert len(too_much) == how_many


def test_released_answer_that_tells_too_little_by_now_is_no_alarm():
    case = make_reviewed()
    one = known_to_the_police(case)
    tell(one, yes=False)
    let_go(built(case))

    tell(one, yes=True, at=LATER)

    page = staff_client(Role.DCO).get(reverse("staff-case", args=[case.reference]))
    assert "is not to be told any more" not in page.content.decode()


def test_customer_who_may_be_named_by_now_is_not_told_too_much():
    case = make_reviewed()
    opened = held_for_a_client(case)
    name(opened, yes=False)
    unnamed = Package(pk=1, case=case, tells=marks_in(case))
    name(opened, yes=True)
    named = Package(pk=2, case=case, tells=marks_in(case))
    assert telling_too_much([unnamed, named]) == set()

    PassOn.objects.update(may_name=False)

    assert telling_too_much([unnamed, named]) == {2}


def taught(case: Case) -> Disclosure:
    """Have the police told of a number that a record taught, and the person of that."""
    with transaction.atomic():
        begin_with_proved(case)
    case.identifiers.create(
        kind="phone", ref="k:" + "1" * 64, value=NUMBER, status=IdentifierStatus.SURE
    )
    one = known_to_the_police(case, about=("phone", NUMBER))
    tell(one, yes=True)
    return one


def test_part_waits_for_a_search_and_is_not_built_again_for_what_that_forgot():
    case = make_reviewed()
    taught(case)
    case.tasks.filter(system="cctv").update(state=TaskState.WITH_OWNER, verdict="")
    package = built(case, outcome=Outcome.IN_PART, open_until={"cctv": LATER.date()})
    number = case.identifiers.get(kind="phone")

    search.start_search(Case.objects.get(pk=case.pk), by=make_staff(), at=LATER)
    assert marks_in(case) != package.tells
    for act in (let_go, lambda one: answer.build_again(one, by=make_staff(), at=LATER)):
        with pytest.raises(Refused, match="Searched again since the decision"):
            act(package)

    number.save(force_insert=True)
    case.tasks.filter(system="crm").update(state=TaskState.DONE, verdict="found")
    assert POLICE in page_in(let_go(package))


def test_part_that_names_who_received_what_is_no_more_known_is_built_again():
    """It may be of somebody else's data by now (decision D1)."""
    case = make_reviewed()
    taught(case)
    case.tasks.filter(system="cctv").update(state=TaskState.WITH_OWNER, verdict="")
    package = built(case, outcome=Outcome.IN_PART, open_until={"cctv": LATER.date()})

    case.identifiers.filter(kind="phone").update(status=IdentifierStatus.CONTESTED)

    with pytest.raises(Refused, match="Build it again"):
        let_go(package)
    answer.build_again(package, by=make_staff(), at=LATER)
    assert POLICE not in page_in(let_go(build(package)))


def test_released_part_is_no_alarm_while_a_search_finds_fewer_and_one_when_decided():
    case = make_reviewed()
    one = taught(case)
    case.tasks.filter(system="cctv").update(state=TaskState.WITH_OWNER, verdict="")
    package = let_go(
        built(case, outcome=Outcome.IN_PART, open_until={"cctv": LATER.date()})
    )
    client, url = staff_client(Role.DCO), reverse("staff-case", args=[case.reference])
    too_much = "is not to be told any more"
    assert package.tells

    search.start_search(Case.objects.get(pk=case.pk), by=make_staff(), at=LATER)
    assert not case.identifiers.filter(kind="phone").exists()
    assert too_much not in client.get(url).content.decode()

    tell(one, yes=False, at=LATER)
    assert too_much in client.get(url).content.decode()
