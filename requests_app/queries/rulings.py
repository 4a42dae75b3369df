"""What a case is about thing by thing, what was ruled on each, and how it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from datamap import queries as datamap_queries
from datamap.registry.schema import Register
from datamap.registry.systems import ErasureResult
from datamap.search import RowStanding
from requests_app import rules
from requests_app.models import Case, Decision, FoundDataset, OwnerFile, RowDecision
from requests_app.queries import words
from requests_app.rulings import (
    Judged,
    Made,
    Ruled,
    Thing,
    choice_of,
    counting,
    ground_of,
)
from requests_app.states import EventKind, Right, RowChoice, TaskVerdict

NO_ONE: Final = "-"  # in an address: no system, or no dataset


@dataclass(frozen=True, slots=True)
class Assessment:
    """The recorded legitimate-interest assessment of a use (decision C43)."""

    purpose: str
    name: str
    quote: str
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the decision as the person reads it (law brief, section 3.10)."""

    name: str
    what: str
    ground: str
    provision: str
    words: str
    until: date | None


def judged_of(case: Case) -> tuple[Judged, ...]:
    """Return what the case is about, each with what counts. Costs up to 6 queries."""
    rows: dict[tuple[str, str, str], list[tuple[str, Made]]] = {}
    for row in case.ruled.order_by("pk"):
        made = Made(
            row.pk,
            row.category,
            Ruled(row.what),
            row.ground,
            row.words,
            row.until,
            row.by,
        )
        key = (row.system, row.dataset, row.purpose)
        rows.setdefault(key, []).append((row.mark, made))
    return tuple(
        Judged(thing, counting(rows.get(_key(thing), ()), thing))
        for thing in _things(case)
    )


def _key(thing: Thing) -> tuple[str, str, str]:
    return thing.system, thing.dataset, thing.purpose


def mark_of(judged: tuple[Judged, ...]) -> str:
    """Return what tells these things, as ruled on, from any others. No query."""
    said = [[one.thing.mark, *(str(made.pk) for made in one.made)] for one in judged]
    return sha256(json.dumps(said).encode()).hexdigest()


def judged_in(case: Case, system: str, name: str) -> Judged | None:
    """Return one thing by the words of its address, or None."""
    for one in judged_of(case):
        if address_of(one.thing) == (system, name):
            return one
    return None


def address_of(thing: Thing) -> tuple[str, str]:
    """Return system and name as they stand in an address of the thing."""
    return thing.system or NO_ONE, thing.purpose or thing.dataset or NO_ONE


def _things(case: Case) -> Iterator[Thing]:
    register = datamap_queries.register_at(case.revision_id)
    if case.right == Right.OBJECTION:
        names = {purpose.code: purpose.name for purpose in register.purposes}
        for code in restricted_purposes(case):
            yield Thing("", "", code, names.get(code, code), (), "")
        return
    let_in = set(
        RowDecision.objects.filter(found__case=case, standing=RowStanding.POSSIBLE)
        .exclude(choice=RowChoice.WITHHOLD)
        .values_list("found_id", flat=True)
    )
    for found in case.found.order_by("system", "dataset"):
        if _stays_anyhow(case, register, found):
            continue
        if found.sure or found.pk in let_in:
            yield _dataset(register, found)
    files: dict[str, list[str]] = {}
    brought = OwnerFile.objects.filter(task__task__case=case).order_by("pk")
    for file in brought.select_related("task__task"):
        files.setdefault(file.task.task.system, []).append(str(file.file))
    for system, ids in sorted(files.items()):
        mark = sha256(" ".join(ids).encode()).hexdigest()
        name = f"{register.system(system).name}: files of its owner"
        yield Thing(system, "", "", name, (), mark)


def _stays_anyhow(case: Case, register: Register, found: FoundDataset) -> bool:
    """Whether no erasure reaches it, as the letter says by itself (decision C16).

    Our own record of requests, of consent and of stops: nobody rules on those.
    """
    dataset = register.system(found.system).datasets[found.dataset]
    return (
        case.right == Right.ERASURE
        and bool(dataset.stored_in)
        and dataset.on_erasure is not None
        and dataset.on_erasure.result is ErasureResult.KEEP
    )


def _dataset(register: Register, found: FoundDataset) -> Thing:
    system = register.system(found.system)
    dataset = system.datasets[found.dataset]
    held = rules.categories_of(dataset)
    return Thing(
        found.system,
        found.dataset,
        "",
        f"{system.name}: {dataset.name or dataset.id}",
        tuple((one.code, one.name) for one in register.categories if one.code in held),
        str(found.spool or ""),
    )


def restricted_purposes(case: Case) -> tuple[str, ...]:
    """Return the uses objected to, as they were restricted. Costs 1 query (D7)."""
    events = case.events.filter(kind=EventKind.USE_RESTRICTED).order_by("seq")
    codes = [code for event in events for code in event.facts["purposes"]]
    return tuple(dict.fromkeys(codes))  # weighed again, it is restricted again


