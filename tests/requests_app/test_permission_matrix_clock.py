"""Who may move the day of a case in which state, against a table made by hand.

As ``test_permission_matrix``: nothing here is read from the moves or from the roles.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from accounts.roles import Role
from requests_app.policies import intake, letters, merging, thread, unanswered
from requests_app.policies import timekeeping as clock
from requests_app.queries.clock import reckoning_of
from requests_app.states import CaseStatus, Right
from requests_app.timekeeping import Asked
from tests.factories.authority import filed_for, make_authority
from tests.factories.cases import RECEIVED_AT, make_case, make_letter
from tests.factories.clock import again, ask, by_post, noon
from tests.requests_app.matrix import may_in

pytestmark = pytest.mark.django_db
S = CaseStatus
AT = noon("2026-11-05")
LATE = noon("2026-12-15")
OPEN = {S.UNPROVED, S.RECEIVED, S.SEARCHING, S.IN_REVIEW, S.DECIDED}
BEFORE = {S.RECEIVED, S.SEARCHING, S.IN_REVIEW}
EVERY = set(CaseStatus)
STAFF = {Role.DCO, Role.CASEWORKER, Role.REVIEWER}
# By act: who, and in which states of the case.
TABLE = {
    "ask who they are": (STAFF, BEFORE),
    "ask for an authority": (STAFF, BEFORE),
    "ask a question": (STAFF, BEFORE),
    "record what came": (STAFF, OPEN),
    "ask no longer": (STAFF, OPEN),
    "extend": (STAFF, OPEN - {S.UNPROVED}),
    "correct the receipt": (STAFF, OPEN),
    "close for want of a reply": (STAFF, BEFORE),
    "let lapse": (STAFF, {S.UNPROVED}),
    "merge": (STAFF, BEFORE),
    "say what they ask for": (STAFF, OPEN),
    "say that it asks for nothing": (STAFF, OPEN),
    # A person who wrote is answered, and a letter is posted, whatever the state.
    "write to the person": (STAFF, EVERY - {S.UNPROVED}),
    "note for colleagues": (STAFF, EVERY),
    "record a posting": (STAFF, EVERY),
}


def received():
    return make_case(received_at=noon("2026-11-02"))


def acted_for():
    case = filed_for(received())
    make_authority(case, at=AT)
    return again(case)


def asked():
    case = received()
    ask(case, Asked.IDENTITY, at=noon("2026-11-03"))
    return again(case)


def two():
    make_case("ann@example.org", received_at=noon("2026-11-02"))
    return make_case("ann@example.org", received_at=noon("2026-11-03"))


def posted():
    case = by_post(received())
    make_letter(case, at=RECEIVED_AT)
    return case


def may_begin(what):
    return lambda case, by: clock.may_open_asking(
        case, by, what=what, record=case.record(), today=AT.date()
    )


def first_asked(case):
    return case.record().askings[0]


def may_merge(case, by):
    earlier = case.__class__.objects.exclude(pk=case.pk).get()
    return merging.may_merge(case, earlier, by, reason="Both from her mailbox.")


ACTS = {
    "ask who they are": (received, may_begin(Asked.IDENTITY)),
    "ask for an authority": (acted_for, may_begin(Asked.AUTHORITY)),
    "ask a question": (received, may_begin(Asked.CLARIFICATION)),
    "record what came": (
        asked,
        lambda case, by: clock.may_receive(
            case, by, first_asked(case), came_at=AT, at=AT
        ),
    ),
    "ask no longer": (
        asked,
        lambda case, by: clock.may_end_asking(case, by, first_asked(case)),
    ),
    "extend": (
        received,
        lambda case, by: clock.may_extend(
            case,
            by,
            record=case.record(),
            reckoning=reckoning_of(case),
            ground="number",
            reason="Four requests at once.",
            today=AT.date(),
        ),
    ),
    "correct the receipt": (
        lambda: by_post(received()),
        lambda case, by: clock.may_correct_receipt(case, by, reason="The stamp."),
    ),
    "close for want of a reply": (
        asked,
        lambda case, by: unanswered.may_close(
            case,
            by,
            record=case.record(),
            unread_at=None,
            reason="We wrote three times.",
            today=LATE.date(),
        ),
    ),
    "let lapse": (
        received,
        lambda case, by: intake.may_let_lapse(
            case, by, today=AT.date() + timedelta(days=28)
        ),
    ),
    "merge": (two, may_merge),
    "say what they ask for": (
        lambda: make_case(right=Right.NOT_YET_KNOWN),
        lambda case, by: intake.may_read(
            case, by, rights=[Right.ERASURE], reason="She writes: delete it."
        ),
    ),
    "say that it asks for nothing": (
        lambda: make_case(right=Right.NOT_YET_KNOWN),
        lambda case, by: intake.may_close_unread(case, by, reason="It sells."),
    ),
    "write to the person": (
        received,
        lambda case, by: thread.may_answer(case, by, body="We look into it."),
    ),
    "note for colleagues": (
        received,
        lambda _, by: thread.may_note(by, body="She rang."),
    ),
    "record a posting": (
        posted,
        lambda case, by: letters.may_record_posting(
            case,
            by,
            case.letters.get().sendings.get(),
            method="First class",
            posted_at=AT,
            at=AT,
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


@pytest.mark.parametrize("status", list(CaseStatus))
def test_the_person_may_withdraw_while_it_is_open(status):
    case = received()
    case.status = status

    assert bool(intake.may_withdraw(case)) == (status in OPEN)
