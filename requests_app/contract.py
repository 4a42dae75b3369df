"""Until when a customer of ours is helped with a request made to them. No Django.

The customer is the controller: the month of Article 12, its pauses, extensions, fees
and refusals are theirs alone. We owe them assistance as their processor (UK GDPR
Article 28(3)(e)), by the day that the contract with them names (decision D13).
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date
from enum import StrEnum
from typing import Final

from lumina_privacy.lib.days import add_working_days
from requests_app.clock import Reckoning, Standing, Step, in_words
from requests_app.states import EventKind
from requests_app.timekeeping import Happening

# Where the contract names no day the law says "without undue delay"; five working days
# are our own rule: the customer has a month for all of it.
WORKING_DAYS: Final = 5
_ASSISTANCE: Final = "UK GDPR Article 28(3)(e)"
_SAYS_THE_DAY: Final = frozenset(
    {EventKind.INSTRUCTION_RECEIVED, EventKind.INSTRUCTION_CORRECTED}
)


class ContractSays(StrEnum):
    """Whether the contract with the customer names a day."""

    A_DAY = "a_day"
    NO_DAY = "no_day"


def named_day(events: Iterable[Happening]) -> date | None:
    """Return the day that the contract names, as said last; None: it names none."""
    said = [event.facts["due_on"] for event in events if event.kind in _SAYS_THE_DAY]
    return date.fromisoformat(said[-1]) if said and said[-1] else None


def reckon(
    named: date | None,
    received: date,
    *,
    contract: str = "",
    holidays: Container[date],
) -> Reckoning:
    """Return the day by which the customer is helped, and how it was worked out.

    ``named``: the day of the contract, which no holiday moves. ``contract``: which one
    it is, and where in it.

    >>> reckon(None, date(2026, 11, 2), holidays=()).due
    datetime.date(2026, 11, 9)
    >>> reckon(date(2026, 11, 7), date(2026, 11, 2), holidays=()).due
    datetime.date(2026, 11, 7)
    """
    due = named or add_working_days(received, WORKING_DAYS, holidays)
    says = (
        Step(
            f"The contract names {in_words(due)}.",
            contract or "The contract with the customer",
            due,
        )
        if named
        else Step(
            "The contract names no day, so we help without undue delay. By our own "
            f"rule that is within five working days: by {in_words(due)}.",
            _ASSISTANCE,
            due,
        )
    )
    steps = (
        Step(
            f"It reached us on {in_words(received)}, London time.",
            _ASSISTANCE,
            received,
        ),
        says,
        Step(
            "The customer answers the person, and the month for that is theirs. "
            "Nothing pauses or extends this day.",
            "UK GDPR Article 12(3)",
        ),
    )
    return Reckoning(Standing.RUNNING, due, due, None, None, steps)
