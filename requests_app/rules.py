"""What the register's words mean for a case. No Django, no queries.

The register says what a dataset is; here stands what follows from that for searching
and reviewing it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from datamap.known import IdentifierStatus, KnownIdentifier
from datamap.registry.schema import Register
from datamap.registry.systems import DataField, Dataset, System
from lumina_privacy.lib.actor import Actor, ActorKind
from lumina_privacy.lib.days import is_working_day, next_working_day

MANUAL: Final = "manual"
# Lawful bases that a right hangs on (UK GDPR Articles 7(3) and 21(1)).
CONSENT: Final = "consent"
LEGITIMATE_INTERESTS: Final = "legitimate_interests"
# An owner's answer is wanted this long after asking, and this long before the safe day.
OWNER_DAYS: Final = timedelta(days=10)
OWNER_MARGIN: Final = timedelta(days=7)
# The owner of an unanswered task is reminded this often.
CHASE_EVERY: Final = timedelta(days=3)
# The person, by what they said when they asked.
OWN_WORD: Final = Actor(ActorKind.SUBJECT, "own-answer")


class Proof(StrEnum):
    """How an identifier came to be known as the person's."""

    CODE = "code"  # sent there, and typed in here
    STAFF = "staff"
    AGENT = "agent"  # said by whoever acts for the person
    # Written down without proof in a later request that was merged (C33): whose it is
    # has to be said before anything is found by it alone.
    JOINED = "joined"


class WhoseQuestion(StrEnum):
    """What staff are asked of a value by which a person may be known (D1)."""

    # A row taught it, or an agent named it: is it this person's alone?
    ALONE = "alone"
    SHARED = "shared"  # it was found with two people: are they one and the same?


def question_of(known: KnownIdentifier | None) -> WhoseQuestion | None:
    """Return what may be asked of a value now; what was said can be taken back."""
    match known:
        case None:
            return None
        case KnownIdentifier(status=IdentifierStatus.CONTESTED):
            return WhoseQuestion.SHARED
        case KnownIdentifier(status=IdentifierStatus.SETTLED):
            return WhoseQuestion.SHARED
        case KnownIdentifier(status=IdentifierStatus.SURE):
            return WhoseQuestion.ALONE if known.awaits_a_person else None
        case _:
            return WhoseQuestion.ALONE


class OwnerAnswer(StrEnum):
    """What the owner of a manual system answers."""

    NONE = ""
    FILES = "files"
    NOTHING_HELD = "nothing_held"
    NOT_MINE = "not_mine"
    NEEDS_UNTIL = "needs_until"


class KeepOutcome(StrEnum):
    """What the owner of a system that overwrites itself says of what was asked for."""

    NONE = ""
    KEPT = "kept"
    OVERWRITTEN = "overwritten"  # before we asked
    NOT_THERE = "not_there"


def sighting_systems(register: Register) -> tuple[System, ...]:
    """Return the systems where somebody is found by when and where they were seen."""
    return tuple(system for system in register.systems if system.by_sighting)


def categories_in(system: System) -> frozenset[str]:
    """Return the notice's categories of what the system holds."""
    return frozenset[str]().union(*map(categories_of, system.datasets.values()))


def purposes_on(register: Register, basis: str) -> dict[str, str]:
    """Return the purposes that rest on a lawful basis, wholly or in part, by code."""
    return {
        purpose.code: purpose.name
        for purpose in register.purposes
        if any(one.basis == basis for one in purpose.processing)
    }


def datasets_used_for(
    register: Register, purposes: Container[str]
) -> tuple[tuple[str, str], ...]:
    """Return system and dataset of what is used for any of ``purposes``."""
    return tuple(
        (system.id, dataset.id)
        for system in register.systems
        for dataset in system.datasets.values()
        if any(
            purpose in purposes
            for field in shown_fields(dataset)
            for purpose in field.purposes
        )
    )


def dataset_of(register: Register, system_id: str, dataset_id: str) -> Dataset:
    """Return the declared dataset. Raises LookupError when the revision has none."""
    return register.system(system_id).datasets[dataset_id]


def holds_for_customers(system: System) -> bool:
    """Whether any rows of a system may be held for customers of ours (D13)."""
    return any(dataset.held_for for dataset in system.datasets.values())


