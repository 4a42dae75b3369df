"""Review, checks, decision: what is refused and why, and what an act leaves behind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.roles import Role
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import casework, decision, disposal, search
from requests_app.models import Case, PassOn
from requests_app.policies import answer as answer_policies
from requests_app.states import (
    CaseStatus,
    CheckMethod,
    DeliveryForm,
    EventKind,
    Outcome,
    Right,
    RowChoice,
    TaskState,
    TaskVerdict,
)
from tests.factories import reviewing
from tests.factories.accounts import make_staff
from tests.factories.cases import (
    CCTV,
    CRM,
    DESK,
    RECEIVED_AT,
    happen,
    make_case,
    make_found,
    make_reviewed,
    make_revision,
    make_task,
)
from vault import queries as vault_queries

pytestmark = pytest.mark.django_db
AT = RECEIVED_AT + timedelta(days=1)
REVIEWED = {"choice": "release", "reviewed_by": "staff:1", "reviewed_at": AT}


def decide(case, outcome=Outcome.GRANTED, *, by=None, open_until=None, at=AT):
    return decision.decide(
        case,
        outcome=outcome,
        words="",
        form=DeliveryForm.DOWNLOAD,
        open_until=open_until or {},
        by=by or make_staff(),
        at=at,
    )


def ready(**fields) -> Case:
    """Return a case that may be granted."""
    case = make_reviewed(**fields)
    case.found.update(**REVIEWED)
    return case


# --- Deciding ---------------------------------------------------------------------


def test_decide_orders_the_package_and_says_by_whom():
    case, by = ready(), make_staff()

    made = decide(case, by=by)

    case.refresh_from_db()
    assert case.status == CaseStatus.DECIDED
    assert made.package.case_id == case.pk
    assert made.by == str(by.actor)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATIONS])
def test_decide_without_the_permission_is_refused(role):
    with pytest.raises(Refused, match="for a decider"):
        decide(ready(), by=make_staff(role))


def test_decide_before_everything_is_reviewed_is_refused():
    case = make_reviewed()

    with pytest.raises(Refused, match="Not reviewed yet: 1 dataset"):
        decide(case)


def test_decide_while_a_system_has_no_verdict_is_refused():
    case = ready()
    make_task(case, "archive", state=TaskState.NEEDS_PERSON)

    with pytest.raises(Refused, match="No verdict yet from archive"):
        decide(case)


def test_decide_before_saying_whether_a_customer_may_be_named_is_refused():
    case = ready()
    make_pass_on(case)

    with pytest.raises(Refused, match="whether each customer"):
        decide(case)


def test_decide_another_right_by_a_package_is_refused():
    case = make_reviewed(right=Right.ERASURE)

    with pytest.raises(Refused, match="a copy of the data"):
        decide(case)


def test_decide_in_part_names_what_is_open_and_by_when_and_stays_open():
    """Completeness never makes an answer late (decision D5)."""
    case = ready()
    make_task(case, "archive", state=TaskState.WITH_OWNER)

    made = decide(case, Outcome.IN_PART, open_until={"archive": date(2026, 11, 20)})

    case.refresh_from_db()
    assert made.still_open == [{"system": "archive", "by": "2026-11-20"}]
    assert case.status == CaseStatus.IN_REVIEW


@pytest.mark.parametrize("day", [None, date(2026, 11, 3)])
def test_decide_in_part_without_a_day_to_come_is_refused(day):
    case = ready(revision=make_revision([CRM, CCTV, DESK]))
    make_task(case, "archive", state=TaskState.WITH_OWNER)

    with pytest.raises(Refused, match="by which day to come Ticket archive will"):
        decide(case, Outcome.IN_PART, open_until={"archive": day} if day else {})


def test_decide_in_part_when_everything_answered_is_refused():
    with pytest.raises(Refused, match="decide the whole"):
        decide(ready(), Outcome.IN_PART)


def test_decide_twice_is_refused():
    case = ready()
    decide(case)

    with pytest.raises(Refused, match="while it is in review"):
        decide(case)


def test_decide_changes_nothing_when_the_log_cannot_be_written(monkeypatch):
    case = ready()

    def broken(*args, **kwargs):
        raise LookupError("no such event")

    monkeypatch.setattr("audit.actions.record", broken)

    with pytest.raises(LookupError):
        decide(case)
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_REVIEW
    assert not case.decisions.exists()
    assert not case.packages.exists()


def test_reopened_review_makes_the_first_package_unreleasable():
    case = ready()
    first = decide(case)
    decision.reopen(case, reason="A wrong row.", by=make_staff(), at=AT)
    decide(case)

    verdict = answer_policies._still_as_decided(case, first.package)

    assert "later decision" in verdict.reason


# --- Reviewing --------------------------------------------------------------------


def choose(found, **kwargs):
    said = {"choice": RowChoice.RELEASE, "ground": "", "seen_rows": True}
    return reviewing.choose_dataset(found, **{**said, **kwargs}, by=make_staff(), at=AT)


def found_in(case):
    return case.found.get(system="crm")


def test_withhold_a_dataset_without_a_ground_is_refused():
    with pytest.raises(Refused, match="Choose the ground"):
        choose(found_in(make_reviewed()), choice=RowChoice.WITHHOLD)


def test_withhold_a_dataset_on_a_ground_that_only_lets_in_is_refused():
    with pytest.raises(Refused, match="Choose the ground"):
        choose(
            found_in(make_reviewed()), choice=RowChoice.WITHHOLD, ground="same_person"
        )


def test_choose_a_dataset_of_a_decided_case_is_refused():
    case = ready()
    decide(case)

    with pytest.raises(Refused, match="Reopen the review first"):
        choose(found_in(case))


def test_choose_a_dataset_is_an_event_with_its_ground():
    case = make_reviewed()

    choose(found_in(case), choice=RowChoice.WITHHOLD, ground="third_party")

    event = case.events.get(kind=EventKind.REVIEWED)
    assert event.facts == {
        "system": "crm",
        "dataset": "contacts",
        "choice": "withhold",
        "ground": "third_party",
    }


# --- Who asks ---------------------------------------------------------------------


def check(case, method=CheckMethod.FACT, *, by=None, reason="Knew the invoice."):
    return casework.record_check(
        case, method=method, passed=True, reason=reason, by=by or make_staff(), at=AT
    )


def test_check_without_saying_what_was_checked_is_refused():
    with pytest.raises(Refused, match="Write what was checked"):
        check(make_case(), reason=" ")


def test_waive_when_only_contact_data_goes_out_counts_as_passed():
    case = make_reviewed()

    waived = check(case, CheckMethod.WAIVED, reason="Writes from the address on file.")

    assert (waived.method, waived.passed) == (CheckMethod.WAIVED, True)


def test_waive_when_more_than_contact_data_goes_out_is_refused_by_its_name():
    wide = {
        **CRM,
        "datasets": {
            **CRM["datasets"],
            "notes": {
                **CRM["datasets"]["contacts"],
                "waivable": False,
                "fields": {
                    "note": {
                        "category": "identity",
                        "purposes": ["services"],
                        "free_text": True,
                    }
                },
            },
        },
    }
    case = make_reviewed(revision=make_revision([wide]))
    make_found(case, "crm", "notes")

    with pytest.raises(Refused, match=r"more than contact data.*crm\.notes"):
        check(case, CheckMethod.WAIVED)


def test_waive_before_the_search_is_refused():
    with pytest.raises(Refused, match="known after the search"):
        check(make_case(), CheckMethod.WAIVED)


def test_check_never_moves_the_clock():
    case = make_case()
    before = (case.due_on, case.clock_state)

    check(case)

    case.refresh_from_db()
    assert (case.due_on, case.clock_state) == before


# --- Around it --------------------------------------------------------------------


def test_assign_to_somebody_who_does_not_work_cases_is_refused():
    with pytest.raises(Refused, match="does not work cases"):
        casework.assign(
            make_case(), to=make_staff(Role.AUDITOR), by=make_staff(), at=AT
        )


def make_pass_on(case) -> PassOn:
    return PassOn.objects.create(
        case=case, system="crm", customer="Acme", customer_ref="x", rows=2, opened_at=AT
    )


def test_pass_on_says_whether_the_customer_may_be_named_and_that_they_know():
    opened = make_pass_on(make_reviewed())

    casework.pass_on(opened, may_name=False, done=True, by=make_staff(), at=AT)

    opened.refresh_from_db()
    assert (opened.may_name, opened.done_at) == (False, AT)


def test_pass_on_that_is_done_does_not_become_undone():
    opened = make_pass_on(make_reviewed())
    casework.pass_on(opened, may_name=False, done=True, by=make_staff(), at=AT)

    with pytest.raises(Refused, match="was told"):
        casework.pass_on(opened, may_name=True, done=False, by=make_staff(), at=AT)


def test_settle_without_a_reason_is_refused():
    task = make_task(make_case(), state=TaskState.NEEDS_PERSON)

    with pytest.raises(Refused, match="Write why"):
        search.settle(task, reason=" ", by=make_staff(), at=AT)


def test_settle_gives_the_verdict_and_ends_a_search_that_waited_for_it():
    case = happen(make_case(), EventKind.SEARCH_STARTED)
    task = make_task(case, state=TaskState.WAITING)

    search.settle(task, reason="Turned off in 2019.", by=make_staff(), at=AT)

    case.refresh_from_db()
    task.refresh_from_db()
    assert (task.state, task.verdict) == (TaskState.DONE, TaskVerdict.REASONED)
    assert case.status == CaseStatus.IN_REVIEW


def test_retry_of_a_system_that_answered_is_refused():
    task = make_task(make_case(), state=TaskState.DONE, verdict=TaskVerdict.FOUND)

    with pytest.raises(Refused, match="has been searched"):
        search.retry(task, by=make_staff(), at=AT)


def test_what_was_gathered_for_a_withdrawn_case_is_destroyed(sqlite_source):
    from tests.requests_app.test_search import CRM_SQL, started, work_off

    sqlite_source("TEST_CRM_URL", CRM_SQL)
    case = started(revision=make_revision([CRM]))
    work_off(case)
    spool = case.found.get().spool
    happen(case, EventKind.WITHDRAWN)

    forgotten = disposal.forget_found(case, by=_system(), at=AT)

    assert forgotten == 1
    assert vault_queries.facts(spool).destroyed_at is not None
    assert case.found.get().spool is None
    assert not case.identifiers.exists()


def _system():
    from requests_app.tasks.jobs import NIGHT

    return NIGHT


def test_what_was_gathered_for_an_open_case_is_not_destroyed():
    with pytest.raises(Refused, match="without an answer"):
        disposal.forget_found(make_reviewed(), by=_system(), at=AT)
