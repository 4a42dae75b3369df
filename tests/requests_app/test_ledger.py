"""Acts that change no status stand in the ledger all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lumina_privacy.lib.actor import STRANGER, system
from requests_app.actions import (
    answer,
    building,
    correcting,
    decision,
    owner,
    tray,
)
from requests_app.states import DeliveryForm, Outcome, PackageState, TaskState
from tests.factories.accounts import make_staff
from tests.factories.cases import CCTV, RECEIVED_AT, make_case, make_reviewed, make_task
from tests.ledger import events_about

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=2)


def last(about: str) -> tuple[str, str, dict]:
    event = events_about(about)[-1]
    return event.event, event.actor, dict(event.details)


def test_corrected_address():
    submission = make_case(proved=False).submission

    correcting.correct_address(
        submission, "right@example.org", client="192.0.2.1", at=AT
    )

    assert last(f"submission:{submission.pk}") == (
        "submission.corrected",
        str(STRANGER),
        {},
    )


def test_reminder_of_an_unproved_request():
    submission = make_case(proved=False).submission

    assert tray.remind(submission, by=system("night"), at=AT)

    assert last(f"submission:{submission.pk}") == (
        "submission.reminded",
        "system:night",
        {"number": 1},
    )


def test_owner_asked_again():
    from datamap.registry.systems import System

    task, by = (
        make_task(make_case(), "cctv", state=TaskState.NEEDS_PERSON),
        make_staff(),
    )
    declared = System.model_validate(CCTV)
    owner.ask(task, declared, by=system("search"), at=AT)

    owner.ask_again(task, declared, by=by.actor, at=AT)

    assert last(task.case.about) == (
        "case.owner.asked",
        str(by.actor),
        {"system": "cctv"},
    )


def to_build(case, by):
    """Return the package of a copy that was granted; it waits for a worker."""
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=AT)
    return decision.decide(
        case,
        outcome=Outcome.GRANTED,
        words="",
        form=DeliveryForm.DOWNLOAD,
        open_until={},
        by=by,
        at=AT,
    ).package


def test_package_that_could_not_be_built():
    case = make_reviewed()  # of what was found no row is kept
    package = building.claim(to_build(case, make_staff()).pk, at=AT)

    assert not building.build_package(package, now=lambda: AT)

    package.refresh_from_db()
    assert package.state == PackageState.FAILED
    said = ("case.package.failed", "system:package-builder", {"package": package.pk})
    assert last(case.about) == said


def test_package_that_another_worker_has_is_not_said_to_have_failed():
    case = make_reviewed()
    first = building.claim(to_build(case, make_staff()).pk, at=AT)
    before = last(case.about)
    assert building.claim(first.pk, at=AT + timedelta(days=1)).attempt == 2

    assert not building.build_package(first, now=lambda: AT)

    assert last(case.about) == before


def test_package_built_again():
    case, by = make_reviewed(), make_staff()
    package = to_build(case, by)
    package.state = PackageState.FAILED
    package.save(update_fields=["state"])

    answer.build_again(package, by=by, at=AT)

    assert last(case.about) == (
        "case.package.rebuilt",
        str(by.actor),
        {"package": package.pk},
    )
