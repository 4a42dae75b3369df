"""What a request for data holds, over whom, and what waits for the copy (C5)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from lumina_privacy.lib.subject_ref import subject_ref
from requests_app.actions import disposal, identifiers, intake, subject
from requests_app.models import Case, CaseIdentifier
from requests_app.policies import ruling as policies
from requests_app.queries import rulings as queries
from requests_app.rulings import Ruled
from requests_app.states import FILED, CaseStatus, EventKind, Right
from retention import actions as retention
from retention import queries as retention_queries
from retention.models import Hold, HoldIdentifier
from retention.rules import HoldKind
from tests.factories.accounts import make_staff, make_subject
from tests.factories.cases import (
    RECEIVED_AT,
    happen,
    make_case,
    make_reviewed,
    register_in_force,
)
from tests.factories.clock import again
from tests.requests_app.kept import AT, BY, approve_line, decided, done, gather
from tests.requests_app.ruled import check, propose_cases_line, rule
from tests.requests_app.test_holds import held
from tests.requests_app.test_objection import make_objection, restrict

pytestmark = pytest.mark.django_db
ANN = "ann@example.org"
SIX_MONTHS = timedelta(days=190)


def covered(hold: int) -> set[str]:
    return set(HoldIdentifier.objects.filter(hold=hold).values_list("kind", flat=True))


def learn(case, kind="customer_id", value="7", status="sure", route=()):
    ref = subject_ref(kind, value)
    CaseIdentifier.objects.create(
        case=case, kind=kind, ref=ref, value=value, status=status, route=list(route)
    )


# --- Several rights at once -----------------------------------------------------------


def test_every_right_at_once_holds_for_the_copies_and_refuses_nothing():
    register_in_force()
    filing = intake.Filing(name="Ann", email=ANN, rights=FILED)
    sent = intake.submit(filing, key=uuid4(), client="test", at=RECEIVED_AT).submission
    by = make_subject(ANN)
    cases = {case.right: case for case in sent.cases.all()}
    holds = {one.placed_for: one for one in Hold.objects.all()}
    assert set(holds) == {cases["access"].about, cases["portability"].about}
    # Nobody is proved: for as long as it may stand in the tray, both to one day.
    assert {str(one.provisional_until) for one in holds.values()} == {"2026-11-30"}

    intake.prove(sent, address=ANN, by=by, at=RECEIVED_AT)

    assert {one.provisional_until for one in Hold.objects.all()} == {None}
    subject.withdraw(again(cases["access"]), by=by, at=RECEIVED_AT)
    left = Hold.objects.get(released_at=None)
    assert left.placed_for == cases["portability"].about
    subject.withdraw(again(cases["portability"]), by=by, at=RECEIVED_AT)
    assert not Hold.objects.filter(released_at=None).exists()
    # What was to go, goes on; what was to stop, has stopped.
    assert again(cases["erasure"]).status == CaseStatus.RECEIVED
    stopped = again(cases["objection_direct_marketing"])
    assert stopped.events.filter(kind=EventKind.STOPPED_AT_ONCE).exists()


def test_data_to_take_away_is_held_again_when_its_answer_is_taken_back():
    case = held(decided(email=ANN, right=Right.PORTABILITY))
    happen(case, EventKind.ANSWERED, at=AT)
    assert Hold.objects.get(pk=case.hold).released_at == AT

    case = happen(case, EventKind.REVIEW_REOPENED, at=AT)

    assert Hold.objects.get(pk=case.hold).released_at is None


# --- Over whom ------------------------------------------------------------------------


@pytest.mark.parametrize("right", [Right.ACCESS, Right.PORTABILITY])
def test_hold_covers_what_the_search_teaches_and_not_what_two_people_share(right):
    case = held(make_case(ANN, right=right))
    learn(case)
    learn(case, "phone", "+441442500890", "contested")

    happen(case, EventKind.SEARCH_STARTED, EventKind.SEARCH_FINISHED)

    assert covered(case.hold) == {"email", "customer_id"}


def test_what_staff_write_down_is_covered_by_the_hold_and_by_the_pause_of_a_use():
    held_case, objection = held(make_case(ANN)), make_objection()
    restrict(objection, "surveys")
    for case in (held_case, objection):
        identifiers.add(
            again(case),
            kind="phone",
            value="01442 500890",
            reason="On file.",
            by=make_staff(),
            at=AT,
        )

    paused = Hold.objects.get(kind=HoldKind.RESTRICTION)
    assert covered(held_case.hold) == covered(paused.pk) == {"email", "phone"}


def test_contact_that_a_row_taught_is_held_and_its_use_is_not_paused():
    """It may be another's: what is gone cannot be put back, a pause hits somebody."""
    held_case, objection = held(make_case(ANN)), make_objection()
    for case in (held_case, objection):
        learn(case, "phone", "+441442500890", route=[["crm", "contacts", "email"]])
    restrict(objection, "surveys")
    paused = Hold.objects.get(kind=HoldKind.RESTRICTION)
    assert covered(paused.pk) == {"email"}

    for case in (held_case, objection):
        happen(again(case), EventKind.SEARCH_STARTED, EventKind.SEARCH_FINISHED)

    assert covered(held_case.hold) == {"email", "phone"}
    assert covered(paused.pk) == {"email"}


