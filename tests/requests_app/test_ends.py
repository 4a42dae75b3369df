"""An answer that is made again (decision C16)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from outbox.models import Message
from requests_app.actions import (
    answer,
    building,
    casework,
    decision,
    disposal,
    owner,
    search,
)
from requests_app.models import Case, OwnerTask, Package
from requests_app.states import (
    CaseStatus,
    CheckMethod,
    DeliveryForm,
    EventKind,
    Outcome,
    PackageState,
    RowChoice,
    TaskState,
    TaskVerdict,
)
from requests_app.tasks import jobs
from tests.factories import reviewing
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import (
    CCTV,
    CRM,
    RECEIVED_AT,
    make_case,
    make_reviewed,
    make_revision,
    make_row,
    make_spooled,
)
from tests.requests_app.kept import DAY, approve_line
from vault import actions as vault

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = RECEIVED_AT + timedelta(days=1)
LATER = AT + timedelta(hours=2)
WORDS = "We called the number on file twice; nobody there knew of the request."


def check(case, *, passed):
    casework.record_check(
        case,
        method=CheckMethod.CALL_BACK,
        passed=passed,
        reason="Called the number on file.",
        by=make_staff(),
        at=AT,
    )


def make_ready(*rows, systems=(CRM,)):
    """Return a case in review whose one row a person has said to release."""
    case = make_reviewed(revision=make_revision(systems))
    case.tasks.filter(system="cctv").delete()
    case.found.all().delete()
    reviewing.choose_dataset(
        make_spooled(case, rows or [make_row("a")]),
        choice=RowChoice.RELEASE,
        ground="",
        seen_rows=True,
        by=make_staff(),
        at=AT,
    )
    return case


def grant(case, outcome=Outcome.GRANTED, form=DeliveryForm.DOWNLOAD):
    return decision.decide(
        case,
        outcome=outcome,
        words="",
        form=form,
        open_until={},
        by=make_staff(),
        at=AT,
    )


def make_built(*rows, form=DeliveryForm.DOWNLOAD, **known) -> Package:
    case = make_ready(*rows, **known)
    check(case, passed=True)
    return build(grant(case, form=form).package)


def make_answered(*rows, **known) -> Package:
    return release(make_built(*rows, **known))


def build(package) -> Package:
    building.build_package(building.claim(package.pk, at=AT), now=lambda: AT)
    return Package.objects.get(pk=package.pk)


def release(package, at=LATER) -> Package:
    return answer.release(package, by=make_staff(Role.REVIEWER), at=at)


def expired(package) -> Package:
    at = LATER + timedelta(days=200)
    assert answer.destroy(package, by=system("night"), at=at)
    return Package.objects.get(pk=package.pk)


def again(package, **said):
    said = {"reason": "She wrote on Monday.", "by": make_staff(), **said}
    return answer.make_again(package, **said, at=LATER)


def test_answer_that_expired_is_made_again_of_the_same_decision_and_released():
    first = expired(make_answered())

    assert again(first)

    second = first.decision.package
    assert second.pk != first.pk
    assert not disposal.destroy_superseded(second, by=system("night"), at=LATER)
    released = release(build(second))
    released.case.refresh_from_db()
    assert released.state == PackageState.RELEASED
    assert released.manifest["datasets"][0]["rows"] == 1
    assert released.case.status == CaseStatus.DONE
    kinds = list(released.case.events.values_list("kind", flat=True))
    assert kinds.count(EventKind.ANSWERED) == 1
    assert Message.objects.filter(purpose="case-answer-ready").count() == 2


def test_answer_whose_rows_are_destroyed_goes_back_to_be_searched_again():
    first = expired(make_answered())
    found = first.case.found.get()
    vault.destroy(found.spool, reason="line-ended", by=system("night"), at=LATER)
    first.case.found.update(spool=None)

    assert not again(first)

    first.case.refresh_from_db()
    assert first.case.status == CaseStatus.IN_REVIEW
    assert first.case.packages.count() == 1


def test_answer_of_an_ended_line_is_neither_made_again_nor_decided_on_nothing():
    approve_line("P1D")
    first = expired(make_answered())
    jobs.destroy_gathered(LATER + 300 * DAY)

    assert not again(first)

    case = Case.objects.get(pk=first.case.pk)
    assert case.status == CaseStatus.IN_REVIEW
    for outcome in (Outcome.GRANTED, Outcome.NOTHING_HELD):
        with pytest.raises(Refused):
            grant(case, outcome)


def test_answer_that_nothing_is_held_is_searched_for_again_once_its_line_ended():
    """What the systems were searched with is destroyed: nobody can say it once more."""
    approve_line("P1D")
    case = make_ready()
    case.found.all().delete()
    case.tasks.update(verdict=TaskVerdict.NOTHING_HELD)
    case.identifiers.create(kind="customer_id", ref="r", value="7", status="sure")
    check(case, passed=True)
    expired(release(build(grant(case, Outcome.NOTHING_HELD).package)))

    jobs.destroy_gathered(LATER + 300 * DAY)

    assert case.tasks.get().state == TaskState.NEEDS_PERSON


def test_owner_is_asked_again_when_the_file_they_brought_is_destroyed():
    approve_line("P1D")
    case = make_case(revision=make_revision([CCTV]))
    search.start_search(case, by=make_staff(), at=AT)
    asked = OwnerTask.objects.get(task__case=case)
    file = owner.add_file(asked, name="a.mp4", claimed_type="", chunks=[b"a"], at=AT)
    owner.finish(asked, note="", at=AT)
    reviewing.choose_file(
        file, choice=RowChoice.RELEASE, ground="", by=make_staff(), at=AT
    )
    check(case, passed=True)
    first = expired(release(build(grant(case).package)))
    jobs.destroy_gathered(LATER + 300 * DAY)
    assert not again(first)

    search.start_search(case, by=make_staff(), at=LATER)

    assert case.tasks.get().state == TaskState.WITH_OWNER
    with pytest.raises(Refused, match="No verdict yet from Cameras"):
        grant(case, Outcome.NOTHING_HELD)


def test_answer_is_not_made_again_twice_at_a_time_nor_without_a_reason():
    first = make_answered()

    with pytest.raises(Refused, match="Write who asked"):
        again(first, reason=" ")
    again(first)
    with pytest.raises(Refused, match="later answer"):
        again(first)


def test_answer_of_an_open_case_is_not_made_again():
    first = make_answered()
    answer.revoke(first, reason="Her brother.", by=make_staff(), at=LATER)

    with pytest.raises(Refused, match="answered case"):
        again(first)


def test_answer_is_made_again_on_its_page():
    first = make_answered()
    client = staff_client()
    url = reverse("package-again", args=[first.case.reference, first.reference])
    page = client.get(reverse("staff-case", args=[first.case.reference]))
    assert url in page.content.decode()

    assert client.post(url, {"reason": "She wrote on Monday."}).status_code == 302

    assert first.case.packages.count() == 2
