"""What a person said when they asked, for one right of those they asked for at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from datamap import queries as datamap_queries
from datamap.registry.schema import Register
from lumina_privacy.lib.subject_ref import written
from requests_app import rules
from requests_app.models import Case
from requests_app.queries import questions, words
from requests_app.states import Right

# What these ask for is scope and form of a copy; other rights have neither.
COPIED: Final = frozenset({Right.ACCESS, Right.PORTABILITY})
_OF_A_COPY: Final = frozenset({"scope", "categories", "how", rules.FILMED})


@dataclass(frozen=True, slots=True)
class AskedFacts:
    """One thing the person said when they asked."""

    label: str
    value: str


def asked_of(
    case: Case, register: Register | None = None, *, for_staff: bool = False
) -> tuple[AskedFacts, ...]:
    """Return what was said about this case, as the person reads it or as staff do.

    Costs no query with the case's ``register`` and submission at hand.
    """
    sent = case.submission
    known = register or datamap_queries.register_at(case.revision_id)
    labels = questions.ASKED if for_staff else questions.QUESTIONS
    facts = [AskedFacts("Came by", words.CHANNELS[sent.channel])] if for_staff else []
    for name, value in said_of(case).items():
        label, choices = labels[name]
        shown = named(value, {**names_in(known), **choices})
        facts.append(AskedFacts(label.rstrip(":"), shown))
    if for_staff:
        reach = [
            ("Telephone given", written("phone", sent.phone)),
            ("Postal address", sent.postal),
        ]
        facts += [AskedFacts(label, value) for label, value in reach if value]
    return tuple(facts)


def said_of(case: Case) -> dict[str, Any]:
    """Return the answers that belong to this case, by the name of their question."""
    told: dict[str, Any] = json.loads(case.submission.answers or "{}")
    if case.right not in COPIED:
        told = {name: told[name] for name in told if name not in _OF_A_COPY}
    flat: dict[str, Any] = {}
    for name, value in told.items():
        if not isinstance(value, dict):
            flat[name] = value
        elif name in {case.right, rules.FILMED}:
            flat |= value
    return flat


def names_in(register: Register) -> dict[str, str]:
    """Return the register's categories and purposes by the codes answers hold."""
    purposes = {one.code: one.name for one in register.purposes}
    return purposes | {one.code: one.name for one in register.categories}


def named(value: object, names: Mapping[str, str]) -> str:
    """Return an answer in words."""
    said = value if isinstance(value, list) else [value]
    return ", ".join(names.get(str(one), str(one)) for one in said)
