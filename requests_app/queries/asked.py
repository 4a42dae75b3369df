"""What a person said when they asked, for one right of those they asked for at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from datamap import queries as datamap_queries
from datamap.registry.schema import Register
from datamap.registry.systems import System
from lumina_privacy.lib.subject_ref import IdentifierKind, written
from requests_app import rules
from requests_app.models import Case
from requests_app.queries import words
from requests_app.queries.questions import FILMED, QUESTIONS, Question
from requests_app.states import Right

# What these ask for is scope and form of a copy; other rights have neither.
COPIED: Final = frozenset({Right.ACCESS, Right.PORTABILITY})


@dataclass(frozen=True, slots=True)
class AskedFacts:
    """One thing the person said when they asked."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail may repeat of what was asked, and whether there is more (C23)."""

    chosen: tuple[AskedFacts, ...]
    wrote_more: bool


def asked_of(
    case: Case, register: Register | None = None, *, for_staff: bool = False
) -> tuple[AskedFacts, ...]:
    """Return what was said about this case, as the person reads it or as staff do.

    Costs no query with the case's ``register`` and submission at hand.
    """
    sent = case.submission
    facts = [AskedFacts("Came by", words.CHANNELS[sent.channel])] if for_staff else []
    facts += [
        AskedFacts(asked.noted if for_staff else asked.asks, value)
        for asked, value in _answered(case, register)
    ]
    if for_staff:
        reach = [
            ("Telephone given", written(IdentifierKind.PHONE, sent.phone)),
            ("Postal address", sent.postal),
        ]
        facts += [AskedFacts(label, value) for label, value in reach if value]
    return tuple(facts)


def not_ticked(case: Case) -> frozenset[str]:
    """Return the names of categories that somebody who ticked some left out.

    Empty when they want everything, or say in words alone what they want.
    """
    register = datamap_queries.register_at(case.revision_id)
    ticked = said_of(case, register).get("categories")
    if not ticked:
        return frozenset()
    return frozenset(one.name for one in register.categories if one.code not in ticked)


def told_of(case: Case, register: Register | None = None) -> Told:
    """Return what was chosen from lists, without the person's own words (C23)."""
    answered = list(_answered(case, register))
    return Told(
        tuple(
            AskedFacts(asked.asks, value)
            for asked, value in answered
            if asked.is_closed
        ),
        wrote_more=any(not asked.is_closed for asked, _ in answered),
    )


def _answered(case: Case, register: Register | None) -> Iterator[tuple[Question, str]]:
    """Yield each question that was answered for this case, and its answer in words."""
    judged_by = register or datamap_queries.register_at(case.revision_id)
    known = names_in(judged_by)
    for name, value in said_of(case, judged_by).items():
        asked = QUESTIONS[name]
        yield asked, named(value, {**known, **asked.choices})


def said_of(case: Case, register: Register) -> dict[str, Any]:
    """Return the answers that belong to this case, by the name of their question."""
    told: dict[str, Any] = json.loads(case.submission.answers or "{}")
    own = {case.right, *(system.id for system in rules.sighting_systems(register))}
    flat: dict[str, Any] = {}
    for name, value in told.items():
        if not isinstance(value, dict):
            flat[name] = value
        elif name in own:
            flat |= value
    copied = case.right in COPIED
    return {
        name: value
        for name, value in flat.items()
        if copied or not QUESTIONS[name].of_a_copy
    }


def overwriting_asked_for(case: Case) -> list[System]:
    """Return the systems that overwrite themselves and that the case asks a copy of.

    A copy of everything is one of footage only when it says where to look: nobody keeps
    every camera's month for one person. No query: the register is at hand.
    """
    told: dict[str, Any] = json.loads(case.submission.answers or "{}")
    chosen = set(told.get("categories", ()))
    register = datamap_queries.register_at(case.revision_id)
    return [
        system
        for system in register.systems
        if system.overwrites_after_days is not None
        and (
            told.get(system.id)
            or chosen & rules.categories_in(system)
            or (not chosen and not system.by_sighting)
        )
    ]


def seen_in(
    answers: str, system: str, *, by_sighting: bool = False
) -> tuple[tuple[str, str], ...]:
    """Return what the person told us for this system: for a camera when and where."""
    told = json.loads(answers or "{}")
    about = told.get(system) if isinstance(told, dict) else None
    if by_sighting and not about and told.get("filmed") == "unknown":
        return ((QUESTIONS["filmed"].noted, FILMED["unknown"]),)
    if isinstance(about, str):
        return (("What they told us", about),) if about else ()
    if isinstance(about, dict):
        return tuple(
            (QUESTIONS[name].noted if name in QUESTIONS else str(name), str(value))
            for name, value in about.items()
            if value
        )
    return ()


def names_in(register: Register) -> dict[str, str]:
    """Return the register's categories and purposes by the codes answers hold."""
    purposes = {one.code: one.name for one in register.purposes}
    return purposes | {one.code: one.name for one in register.categories}


def named(value: object, names: Mapping[str, str]) -> str:
    """Return an answer in words."""
    said = value if isinstance(value, list) else [value]
    return ", ".join(names.get(str(one), str(one)) for one in said)
