"""What was reviewed is what is released, whole or in part (decisions D5, E12, C36)."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from datamap.queries import register_at
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.verdict import Refused
from requests_app import rules
from requests_app.actions import (
    answer,
    building,
    casework,
    decision,
    identifiers,
    review,
    search,
)
from requests_app.models import OwnerFile, OwnerTask, Package
from requests_app.rules import WhoseQuestion
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
from tests.factories import reviewing
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import (
    CCTV,
    CRM,
    DESK,
    RECEIVED_AT,
    happen,
    make_case,
    make_reviewed,
    make_revision,
    make_row,
    make_spooled,
    make_task,
)
from vault import actions as vault
from vault.states import FilePurpose

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=1)
UNTIL = date(2026, 11, 20)


def make_part():
    """Return a case in review: one system answered, one with its owner; and a file."""
    case = make_reviewed(revision=make_revision([CRM, DESK, CCTV]))
    case.found.all().delete()
    make_spooled(case, [make_row("a"), make_row("b")])
    make_task(case, "archive", state=TaskState.WITH_OWNER)
    asked = OwnerTask.objects.create(
        reference="OWNER-1",
        task=case.tasks.get(system="cctv"),
        address="facilities@luminatech.example",
        due_on=UNTIL,
        asked_at=AT,
    )
    with vault.writing(
        purpose=FilePurpose.UPLOAD,
        about=case.about,
        name="entrance.mp4",
        by=system("test"),
        at=AT,
    ) as sink:
        sink.write(b"frames")
    file = OwnerFile.objects.create(task=asked, file=sink.file_id, at=AT)
    release_all(case)
    reviewing.choose_file(
        file, choice=RowChoice.RELEASE, ground="", by=make_staff(), at=AT
    )
    casework.record_check(
        case,
        method=CheckMethod.FACT,
        passed=True,
        reason="Knew the invoice.",
        by=make_staff(),
        at=AT,
    )
    return case, file


def release_all(case):
    for found in case.found.filter(reviewed_at__isnull=True):
        reviewing.choose_dataset(
            found,
            choice=RowChoice.RELEASE,
            ground="",
            seen_rows=True,
            by=make_staff(),
            at=AT,
        )


def decide(case, outcome=Outcome.IN_PART, form=DeliveryForm.DOWNLOAD, at=AT):
    waiting = case.tasks.exclude(state=TaskState.DONE)
    return decision.decide(
        case,
        outcome=outcome,
        words="",
        form=form,
        open_until={task.system: UNTIL for task in waiting},
        by=make_staff(),
        at=at,
    )


def build(made) -> Package:
    package = building.claim(made.package.pk, at=AT)
    building.build_package(package, now=lambda: AT)
    return Package.objects.get(pk=package.pk)


def release(package):
    by = make_staff(Role.REVIEWER)
    return answer.release(package, by=by, at=AT + timedelta(hours=3))


# --- Changed after the decision ---------------------------------------------------


def withhold_file(case, file):
    reviewing.choose_file(
        file,
        choice=RowChoice.WITHHOLD,
        ground="third_party",
        by=make_staff(),
        at=AT + timedelta(hours=1),
    )


def cut_row(case, file):
    found = case.found.get()
    row = next(iter(review.spool.read_rows(found)))
    reviewing.choose_row(
        found,
        row=row,
        choice=RowChoice.REDACT,
        fields=["name"],
        ground="third_party",
        by=make_staff(),
        at=AT + timedelta(hours=1),
    )


def search_again(case, file):
    make_spooled(case, [make_row("a"), make_row("c")])
    release_all(case)


CHANGES = [withhold_file, cut_row, search_again]


@pytest.mark.parametrize("change", CHANGES)
def test_part_whose_review_changed_after_it_was_built_is_not_released(change):
    case, file = make_part()
    package = build(decide(case))

    change(case, file)

    with pytest.raises(Refused, match="review was changed after the decision"):
        release(package)


@pytest.mark.parametrize("change", CHANGES)
def test_part_whose_review_changed_before_it_was_built_is_not_built(change):
    case, file = make_part()
    made = decide(case)

    change(case, file)

    package = build(made)
    assert package.state == PackageState.FAILED
    assert "review was changed" in package.problem


# --- Searched otherwise since the decision ----------------------------------------


def search_system_again(case):
    case.tasks.filter(system="crm").update(state=TaskState.PENDING, verdict="")


def rule_against(case):
    """Say that the address is another person's too: what it found is in doubt."""
    known = case.identifiers.create(
        kind="email", ref="r", value="shared@example.org", status="contested", route=[]
    )
    identifiers.rule(
        known,
        asked=WhoseQuestion.SHARED,
        shown=known.shown,
        same_person=False,
        reason="Father and son.",
        by=make_staff(),
        at=AT,
    )


AGAIN = [
    (search_system_again, "Searched again since the decision: Customers"),
    (rule_against, "known by has changed since the search"),
]


@pytest.mark.parametrize(("happens", "why"), AGAIN)
def test_part_is_not_released_when_its_search_stands_no_more(happens, why):
    case, _ = make_part()
    package = build(decide(case))

    happens(case)

    with pytest.raises(Refused, match=why):
        release(package)


