"""A request that a customer passes to us, for the tests of it (D13)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from requests_app.actions import instruction
from requests_app.actions.instruction import PassedOn
from requests_app.contract import ContractSays
from requests_app.models import Case
from requests_app.queries.instruction import Instruction
from requests_app.states import Assistance, Channel
from tests.factories.accounts import make_staff
from tests.factories.clock import again, noon

RECEIVED = noon("2026-11-02")
AT = RECEIVED + timedelta(days=1)
CONTRACT_DAY = date(2026, 11, 13)
WORDS = "Their tickets of 2025 went to your portal."
SAID = Instruction(
    customer="Acme Ltd",
    customer_contact="Petra Hall, privacy lead",
    customer_reference="ACME-17",
    data_subject="Ann Other",
    right_used="access",
    contract=ContractSays.A_DAY,
    clause="clause 8.2",
    held_as="",
    instruction="Send us all that you hold of Ann Other in our help desk.",
)
NO_DAY = {"contract": ContractSays.NO_DAY, "clause": ""}


def passed_on(said: Instruction = SAID, *, at=AT, key=None, by=None, **fields) -> Case:
    """Take it in as staff do."""
    given = {
        "due_on": CONTRACT_DAY if said.names_a_day else None,
        "known_by": [("email", "ann@example.org")],
        "email": "privacy@acme.example",
        **fields,
    }
    submission = instruction.take_in(
        PassedOn(said, **given),
        channel=Channel.EMAIL,
        received_at=RECEIVED,
        key=key or uuid4(),
        by=by or make_staff(),
        at=at,
    )
    return submission.cases.get()


def judge(case: Case, *, sure: bool = True, at=AT) -> Case:
    instruction.judge(case, sure=sure, reason="Called on file.", by=make_staff(), at=at)
    return again(case)


def assist(case: Case, outcome=Assistance.GIVEN, *, at=AT, **fields) -> Case:
    said = {"done_on": date(2026, 11, 3), "what": WORDS, "who": "Sam, help desk"}
    instruction.assist(
        case, outcome=outcome, by=make_staff(), at=at, **{**said, **fields}
    )
    return again(case)


def answer(case: Case, *, words: str = WORDS, at=AT, by=None) -> Case:
    instruction.answer(case, words=words, by=by or make_staff(), at=at)
    return again(case)
