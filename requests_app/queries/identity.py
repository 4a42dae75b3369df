"""How sure we are who asks, beside how sure we must be, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from datamap import queries as datamap_queries
from lumina_privacy.lib.days import add_working_days
from lumina_privacy.lib.verdict import Verdict
from requests_app.clock import PROMPT_WORKING_DAYS, Reckoning, in_words
from requests_app.identity import (
    LEVELS,
    TABLE,
    TOLD,
    WHY,
    Level,
    Sign,
    needed,
)
from requests_app.models import Case
from requests_app.queries import words
from requests_app.states import CaseStatus, Right

if TYPE_CHECKING:
    from requests_app.policies.check import Standing

_BEFORE: Final = frozenset({CaseStatus.UNPROVED, CaseStatus.RECEIVED})


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """What staff read: what is needed and why, what was shown, and what follows."""

    needed: str
    because: tuple[str, ...]
    shown: str
    verdict: Verdict
    may_rise: bool

    @property
    def missing(self) -> str:
        """What is missing, without the reasons: they stand in ``because``."""
        return self.verdict.reason.partition(WHY)[0]


@dataclass(frozen=True, slots=True)
class ToldFacts:
    """What the person reads of it; ``is_shown``: that nothing more is asked."""

    needed: str
    because: tuple[str, ...]
    is_shown: bool


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One row of the published table."""

    because: str
    rights: tuple[str, ...]
    needed: str


def identity_of(case: Case, standing: Standing) -> IdentityFacts:
    """Return in words how sure we are who asks. Costs no query."""
    return IdentityFacts(
        LEVELS[standing.needed.level],
        tuple(row.words for row in standing.needed.rows),
        LEVELS[standing.shown],
        standing.verdict,
        case.status in _BEFORE and standing.needed.level < Level.DOCUMENT,
    )


def told_of(case: Case, signs: Collection[Sign], *, is_shown: bool) -> ToldFacts:
    """Return what the person reads. Costs no query.

    ``signs`` are those that hang on how they asked: what was found is not among the
    reasons. Nobody is told what is held before it is sure who reads.
    """
    wanted = needed(Right(case.right), signs)
    return ToldFacts(
        TOLD[wanted.level],
        tuple(row.told for row in wanted.rows if row.told),
        is_shown,
    )


def published() -> tuple[PublishedRow, ...]:
    """Return the table as everybody may read it."""
    return tuple(
        PublishedRow(
            row.words,
            tuple(_named(row.rights)),
            TOLD[row.level],
        )
        for row in TABLE
    )


def _named(rights: Iterable[Right]) -> list[str]:
    return [
        words.RIGHTS[right]
        for right in Right
        if right in rights
        and right not in {Right.NOT_YET_KNOWN, Right.PASSED_ON, Right.BREACH}
    ]


def asked_after(due: date) -> str:
    """Return the warning beside what is asked when the last day is past."""
    return (
        f"The last day was {in_words(due)}. Whatever you ask now, and whenever it "
        "comes, that day stays: what is late stays late, and the letter says so."
    )


def asked_late(reckoning: Reckoning, received: date, *, today: date) -> str:
    """Return the warning beside a request for proof that comes late; "" in time (C2).

    Asked later than two working days after the receipt, the clock may be held to have
    started: reminders go by the safe day.
    """
    last = add_working_days(received, PROMPT_WORKING_DAYS, datamap_queries.holidays())
    if today <= last:
        return ""
    safe = (
        f" Whatever you ask now, we go by the safe day, {in_words(reckoning.safe_due)}."
        if reckoning.safe_due
        else ""
    )
    return (
        f"The request came on {in_words(received)}; the second working day after it "
        f"was {in_words(last)}. The clock may be held to have started already.{safe}"
    )
