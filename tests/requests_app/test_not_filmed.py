"""Who says that they were not filmed: no owner of cameras is asked about them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from lumina_privacy.lib.verdict import Verdict
from requests_app.actions import building, search
from requests_app.models import Case, OwnerTask, Package, Submission
from requests_app.policies.decision import may_decide
from requests_app.queries import owner as owner_queries
from requests_app.queries.asked import overwriting_asked_for
from requests_app.states import (
    CaseStatus,
    EventKind,
    Outcome,
    Right,
    TaskState,
    TaskVerdict,
)
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import (
    CCTV,
    CRM,
    RECEIVED_AT,
    make_case,
    make_revision,
    register_in_force,
)
from tests.factories.clock import again
from tests.requests_app.test_casework import decide
from tests.requests_app.test_filing_rights import FOOTAGE, answered, send, walk
from tests.requests_app.test_merging import ANN, merge
from tests.requests_app.test_packages import opened, page
from tests.requests_app.test_search import CRM_SQL, work_off
from tests.requests_app.test_views_intake import take_in

pytestmark = [pytest.mark.django_db, pytest.mark.long]
AT = RECEIVED_AT + timedelta(hours=1)
EVERYTHING = {"scope": "all", "period": "", "words": ""}
REASON = "You told us that you were not filmed at our premises."


def case_of(told: dict | None, **more) -> Case:
    case = make_case(ANN, **{"revision": make_revision([CCTV]), **more})
    case.submission.answers = json.dumps(told or {})
    case.submission.save()
    return case


def searched(case: Case) -> Case:
    return search.start_search(case, by=make_staff(), at=AT + timedelta(days=3))


@pytest.mark.parametrize(
    ("filmed", "shown"), [("no", "No"), ("unknown", "I do not know"), ("yes", "Yes")]
)
def test_answers_read_back_whether_they_were_filmed(client, filmed, shown):
    register_in_force()
    seen = FOOTAGE if filmed == "yes" else {}

    asked = walk(
        client,
        Right.ACCESS,
        scope=EVERYTHING,
        sighting={**seen, "filmed": filmed},
    )

    assert "sighting" in asked
    rows = {row["label"]: row["value"] for row in answered(client)}
    assert rows["Filmed at our premises"] == shown
    assert ("Where" in rows) is (filmed == "yes")
    send(client)
    kept = json.loads(Submission.objects.get().answers)
    assert kept["filmed"] == filmed
    assert ("cctv" in kept) is (filmed == "yes")


def test_no_leaves_nothing_to_look_for_behind(client):
    register_in_force()
    walk(
        client,
        Right.ACCESS,
        scope=EVERYTHING,
        sighting={**FOOTAGE, "day_month": "13", "filmed": "no"},
    )

    send(client)

    kept = json.loads(Submission.objects.get().answers)
    assert (kept["filmed"], "cctv" in kept) == ("no", False)
    assert overwriting_asked_for(Case.objects.get()) == []


def test_recordings_asked_for_by_name_after_all_want_when_and_where(client):
    register_in_force()
    walk(client, Right.ACCESS, scope=EVERYTHING, sighting={"filmed": "no"})
    scope = f"{reverse('ask-question', args=['scope'])}?check"

    client.post(scope, {"scope": "some", "categories": ["cctv"]})

    unanswered = client.get(reverse("ask-check"))
    assert unanswered.url == reverse("ask-question", args=["sighting"])


def test_owner_of_the_cameras_is_not_asked_about_who_was_not_filmed():
    case = searched(case_of({"filmed": "no"}))

    task = case.tasks.get()
    assert (task.state, task.verdict) == (TaskState.DONE, TaskVerdict.REASONED)
    assert (task.reason, task.settled_by) == (REASON, "subject:own-answer")
    assert not OwnerTask.objects.exists()
    assert case.status == CaseStatus.IN_REVIEW
    event = case.events.get(kind=EventKind.SYSTEM_SETTLED)
    assert event.facts == {"system": "cctv", "verdict": "reasoned"}
    page = staff_client().get(reverse("staff-case", args=[case.reference]))
    assert REASON in page.content.decode()


@pytest.mark.parametrize("told", [{"filmed": "unknown"}, {"filmed": "yes"}, {}])
def test_owner_is_asked_about_who_was_filmed_or_may_have_been(told):
    case = searched(case_of(told))

    assert case.tasks.get().state == TaskState.WITH_OWNER
    details = owner_queries.page_of(OwnerTask.objects.get()).details
    unsure = told == {"filmed": "unknown"}
    assert details == ((("Filmed at our premises", "I do not know"),) if unsure else ())


def test_word_of_the_person_holds_when_it_is_searched_again():
    case = searched(case_of({"filmed": "no"}))

    searched(case)

    assert case.tasks.get().verdict == TaskVerdict.REASONED
    assert not OwnerTask.objects.exists()


def test_staff_ask_the_owner_after_all_when_they_try_again():
    case = searched(case_of({"filmed": "no"}))

    search.retry(case.tasks.get(), by=make_staff(), at=AT)

    task = case.tasks.get()
    assert (task.state, task.verdict, task.reason) == (TaskState.WITH_OWNER, "", "")
    assert OwnerTask.objects.get().task == task


def test_later_request_that_says_otherwise_has_the_owner_asked():
    revision = make_revision([CCTV])
    case = searched(case_of({"filmed": "no"}, revision=revision))
    later = case_of(
        {"filmed": "unknown"},
        revision=revision,
        received_at=RECEIVED_AT + timedelta(days=2),
    )
    merge(later, case)

    searched(case)

    task = case.tasks.get()
    assert (task.state, task.verdict) == (TaskState.WITH_OWNER, "")


def test_staff_note_whether_they_were_filmed():
    register_in_force()

    take_in(staff_client(), **{"sighting-filmed": "no"})

    assert json.loads(Submission.objects.get().answers)["filmed"] == "no"


def searched_without_a_trace(sqlite_source, told: dict) -> Case:
    """Return a case in review: the customer database was searched and has nothing."""
    sqlite_source("TEST_CRM_URL", CRM_SQL + "DELETE FROM contacts;")
    case = searched(case_of(told, revision=make_revision([CRM, CCTV])))
    work_off(case, at=AT)
    return again(case)


def may_say_nothing_held(case: Case) -> Verdict:
    return may_decide(again(case), make_staff(), outcome=Outcome.NOTHING_HELD)


def test_nothing_held_is_true_of_who_says_that_they_were_not_filmed(sqlite_source):
    """Nothing is granted to somebody of whom nothing is held (decision D5)."""
    case = searched_without_a_trace(sqlite_source, {"filmed": "no"})

    made = decide(case, Outcome.NOTHING_HELD, at=AT)

    claimed = building.claim(made.package.pk, at=AT)
    assert building.build_package(claimed, now=lambda: AT)
    told = page(opened(Package.objects.get()))
    assert "none holds personal data about you that we can give you" in told
    assert "Not every system was searched" in told
    assert REASON in told


def test_nothing_held_is_refused_where_a_colleague_answered_for_the_cameras(
    sqlite_source,
):
    case = searched_without_a_trace(sqlite_source, {"filmed": "no"})
    cameras = case.tasks.get(system="cctv")
    search.retry(cameras, by=make_staff(), at=AT)
    search.settle(cameras, reason="It was stolen.", by=make_staff(), at=AT)

    assert "Not searched: Cameras" in may_say_nothing_held(case).reason


def test_nothing_held_is_refused_once_a_later_request_says_otherwise(sqlite_source):
    case = searched_without_a_trace(sqlite_source, {"filmed": "no"})
    later = case_of(
        {"filmed": "unknown"},
        revision=case.revision,
        received_at=RECEIVED_AT + timedelta(days=2),
    )
    assert may_say_nothing_held(case)
    merge(later, case)

    assert not may_say_nothing_held(case)


def test_nothing_held_is_refused_where_nothing_was_searched_at_all():
    case = searched(case_of({"filmed": "no"}))

    assert "Not searched: Cameras" in may_say_nothing_held(case).reason
