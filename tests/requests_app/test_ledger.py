"""Acts that change no status stand in the ledger all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lumina_privacy.lib.actor import STRANGER, system
from requests_app.actions import answer, decision, intake, owner, tray
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

    intake.correct_address(submission, "right@example.org", client="192.0.2.1", at=AT)

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


def test_package_built_again():
    case, by = make_reviewed(), make_staff()
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=AT)
    package = decision.decide(
        case,
        outcome=Outcome.GRANTED,
        words="",
        form=DeliveryForm.DOWNLOAD,
        open_until={},
        by=by,
        at=AT,
    ).package
    package.state = PackageState.FAILED
    package.save(update_fields=["state"])

    answer.build_again(package, by=by, at=AT)

    assert last(case.about) == (
        "case.package.rebuilt",
        str(by.actor),
        {"package": package.pk},
    )