def searched_for_customers(register: Register) -> tuple[System, ...]:
    """Return what is searched for a request that a customer passed to us (D13).

    What may hold rows for one, and what yields an identifier that leads there. No owner
    is asked: they would bring the rows.
    """
    searched = [one for one in register.systems if not is_manual(one)]
    chosen = {one.id for one in searched if holds_for_customers(one)}
    while True:
        wanted = {
            kind for one in searched if one.id in chosen for kind in kinds_of(one)
        }
        leading = {one.id for one in searched if wanted & _yields(one)}
        if leading <= chosen:
            return tuple(one for one in searched if one.id in chosen)
        chosen |= leading


def _yields(system: System) -> set[str]:
    return {kind for one in system.datasets.values() for kind in one.yields}


def is_manual(system: System) -> bool:
    """Whether only people can search the system: its owner is asked."""
    return system.connector == MANUAL


def kinds_of(system: System) -> frozenset[str]:
    """Return the kinds of identifier by which the system can be searched."""
    return frozenset(
        kind for dataset in system.datasets.values() for kind in dataset.find_by
    )


def shown_fields(dataset: Dataset) -> tuple[DataField, ...]:
    """Return what is declared of the columns that may be shown: no secrets (D3)."""
    declared = tuple(dataset.declared.values()) or (dataset.default_field,)
    return tuple(field for field in declared if not field.secret)


def needs_eyes(dataset: Dataset) -> bool:
    """Whether its rows must be looked at before they are released.

    Free text may name anybody, and a third-party field does (LUM-11; DPA 2018
    Schedule 2 paragraph 16); of columns taken together nobody has said what they are.
    """
    if dataset.fields == "all":
        return True
    return any(field.free_text or field.third_party for field in shown_fields(dataset))


def is_waivable(dataset: Dataset) -> bool:
    """Whether all of it may be given on an address alone, as its register says (D2)."""
    return dataset.fields != "all" and all(
        field.waivable for field in shown_fields(dataset)
    )


def categories_of(dataset: Dataset) -> frozenset[str]:
    """Return the notice's categories to which the fields that may be shown belong."""
    return frozenset(field.category for field in shown_fields(dataset))


def main_category(dataset: Dataset) -> str:
    """Return the category under which the dataset is shown: that of most fields."""
    counts: dict[str, int] = {}
    for field in shown_fields(dataset):
        counts[field.category] = counts.get(field.category, 0) + 1
    return max(counts, key=lambda code: counts[code], default=dataset.category)


def fingerprint(system: System, identifiers: Iterable[tuple[str, str, str]]) -> str:
    """Return what tells two sets of ``(kind, ref, status)`` apart for ``system``.

    Identifiers of a kind by which the system cannot be searched do not count: learning
    one of them is no reason to search it again.
    """
    kinds = kinds_of(system)
    used = sorted({known for known in identifiers if known[0] in kinds})
    return sha256("\n".join("\0".join(parts) for parts in used).encode()).hexdigest()


def owner_due_on(
    asked_on: date, safe_due_on: date | None, *, holidays: Container[date]
) -> date:
    """Return the day by which an owner is asked to answer, before the case is due.

    A working day: the last one before where the ten days would end on another, and
    when there is none left the next one, for nobody answers on a Sunday night.

    >>> owner_due_on(date(2026, 11, 2), date(2026, 12, 2), holidays=())
    datetime.date(2026, 11, 12)
    >>> owner_due_on(date(2026, 11, 23), date(2026, 12, 2), holidays=())
    datetime.date(2026, 11, 25)
    >>> owner_due_on(date(2026, 12, 1), date(2026, 12, 2), holidays=())
    datetime.date(2026, 12, 1)
    >>> owner_due_on(date(2026, 11, 25), None, holidays=())  # not Saturday the fifth
    datetime.date(2026, 12, 4)
    >>> owner_due_on(date(2026, 11, 29), date(2026, 12, 2), holidays=())  # a Sunday
    datetime.date(2026, 11, 30)
    """
    wanted = asked_on + OWNER_DAYS
    if safe_due_on is not None:
        wanted = min(wanted, safe_due_on - OWNER_MARGIN)
    while wanted > asked_on and not is_working_day(wanted, holidays):
        wanted -= timedelta(days=1)
    return next_working_day(max(wanted, asked_on), holidays)