@pytest.mark.parametrize(("happens", "why"), AGAIN)
def test_part_is_not_built_when_its_search_stands_no_more(happens, why):
    case, _ = make_part()
    made = decide(case)

    happens(case)

    package = build(made)
    assert package.state == PackageState.FAILED
    assert why in package.problem


def test_part_is_released_although_the_rest_has_come_in_since():
    case, _ = make_part()
    package = build(decide(case))
    task = case.tasks.get(system="archive")
    task.state, task.verdict = TaskState.DONE, TaskVerdict.FOUND
    task.save(update_fields=["state", "verdict"])
    make_spooled(case, [make_row("x")], "archive", "tickets")

    release(package)

    package.refresh_from_db()
    assert package.state == PackageState.RELEASED
    assert {one["system"] for one in package.manifest["datasets"]} == {"crm"}
    assert len(package.manifest["files"]) == 1


def settled(searched_with):
    """Return what a system holds that is down, was reviewed, and is answered for."""
    case = searching()
    release_all(case)
    case.tasks.filter(system="crm").update(
        state=TaskState.WAITING, verdict="", searched_with=searched_with
    )
    search.settle(case.tasks.get(system="crm"), reason="Down.", by=make_staff(), at=AT)
    return case.found.get()


def test_what_was_found_by_other_identifiers_is_looked_at_again_when_it_is_settled():
    found = settled("as it was before the doubt")

    assert (found.choice, found.reviewed_by, found.reviewed_at) == ("", "", None)
    assert found.sure == 1


def test_what_was_found_by_all_that_is_known_stays_reviewed_when_it_is_settled():
    declared = register_at(make_revision([CRM]).pk).system("crm")

    found = settled(rules.fingerprint(declared, []))

    assert (found.choice, found.reviewed_at) == ("release", AT)


# --- A part while the search runs -------------------------------------------------


def searching():
    """Return a case whose search runs: one system has answered, one runs."""
    case = happen(
        make_case(revision=make_revision([CRM, DESK])), EventKind.SEARCH_STARTED
    )
    make_task(case, "crm", state=TaskState.DONE, verdict=TaskVerdict.FOUND)
    make_task(case, "archive", state=TaskState.RUNNING)
    make_spooled(case, [make_row("a")])
    return case


def test_what_a_system_has_answered_goes_out_while_another_is_searched():
    case = searching()
    release_all(case)

    made = decide(case)

    case.refresh_from_db()
    assert case.status == CaseStatus.SEARCHING
    assert made.still_open == [{"system": "archive", "by": UNTIL.isoformat()}]
    assert [one["rows"] for one in build(made).manifest["datasets"]] == [1]


def test_whole_request_is_not_decided_while_it_is_being_searched():
    case = searching()
    release_all(case)

    with pytest.raises(Refused, match="while it is in review"):
        decide(case, Outcome.GRANTED)


def test_part_is_not_decided_before_any_system_has_answered():
    case = searching()
    case.tasks.filter(system="crm").update(state=TaskState.RUNNING, verdict="")

    with pytest.raises(Refused, match="No system has answered yet"):
        decide(case)


def test_part_holds_nothing_of_a_system_that_is_being_searched_again():
    case = searching()
    case.tasks.filter(system="crm").update(state=TaskState.PENDING, verdict="")
    case.tasks.filter(system="archive").update(
        state=TaskState.DONE, verdict=TaskVerdict.NOTHING_HELD
    )

    with pytest.raises(Refused, match="being searched again"):
        release_all(case)
    assert build(decide(case)).manifest["datasets"] == []


# --- How it reaches the person ----------------------------------------------------


def by_letter(**answers):
    """Return a case of somebody without an e-mail address, ready to be decided."""
    case = make_reviewed()
    case.proved.update(kind="postal")
    case.found.update(choice="release", reviewed_by="staff:1", reviewed_at=AT)
    submission = case.submission
    submission.answers = json.dumps(answers)
    submission.save(update_fields=["answers"])
    return case


def test_download_for_somebody_without_an_address_is_refused():
    with pytest.raises(Refused, match="cannot sign in to fetch"):
        decide(by_letter(), Outcome.GRANTED)


def test_paper_for_somebody_without_an_address_is_decided():
    assert decide(by_letter(), Outcome.GRANTED, DeliveryForm.PRINT).form == "print"


@pytest.mark.parametrize(
    ("case", "form"),
    [
        (lambda: by_letter(how="print"), "print"),
        (lambda: by_letter(how="download"), "print"),
        (make_reviewed, "download"),
    ],
)
def test_form_begins_with_what_the_person_asked_for(case, form):
    case = case()

    page = staff_client().get(reverse("case-decide", args=[case.reference]))

    assert page.context["form"]["form"].value() == form


def test_download_to_an_address_that_only_staff_named_is_refused():
    case = by_letter()
    case.proved.create(
        kind="email", ref="r", value="old@example.org", proof="staff", level=0, at=AT
    )

    with pytest.raises(Refused, match="cannot sign in to fetch"):
        decide(case, Outcome.GRANTED)
