"""Who may do what in which state: the full product against a table made by hand.

The case is otherwise ready for each act, so that role and state alone decide. Nothing
here is read from the moves or from the roles.
"""

from __future__ import annotations

from itertools import product

import pytest

from accounts.roles import Role
from requests_app.actions import restriction
from requests_app.policies import casework, check, instruction, ruling, unanswered
from requests_app.policies import decision as decisions
from requests_app.policies import timekeeping as clock
from requests_app.queries import rulings
from requests_app.rules import WhoseQuestion
from requests_app.rulings import Ruled
from requests_app.states import (
    Assistance,
    CaseStatus,
    CheckMethod,
    EventKind,
    Outcome,
    Right,
)
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff
from tests.factories.cases import CRM, happen, make_case, make_reviewed, make_revision
from tests.factories.clock import again, noon
from tests.requests_app.matrix import may_in
from tests.requests_app.passed import judge, passed_on
from tests.requests_app.ruled import check as checked
from tests.requests_app.ruled import rule
from tests.requests_app.test_objection import SURVEYS, make_objection

pytestmark = pytest.mark.django_db
S = CaseStatus
DAY = noon("2026-11-05").date()
OPEN = {S.UNPROVED, S.RECEIVED, S.SEARCHING, S.IN_REVIEW, S.DECIDED}
BEFORE = {S.RECEIVED, S.SEARCHING, S.IN_REVIEW}
# Caseworkers, reviewers and the DCO work and decide cases; auditors and operations
# only look on.
STAFF = {Role.DCO, Role.CASEWORKER, Role.REVIEWER}
# By act: who, and in which states of the case.
TABLE = {
    "assign": (STAFF, OPEN),
    "record a check": (STAFF, OPEN),
    "start the search": (STAFF, {S.RECEIVED, S.IN_REVIEW}),
    "name an identifier": (STAFF, {S.RECEIVED, S.IN_REVIEW}),
    "say whose it is": (STAFF, {S.RECEIVED, S.IN_REVIEW}),
    "review": (STAFF, {S.SEARCHING, S.IN_REVIEW}),
    "decide an access": (STAFF, {S.IN_REVIEW}),
    "refuse": (STAFF, BEFORE),
    "reopen": (STAFF, {S.DECIDED, S.REFUSED}),
    "rule": (STAFF, {S.IN_REVIEW}),
    "decide as ruled": (STAFF, {S.IN_REVIEW}),
    "rule on a use": (STAFF, BEFORE),
    "restrict a use": (STAFF, BEFORE),
    "decide an objection": (STAFF, {S.RECEIVED, S.IN_REVIEW}),
    "confirm a stop": (STAFF, {S.RECEIVED}),
    "pass on": (STAFF, OPEN),
    "take up again": (STAFF, {S.NO_REPLY}),
    "judge a customer": (STAFF, OPEN),
    "search for a customer": (STAFF, {S.RECEIVED, S.IN_REVIEW}),
    "help a customer": (STAFF, {S.RECEIVED, S.IN_REVIEW, S.DECIDED}),
    "answer a customer": (STAFF, {S.DECIDED}),
    "charge a fee": ({Role.DCO}, BEFORE),
}


def access():
    case = make_reviewed(revision=make_revision([CRM]))
    case.tasks.filter(system="cctv").delete()
    case.found.update(choice="release", reviewed_at=noon("2026-11-05"))
    return case


def erasure():
    case = make_reviewed(right=Right.ERASURE, revision=make_revision([CRM]))
    case.tasks.filter(system="cctv").delete()
    checked(case)
    rule(case, ("crm", "contacts"), Ruled.ERASE, "not_needed")
    return case


def objection():
    case = make_objection()
    restriction.restrict(
        case, purposes=["surveys"], by=make_staff(), at=noon("2026-11-05")
    )
    rule(again(case), SURVEYS, Ruled.STOP, "no_overriding_reason")
    return case


def stop():
    case = make_case(right=Right.OBJECTION_DIRECT_MARKETING)
    return happen(case, EventKind.STOPPED_AT_ONCE)


def passed_to_us():
    make_revision()
    return judge(passed_on())


ACTS = {
    "judge a customer": (
        passed_to_us,
        lambda case, by: instruction.may_judge(case, by, reason="On file."),
    ),
    "search for a customer": (passed_to_us, casework.may_start_search),
    "help a customer": (
        passed_to_us,
        lambda case, by: instruction.may_assist(
            case,
            by,
            outcome=Assistance.GIVEN,
            done_on=DAY,
            what="Sent.",
            who="Sam.",
            today=DAY,
        ),
    ),
    "answer a customer": (
        passed_to_us,
        lambda case, by: instruction.may_answer(
            case, by, outcome=Assistance.GIVEN, words="Sent."
        ),
    ),
    "assign": (access, casework.may_assign),
    "record a check": (
        access,
        lambda case, by: check.may_record_check(
            case, by, method=CheckMethod.FACT, reason="Known.", passed=True
        ),
    ),
    "start the search": (access, casework.may_start_search),
    "name an identifier": (
        access,
        lambda case, by: casework.may_name_identifiers(case, by, reason="On file."),
    ),
    "say whose it is": (
        access,
        lambda case, by: casework.may_say_whose(
            case,
            by,
            WhoseQuestion.ALONE,
            asked=WhoseQuestion.ALONE,
            reason="She rang.",
        ),
    ),
    "review": (access, casework.may_review),
    "decide an access": (
        access,
        lambda case, by: decisions.may_decide(case, by, outcome=Outcome.GRANTED),
    ),
    "refuse": (
        access,
        lambda case, by: decisions.may_open_refusal(case, by, today=DAY),
    ),
    "reopen": (access, lambda case, by: decisions.may_reopen(case, by, today=DAY)),
    "rule": (erasure, ruling.may_rule_somehow),
    "decide as ruled": (
        erasure,
        lambda case, by: ruling.may_decide(case, by, rulings.judged_of(case)),
    ),
    "rule on a use": (objection, ruling.may_rule_somehow),
    "restrict a use": (objection, ruling.may_open_restriction),
    "decide an objection": (
        objection,
        lambda case, by: ruling.may_decide(case, by, rulings.judged_of(case)),
    ),
    "confirm a stop": (
        stop,
        lambda case, by: ruling.may_confirm(case, by, today=DAY),
    ),
    "pass on": (access, casework.may_pass_on),
    "take up again": (
        access,
        lambda case, by: unanswered.may_take_up_again(case, by, reason="A call."),
    ),
    "charge a fee": (
        access,
        lambda case, by: clock.may_open_asking(
            case,
            by,
            what=Asked.FEE,
            record=case.record(),
            today=noon("2026-11-05").date(),
        ),
    ),
}


@pytest.mark.parametrize("act", list(TABLE))
def test_act_is_open_to_its_roles_in_its_states_and_to_nobody_else(act):
    make, judge = ACTS[act]
    who, when = TABLE[act]
    assert may_in(make(), judge) == set(product(who, when))


def test_every_act_of_the_table_is_judged():
    assert set(TABLE) == set(ACTS)
