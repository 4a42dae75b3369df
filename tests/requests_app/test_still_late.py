"""What is late stays late until the whole answer has reached the person (D5, C40)."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.roles import Role
from lumina_privacy.lib.actor import system
from requests_app.actions import answer, building, casework, decision, delivery, subject
from requests_app.actions.projection import append, locked
from requests_app.models import Case, Package
from requests_app.queries.clock import late_since
from requests_app.states import (
    CheckMethod,
    DeliveryForm,
    EventKind,
    Outcome,
    PackageState,
    RevokedWhy,
    TaskState,
    TaskVerdict,
)
from tests.factories.accounts import make_staff, subject_of
from tests.factories.cases import make_reviewed, make_row, make_spooled
from tests.factories.clock import again, noon
from tests.requests_app.test_two_persons import EARLY, NEAR, make_built, release

pytestmark = [pytest.mark.django_db, pytest.mark.long]
# Received on Monday 2 November 2026.
DUE = date(2026, 12, 2)
AFTER = noon("2026-12-15")


def make_part() -> Case:
    """Return a case of which a part was given in time; the footage is looked for."""
    case = make_reviewed()
    make_spooled(case, [make_row("a")])
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=EARLY)
    case.tasks.filter(system="cctv").update(state=TaskState.WITH_OWNER, verdict="")
    casework.record_check(
        case,
        method=CheckMethod.FACT,
        passed=True,
        reason="Knew the invoice.",
        by=make_staff(Role.DCO),
        at=EARLY,
    )
    give(case, Outcome.IN_PART, at=EARLY, open_until={"cctv": AFTER.date()})
    return again(case)


def give(case: Case, outcome: Outcome, *, at, open_until=None) -> Package:
    package = make(case, outcome, at=at, open_until=open_until)
    return release(package, make_staff(Role.REVIEWER), at=at)


def make(case: Case, outcome: Outcome, *, at, open_until=None) -> Package:
    made = decision.decide(
        again(case),
        outcome=outcome,
        words="",
        form=DeliveryForm.DOWNLOAD,
        open_until=open_until or {},
        by=make_staff(),
        at=at,
    )
    building.build_package(building.claim(made.package.pk, at=at), now=lambda: at)
    return Package.objects.get(pk=made.package.pk)


def test_the_rest_is_late_though_a_part_was_in_time():
    case = make_part()
    assert late_since(case, at=EARLY) is None

    assert late_since(case, at=AFTER) == DUE
    case.tasks.filter(system="cctv").update(
        state=TaskState.DONE, verdict=TaskVerdict.NOTHING_HELD
    )
    rest = make(case, Outcome.GRANTED, at=AFTER)
    assert late_since(case, at=AFTER, package=rest) == DUE
    release(rest, make_staff(Role.REVIEWER), at=AFTER)
    # It is answered; what repeats it is not late.
    assert late_since(again(case), at=noon("2027-01-20")) is None


def given() -> Package:
    return release(make_built(make_staff()), make_staff(Role.REVIEWER))


def fetch(package: Package) -> None:
    by = subject_of(package.case.submission.address)
    download = subject.start_download(package, by=by, at=NEAR)
    subject.finish_download(download, by=by, at=NEAR)


@pytest.mark.parametrize(
    ("why", "fetched", "is_late"),
    [
        (RevokedWhy.WRONG_PERSON, True, True),
        (RevokedWhy.WRONG_PERSON, False, True),
        (RevokedWhy.OTHERS_DATA, True, False),
        (RevokedWhy.OTHERS_DATA, False, True),
        (RevokedWhy.MISTAKE, False, True),
    ],
)
def test_an_answer_that_did_not_reach_the_person_was_none(why, fetched, is_late):
    package = given()
    if fetched:
        fetch(package)

    answer.revoke(package, reason="x", by=make_staff(Role.DCO), at=NEAR, why=why)

    assert late_since(again(package.case), at=NEAR) is None
    assert late_since(again(package.case), at=AFTER) == (DUE if is_late else None)


def test_an_answer_withdrawn_before_a_reason_was_asked_for_reached_the_wrong_person():
    """Events are append-only: those older than the reason keep having none."""
    package = given()
    fetch(package)
    case = package.case
    Package.objects.filter(pk=package.pk).update(
        state=PackageState.REVOKED, ended_at=NEAR
    )
    facts = {"package": package.pk, "downloads": 1, "finished": 1, "bytes": 9}
    append(
        locked(case),
        EventKind.PACKAGE_REVOKED,
        happened_at=NEAR,
        by=system("test"),
        at=NEAR,
        facts=facts,
    )

    assert late_since(again(case), at=AFTER) == DUE


def test_an_answer_that_stands_in_time_is_not_late_when_it_is_repeated():
    package = given()

    assert late_since(again(package.case), at=AFTER) is None


def test_paper_that_is_released_and_lies_here_is_no_answer_until_it_is_posted():
    package = release(
        make_built(make_staff(), DeliveryForm.PRINT), make_staff(Role.REVIEWER)
    )
    assert late_since(again(package.case), at=AFTER) == DUE

    delivery.print_for_post(package, by=make_staff(), at=AFTER)
    delivery.dispatch(
        package,
        method="First class",
        to="1 High Street",
        tracking="",
        posted_at=AFTER,
        by=make_staff(),
        at=AFTER,
    )

    assert late_since(again(package.case), at=AFTER) is None
