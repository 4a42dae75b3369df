"""What a customer passed to us, as its page shows it (D13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from datamap import queries as datamap_queries
from datamap.registry.schema import Register
from requests_app import rules
from requests_app.models import Case
from requests_app.models.instructed import (
    Assisted,
    Instruction,
    Judged,
    assisted_in,
    instruction_of,
    judged_in,
    judged_of,
)
from requests_app.states import CaseStatus, Right

__all__ = [
    "Assisted",
    "HeldRows",
    "Instruction",
    "Judged",
    "assisted_in",
    "by_hand",
    "contract_of",
    "instruction_of",
    "judged_in",
    "rows_held",
    "to_be_judged",
]


def contract_of(case: Case) -> str:
    """Return which contract names the day, for people; "" of any other case."""
    return instruction_of(case).contract_of if case.right == Right.PASSED_ON else ""


def to_be_judged(cases: Iterable[Case]) -> frozenset[int]:
    """Return of ``cases`` which wait until somebody says whether it is the customer.

    Not while their search runs: that is waited for. Costs 1 query, where a customer
    passed any of them to us; else none.
    """
    waiting = [
        case.pk
        for case in cases
        if case.right == Right.PASSED_ON and case.status != CaseStatus.SEARCHING
    ]
    return frozenset(waiting) - judged_of(waiting) if waiting else frozenset()


@dataclass(frozen=True, slots=True)
class HeldRows:
    """How much one dataset holds for the customer, by the last search."""

    system: str
    dataset: str
    surely: int
    perhaps: int


def rows_held(case: Case) -> tuple[HeldRows, ...]:
    """Return what was found that is held for this customer; nothing else is kept.

    Costs 1 query.
    """
    register = datamap_queries.register_at(case.revision_id)
    return tuple(
        HeldRows(
            register.system(found.system).name,
            rules.dataset_of(register, found.system, found.dataset).name
            or found.dataset,
            sum(orjson.loads(found.customers).values()) if found.customers else 0,
            found.possible,
        )
        for found in case.found.order_by("system", "dataset")
        if found.customers or found.possible
    )


def by_hand(register: Register) -> tuple[str, ...]:
    """Return the systems that hold rows for customers and that only people search."""
    return tuple(
        one.name
        for one in register.systems
        if rules.is_manual(one) and rules.holds_for_customers(one)
    )