def objected_to(case: Case) -> tuple[str, ...]:
    """Return the uses that the person named and that can be objected to. No query."""
    register = datamap_queries.register_at(case.revision_id)
    told = json.loads(case.submission.answers or "{}").get(Right.OBJECTION, {})
    named = told.get("uses", ()) if isinstance(told, dict) else ()
    known = rules.purposes_on(register, rules.LEGITIMATE_INTERESTS)
    return tuple(code for code in known if code in named)


def uses_of(case: Case) -> tuple[tuple[str, str], ...]:
    """Return the uses that can be objected to and are not restricted yet."""
    register = datamap_queries.register_at(case.revision_id)
    there = restricted_purposes(case)
    uses = rules.purposes_on(register, rules.LEGITIMATE_INTERESTS)
    return tuple((code, name) for code, name in uses.items() if code not in there)


def situation_of(case: Case) -> str:
    """Return what the person wrote of their situation, to be weighed. No query."""
    told = json.loads(case.submission.answers or "{}").get(Right.OBJECTION, {})
    return str(told.get("situation", "")) if isinstance(told, dict) else ""


def assessment_of(case: Case, purpose: str) -> Assessment:
    """Return what was assessed of a use; empty words when nothing is on record."""
    register = datamap_queries.register_at(case.revision_id)
    one = register.purpose(purpose)
    return Assessment(one.code, one.name, one.quote, one.assessment)


def is_assessed(case: Case, thing: Thing) -> bool:
    """Whether an assessment of the use is on record; of data none is wanted."""
    return not thing.purpose or bool(assessment_of(case, thing.purpose).words)


def told_of(case: Case, judged: tuple[Judged, ...]) -> tuple[Told, ...]:
    """Return the decision about what was asked, line by line.

    Raises LookupError for a word that is none.
    """
    return tuple(
        _told(case, one.thing, made)
        for one in judged
        for made in one.made
        if made.what is not Ruled.NOT_MEANT
    )


def besides(case: Case, judged: tuple[Judged, ...]) -> tuple[str, ...]:
    """Return the names of what was found and is not asked about."""
    return tuple(
        _told(case, one.thing, made).name
        for one in judged
        for made in one.made
        if made.what is Ruled.NOT_MEANT
    )


def ruled_in(decision: Decision) -> tuple[Told, ...]:
    """Return what was ruled when it was decided, as it was frozen. Costs 1 query."""
    case = decision.case
    register = datamap_queries.register_at(case.revision_id)
    frozen = [int(pk) for pk in decision.reviewed.get("rulings", ())]
    purposes = {one.code: one.name for one in register.purposes}
    categories = tuple((one.code, one.name) for one in register.categories)
    said = []
    for row in case.ruled.filter(pk__in=frozen).order_by("pk"):
        name = purposes.get(row.purpose, row.purpose)
        if row.system:
            system = register.system(row.system)
            dataset = system.datasets.get(row.dataset)
            about = dataset.name or dataset.id if dataset else "files of its owner"
            name = f"{system.name}: {about}"
        thing = Thing("", "", "", name, categories, "")
        made = Made(
            row.pk,
            row.category,
            Ruled(row.what),
            row.ground,
            row.words,
            row.until,
            row.by,
        )
        said.append(_told(case, thing, made))
    return tuple(said)


def _told(case: Case, thing: Thing, made: Made) -> Told:
    choice = choice_of(case.right, made.what)
    ground = ground_of(choice, made.ground) if choice else None
    if choice is None or ground is None:
        raise LookupError(f"{made.what} on {made.ground} is no ruling of {case.right}")
    name = thing.name
    if made.category:
        name += f", {dict(thing.categories)[made.category]}"
    return Told(
        name, choice.words, ground.words, ground.provision, made.words, made.until
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One thing on the staff's page: what was ruled, and where to rule."""

    judged: Judged
    said: tuple[tuple[str, Told, str], ...]  # title, line, by
    system: str
    name: str
    found: FoundDataset | None  # its rows, where it is a dataset


def rows_of(case: Case, judged: tuple[Judged, ...]) -> tuple[Row, ...]:
    """Return the lines of the staff's page. Costs 1 query."""
    found = {(one.system, one.dataset): one for one in case.found.all()}
    return tuple(
        Row(
            one,
            tuple(
                (words.RULED[made.what], _told(case, one.thing, made), made.by)
                for made in one.made
            ),
            *address_of(one.thing),
            found.get((one.thing.system, one.thing.dataset)),
        )
        for one in judged
    )


def newest_decision(case: Case) -> Decision | None:
    """Return the decision that stands, or None. Costs 1 query."""
    return case.decisions.order_by("-pk").first()


def unsearched_of(case: Case) -> tuple[tuple[str, str], ...]:
    """Return systems answered for without a search, with the reason. Costs 1 query."""
    register = datamap_queries.register_at(case.revision_id)
    tasks = case.tasks.filter(verdict=TaskVerdict.REASONED).order_by("system")
    return tuple((register.system(one.system).name, one.reason) for one in tasks)
