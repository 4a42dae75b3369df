"""What was gathered and built goes when its time is over, and not before."""

from __future__ import annotations

import sys
from datetime import timedelta

import pytest

from accounts.roles import Role
from audit import queries as audit
from requests_app.actions import answer, building, decision, disposal, subject
from requests_app.models import Package, RowDecision
from requests_app.states import (
    DeliveryForm,
    EventKind,
    Outcome,
    PackageState,
    RowChoice,
    TaskState,
)
from requests_app.tasks import jobs
from requests_app.tasks.nightly import nightly
from tests.factories.accounts import make_staff, make_subject, subject_client
from tests.factories.cases import (
    RECEIVED_AT,
    happen,
    make_case,
    make_found,
    make_reviewed,
    make_revision,
    make_task,
)
from tests.ledger import events_about
from tests.requests_app.kept import (
    AT,
    BY,
    DAY,
    approve_line,
    decided,
    done,
    gather,
    is_destroyed,
    make_package,
    store,
    why_destroyed,
)
from vault import queries as vault_queries
from vault.states import FilePurpose

pytestmark = pytest.mark.django_db

# --- Packages -------------------------------------------------------------------------


def test_night_destroys_a_copy_nobody_fetched_ninety_days_after_its_release():
    package = make_package(done(), PackageState.RELEASED)

    jobs.destroy_packages(AT + 90 * DAY - timedelta(seconds=1))
    assert not is_destroyed(package.file)
    jobs.destroy_packages(AT + 90 * DAY)

    package.refresh_from_db()
    assert package.state == PackageState.DESTROYED
    assert is_destroyed(package.file)
    assert package.manifest == {"members": 3}


def test_copy_fetched_late_lives_thirty_days_from_then_and_the_page_says_so():
    package = make_package(done(), PackageState.RELEASED)
    by = make_subject(package.case.proved.get().value)
    late = AT + 80 * DAY
    download = subject.start_download(package, by=by, at=late)

    subject.finish_download(download, by=by, at=late)

    package.refresh_from_db()
    assert package.expires_at == late + 30 * DAY
    jobs.destroy_packages(AT + 95 * DAY)
    assert not is_destroyed(package.file)
    jobs.destroy_packages(late + 30 * DAY)
    assert is_destroyed(package.file)


def test_new_decision_destroys_the_package_of_the_one_before():
    case = make_reviewed()
    case.found.update(choice=RowChoice.RELEASE, reviewed_by="staff:1", reviewed_at=AT)
    make_task(case, "billing", state=TaskState.PENDING)
    part = make_package(case, outcome=Outcome.IN_PART)
    case.tasks.filter(system="billing").update(
        state=TaskState.DONE, verdict="nothing_held"
    )

    decision.decide(
        case,
        outcome=Outcome.GRANTED,
        words="",
        form=DeliveryForm.DOWNLOAD,
        open_until={},
        by=make_staff(Role.REVIEWER),
        at=AT,
    )

    part.refresh_from_db()
    assert (part.state, is_destroyed(part.file)) == (PackageState.DESTROYED, True)
    assert vault_queries.facts(part.file).destroyed_at == AT
    newest = case.packages.order_by("-pk").first()
    assert newest.state == PackageState.PENDING


def test_part_that_was_released_outlives_the_decision_about_the_rest():
    case = make_reviewed()
    part = make_package(case, PackageState.RELEASED, outcome=Outcome.IN_PART)

    disposal.destroy_unreleased(case, by=BY, at=AT)
    jobs.destroy_packages(AT)

    part.refresh_from_db()
    assert (part.state, is_destroyed(part.file)) == (PackageState.RELEASED, False)


def test_reopening_destroys_the_built_package_at_once():
    case = decided()
    package = make_package(case)

    decision.reopen(case, reason="A mistake.", by=make_staff(), at=AT)

    package.refresh_from_db()
    assert (package.state, is_destroyed(package.file)) == (PackageState.DESTROYED, True)


def test_worker_that_still_builds_for_a_reopened_case_leaves_nothing():
    case = decided()
    package = make_package(case, PackageState.PENDING)
    before = {package.file}
    package.file = None
    package.save(update_fields=["file"])
    claimed = building.claim(package.pk, at=AT)
    decision.reopen(case, reason="A mistake.", by=make_staff(), at=AT)

    finished = building.build_package(claimed, now=lambda: AT)

    package.refresh_from_db()
    assert (finished, package.state) == (False, PackageState.DESTROYED)
    kept = vault_queries.kept_since_before(FilePurpose.PACKAGE, AT + DAY)
    assert {file.id for file in kept} == before


@pytest.mark.parametrize(
    "kept", [PackageState.BUILT, PackageState.FAILED, PackageState.RELEASED]
)
def test_package_of_a_standing_decision_is_not_touched(kept):
    package = make_package(decided(), kept)

    jobs.destroy_packages(AT + DAY)

    package.refresh_from_db()
    assert (package.state, is_destroyed(package.file)) == (kept, False)


def test_night_destroys_packages_that_were_superseded_before_this_rule_was_kept():
    case = decided()
    older, newer = make_package(case), make_package(case)

    jobs.destroy_packages(AT + DAY)

    assert (is_destroyed(older.file), is_destroyed(newer.file)) == (True, False)


def test_package_of_a_case_in_review_again_is_destroyed_by_the_night():
    package = make_package(make_reviewed())

    jobs.destroy_packages(AT + DAY)

    assert is_destroyed(package.file)


# --- Withdrawn and lapsed -------------------------------------------------------------


