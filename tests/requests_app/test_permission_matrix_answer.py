"""Who may let an answer go, end a case, or work a complaint, against a table by hand.

As ``test_permission_matrix``: nothing here is read from the moves or from the roles.
"""

from __future__ import annotations

from itertools import product
from uuid import uuid4

import pytest

from accounts.roles import Role
from requests_app.actions import answer as answers
from requests_app.actions import complaint as complaints
from requests_app.actions import hold_release as hold_releases
from requests_app.actions import restriction
from requests_app.policies import (
    answer,
    breach,
    complaint,
    hold_release,
    ruling,
    second_look,
)
from requests_app.queries.rulings import newest_decision
from requests_app.states import (
    CaseStatus,
    DeliveryForm,
    IssueOutcome,
    PackageState,
    Right,
)
from tests.factories.accounts import make_staff
from tests.factories.cases import make_case, make_revision
from tests.factories.clock import again, deliver, noon
from tests.requests_app.matrix import may_in
from tests.requests_app.ruled import decide, rule
from tests.requests_app.test_breach import make_released
from tests.requests_app.test_ends import LATER, make_answered, make_built
from tests.requests_app.test_holds import held
from tests.requests_app.test_objection import SURVEYS, make_objection

pytestmark = [pytest.mark.django_db, pytest.mark.long]
S = CaseStatus
AT = noon("2026-11-05")
OPEN = {S.UNPROVED, S.RECEIVED, S.SEARCHING, S.IN_REVIEW, S.DECIDED}
EVERY = set(CaseStatus)
STAFF = {Role.DCO, Role.CASEWORKER, Role.REVIEWER}
# The second person: who decided it never is one.
SECOND = {Role.DCO, Role.REVIEWER}
# By act: who, and in which states of the case. A complaint and a breach stand in no
# other open state than the first; their acts ask whether they are open.
TABLE = {
    "release": (SECOND, {S.DECIDED}),
    "revoke": (STAFF, EVERY),
    "fetch for the post": (STAFF, EVERY),
    "build again": (STAFF, EVERY),
    "make again": (STAFF, {S.DONE}),
    "look at an answer": (SECOND, EVERY),
    "record that it is done": (STAFF, {S.DECIDED}),
    "close a breach": (STAFF, OPEN),
    "acknowledge a complaint": (STAFF, OPEN),
    "note what is complained of": (STAFF, OPEN),
    "conclude": (STAFF, OPEN),
    "write how a complaint stands": (STAFF, OPEN),
    "answer a complaint": (STAFF, OPEN),
    # Most people go to the regulator after the outcome.
    "note that a court has it": (STAFF, EVERY),
    # As long as something is held: the end of a case releases it by itself.
    "propose to release a hold": (STAFF, EVERY),
    "release a hold": (SECOND, EVERY),
}


def of(package):
    """Return the case of a package, with the package at hand."""
    case = package.case
    case.at_hand = package
    return case


def failed():
    package = make_built()
    package.state = PackageState.FAILED
    return of(package)


def alone():
    """A package that one person decided and released, to be looked at by another."""
    package = make_released()
    package.second_look_due_on = AT.date()
    return of(package)


def objection():
    case = make_objection()
    restriction.restrict(case, purposes=["surveys"], by=make_staff(), at=AT)
    rule(again(case), SURVEYS, "stop", "no_overriding_reason")
    decide(case)
    deliver(AT)
    return again(case)


def breached():
    return answers.revoke(
        make_released(), reason="Her brother.", by=make_staff(), at=AT
    )


def complained():
    make_revision()
    said = complaints.Complaint(name="Cara", words="Late.", email="cara@example.org")
    return complaints.complain(said, key=uuid4(), client="1", at=AT).cases.get()


def unacknowledged():
    return make_case(right=Right.COMPLAINT)


def issue_of(case):
    return complaints.note_issue(case, words="It was late.", by=make_staff(), at=AT)


def with_issue():
    case = complained()
    case.at_hand = issue_of(case)
    case.at_hand.case = case
    return case


def concluded():
    case = complained()
    complaints.conclude(
        issue_of(case),
        outcome=IssueOutcome.NOT_UPHELD,
        reasons="It was not late.",
        action="",
        by=make_staff(),
        at=AT,
    )
    return again(case)


def proposed():
    case = held(make_case())
    case.at_hand = hold_releases.propose(
        case, reason="She has it.", lost_seen=True, by=make_staff(), at=AT
    )
    case.at_hand.case = case
    return case


ACTS = {
    "release": (
        lambda: of(make_built()),
        lambda case, by: answer.may_release(
            case.at_hand,
            by,
            alone_reason="",
            goes_empty=False,
            today=LATER.date(),
            holidays=(),
        ),
    ),
    "revoke": (
        lambda: of(make_built()),
        lambda case, by: answer.may_revoke(case.at_hand, by),
    ),
    "fetch for the post": (
        lambda: of(make_answered_on_paper()),
        lambda case, by: answer.may_fetch_for_post(
            case.at_hand, by, today=LATER.date()
        ),
    ),
    "build again": (failed, lambda case, by: answer.may_build_again(case.at_hand, by)),
    "make again": (
        lambda: of(make_answered()),
        lambda case, by: answer.may_make_again(case.at_hand, by, today=LATER.date()),
    ),
    "look at an answer": (
        alone,
        lambda case, by: second_look.may_look_at_answer(case.at_hand, by),
    ),
    "record that it is done": (
        objection,
        lambda case, by: ruling.may_carry_out(
            case, by, newest_decision(case), today=LATER.date()
        ),
    ),
    "close a breach": (
        breached,
        lambda case, by: breach.may_close_breach(
            case, by, reason="Stopped.", told_at=AT, why_not="", at=AT
        ),
    ),
    "acknowledge a complaint": (unacknowledged, complaint.may_acknowledge),
    "note what is complained of": (
        complained,
        lambda case, by: complaint.may_note_issue(case, by, words="It was late."),
    ),
    "conclude": (
        with_issue,
        lambda case, by: complaint.may_conclude(
            case.at_hand,
            by,
            outcome=IssueOutcome.NOT_UPHELD,
            reasons="It was not late.",
            action="",
        ),
    ),
    "write how a complaint stands": (
        complained,
        lambda case, by: complaint.may_tell_progress(case, by, words="We look at it."),
    ),
    "answer a complaint": (
        concluded,
        lambda case, by: complaint.may_answer(
            case, by, discloses=False, today=LATER.date()
        ),
    ),
    "note that a court has it": (
        complained,
        lambda case, by: complaint.may_note_elsewhere(case, by, reference="IC-1"),
    ),
    "propose to release a hold": (
        lambda: held(make_case()),
        lambda case, by: hold_release.may_propose(
            case, by, reason="She has it.", lost_seen=True
        ),
    ),
    "release a hold": (
        proposed,
        lambda case, by: hold_release.may_settle(
            case.at_hand, by, approved=True, reason="Right.", lost_seen=True
        ),
    ),
}


def make_answered_on_paper():
    return make_answered(form=DeliveryForm.PRINT)


@pytest.mark.parametrize("act", list(TABLE))
def test_act_is_open_to_its_roles_in_its_states_and_to_nobody_else(act):
    make, judge = ACTS[act]

    who, when = TABLE[act]
    assert may_in(make(), judge) == set(product(who, when))


def test_every_act_of_the_table_is_judged():
    assert set(TABLE) == set(ACTS)