# --- What is kept ---------------------------------------------------------------------


def another(kind=HoldKind.REQUEST, **more):
    return retention.place_hold(
        kind=kind,
        placed_for="case:0",
        identifiers=[("email", ANN)],
        ground="A request about this data is open.",
        by=BY,
        at=AT,
        **more,
    )


def ended():
    approve_line()
    case = held(done(email=ANN))
    gather(case)
    return again(case)


def test_what_was_gathered_stays_while_another_request_of_the_person_is_open():
    case = ended()
    hold, night = another(), AT + SIX_MONTHS

    assert not disposal.destroy_gathered(case, by=BY, at=night)

    retention.release_hold(hold, reason="Answered.", by=BY, at=night)
    assert disposal.destroy_gathered(case, by=BY, at=night)


@pytest.mark.parametrize(
    "more",
    [
        {"kind": HoldKind.RESTRICTION},
        {"provisional_until": (AT + timedelta(days=28)).date()},
    ],
    ids=["a pause of a use", "nobody proved it in time"],
)
def test_what_holds_nothing_keeps_nothing(more):
    case = ended()
    another(**more)

    assert disposal.destroy_gathered(case, by=BY, at=AT + SIX_MONTHS)


def test_hold_over_somebody_else_keeps_nothing():
    another()

    others = [("email", "bob@example.org")]
    assert not retention_queries.is_held(others, on=AT.date())
    assert retention_queries.is_held([("email", ANN)], on=AT.date())
    assert not retention_queries.is_held(
        [("email", ANN)], on=AT.date(), but_for="case:0"
    )


# --- The copy first -------------------------------------------------------------------


def both(right=Right.ERASURE, copy=Right.ACCESS) -> tuple[Case, Case]:
    """Make two cases of one submission: one that is ready, a copy just asked for."""
    propose_cases_line()
    changing = make_reviewed(email=ANN, right=right)
    wanted = make_case(ANN, right=copy)
    Case.objects.filter(pk=wanted.pk).update(submission=changing.submission)
    what = (Ruled.ERASE, "not_needed")
    if right == Right.RECTIFICATION:
        what = (Ruled.CORRECT, "incorrect")
    if right == Right.RESTRICTION:
        what = (Ruled.RESTRICT, "contested")
    check(changing)
    rule(changing, ("crm", "contacts"), *what)
    return again(changing), again(wanted)


def may_decide(case):
    judged = queries.judged_of(case)
    return policies.may_decide(case, make_staff(), judged)


@pytest.mark.parametrize("right", [Right.ERASURE, Right.RECTIFICATION])
@pytest.mark.parametrize("copy", [Right.ACCESS, Right.PORTABILITY])
def test_change_waits_until_the_copy_is_gathered_and_no_longer(right, copy):
    case, wanted = both(right, copy)

    assert f"search for that first ({wanted.reference})" in may_decide(case).reason
    happen(wanted, EventKind.SEARCH_STARTED)
    assert not may_decide(case)

    happen(wanted, EventKind.SEARCH_FINISHED)

    assert may_decide(case)


@pytest.mark.parametrize("ends", [EventKind.WITHDRAWN, EventKind.REFUSED])
def test_copy_that_is_not_wanted_any_more_is_not_waited_for(ends):
    case, wanted = both()

    happen(wanted, ends)

    assert may_decide(case)


def test_pause_of_use_waits_for_no_copy():
    case, _ = both(Right.RESTRICTION)

    assert may_decide(case)


def test_copy_asked_for_at_another_time_is_not_waited_for():
    case, wanted = both()
    other = make_case(ANN)
    Case.objects.filter(pk=wanted.pk).update(submission=other.submission)

    assert may_decide(case)