def test_withdrawal_is_followed_by_the_destruction_of_every_package():
    case = decided()
    packages = [
        make_package(case),
        make_package(case, PackageState.RELEASED, outcome=Outcome.IN_PART),
    ]
    spool, upload = gather(case)
    happen(case, EventKind.WITHDRAWN, at=AT)

    jobs.forget_withdrawn(AT + DAY)

    files = [*(package.file for package in packages), spool, upload]
    assert {why_destroyed(file_id) for file_id in files} == {"withdrawn"}
    states = set(case.packages.values_list("state", flat=True))
    assert states == {PackageState.DESTROYED}
    assert not disposal.still_holding(type(case).objects.filter(pk=case.pk)).exists()


def test_what_was_gathered_for_a_case_that_lapsed_goes_for_that_reason():
    case = make_case(proved=False)
    found = make_found(case, spool=store(case, FilePurpose.SPOOL))
    happen(case, EventKind.LAPSED, at=AT)

    jobs.forget_withdrawn(AT + DAY)

    assert why_destroyed(found.spool) == "lapsed"


def test_withdrawn_case_whose_only_remnant_is_a_package_is_found():
    case = decided()
    case.found.all().delete()
    package = make_package(case)
    happen(case, EventKind.WITHDRAWN, at=AT)

    jobs.forget_withdrawn(AT + DAY)

    assert is_destroyed(package.file)


def test_submission_that_lapsed_loses_what_its_sender_wrote():
    case = make_case("stranger@example.org", proved=False)
    case.submission.phone, case.submission.postal = "01442 1", "1 Mark Road"
    case.submission.answers = '{"words": "all"}'
    case.submission.save()
    happen(case, EventKind.LAPSED, at=AT)

    jobs.forget_unproved(AT)

    left = case.submission
    left.refresh_from_db()
    assert (left.name, left.phone, left.postal, left.answers, left.address) == (
        "",
        "",
        "",
        "",
        "",
    )
    assert left.address_ref
    assert left.received_at == RECEIVED_AT
    events = [e.event for e in events_about(f"submission:{left.pk}")]
    assert events == ["submission.forgotten"]
    jobs.forget_unproved(AT)
    assert len(events_about(f"submission:{left.pk}")) == 1


def test_submission_in_the_tray_and_one_of_a_proved_person_keep_what_was_written():
    waiting = make_case(proved=False)
    proved = happen(make_case(), EventKind.WITHDRAWN)

    jobs.forget_unproved(AT + 400 * DAY)

    for case in (waiting, proved):
        case.submission.refresh_from_db()
        assert case.submission.name == "Ann Other"


# --- Answered -------------------------------------------------------------------------


def test_what_was_gathered_for_an_answered_case_goes_at_the_end_of_its_line():
    case = done()
    spool, upload = gather(case)
    package = make_package(case, PackageState.DESTROYED, ended_at=AT)
    approve_line("P6M")
    over = AT.replace(year=2027, month=5)

    jobs.destroy_gathered(over - DAY)
    assert not is_destroyed(spool)
    jobs.destroy_gathered(over)

    assert [is_destroyed(spool), is_destroyed(upload)] == [True, True]
    assert not case.found.filter(spool__isnull=False).exists()
    assert not case.identifiers.exists()
    assert case.found.get(dataset="notes").sure == 1
    assert RowDecision.objects.filter(found__case=case).count() == 1
    assert Package.objects.get(pk=package.pk).manifest == {"members": 3}


def test_nothing_gathered_goes_while_a_copy_can_still_be_fetched():
    case = done()
    spool, _ = gather(case)
    make_package(case, PackageState.RELEASED)
    approve_line("P1D")

    jobs.destroy_gathered(AT + 30 * DAY)

    assert not is_destroyed(spool)


def test_line_that_the_dco_has_not_approved_removes_nothing():
    case = done()
    spool, _ = gather(case)

    jobs.destroy_gathered(AT + 4000 * DAY)

    assert not is_destroyed(spool)


def test_person_reads_until_when_the_copy_can_be_made_again():
    case = done(email="ann@example.org")
    make_package(case, PackageState.DESTROYED, released_at=AT, ended_at=AT)
    client = subject_client("ann@example.org")
    url = f"/cases/{case.reference}/"

    assert "we make it again on request." in client.get(url).content.decode()
    approve_line("P6M")
    assert "if you ask us before 5 May 2027" in client.get(url).content.decode()


# --- The loop -------------------------------------------------------------------------


def test_one_row_that_fails_stops_none_of_the_later_ones_and_is_logged_by_id(
    monkeypatch, caplog
):
    first, second = (make_package(done(), PackageState.RELEASED) for _ in range(2))
    destroy = answer.destroy

    def broken(package, **how):
        if package.pk == first.pk:
            raise ValueError(package.case.submission.name)
        return destroy(package, **how)

    monkeypatch.setattr(answer, "destroy", broken)
    night = sys.modules["requests_app.tasks.nightly"]
    monkeypatch.setattr(night, "JOBS", {"destroy-packages": jobs.destroy_packages})
    Package.objects.update(expires_at=AT)

    with pytest.raises(RuntimeError, match="destroy-packages"):
        nightly()

    assert (is_destroyed(first.file), is_destroyed(second.file)) == (False, True)
    assert f"requests_app.Package {first.pk} failed: ValueError" in caplog.text
    assert "Ann Other" not in caplog.text
    assert "destroy-packages" not in {beat.name for beat in audit.heartbeats()}


def test_heartbeat_when_all_went_well():
    make_revision([])
    nightly()

    assert set(jobs.JOBS) <= {beat.name for beat in audit.heartbeats()}
