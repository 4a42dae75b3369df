"""The page the person reads: Article 15(1)(a)-(h) and (2), from the register."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast

from datamap import queries as datamap_queries
from datamap.registry.promises import Said
from datamap.registry.systems import DataField, Dataset, System
from datamap.states import TAKEN_ELSEWHERE, TAKEN_ELSEWHERE_WORDS
from lumina_privacy.lib.wording import Reads, readable
from requests_app import rules
from requests_app.grounds import ground_words
from requests_app.packages.contents import Contents, DatasetPart, Searched
from requests_app.packages.sheet import ON_PAGE
from requests_app.queries.clock import late_since
from requests_app.queries.review import label_of
from requests_app.states import TaskVerdict
from retention import queries as retention_queries
from retention.queries import LineFacts
from retention.rules import Period

Lines = Mapping[str, LineFacts]

PROPOSED: Final = (
    "This period is proposed: our Data Compliance Officer has not approved it yet, and "
    "nothing is removed by it until then."
)


@dataclass(frozen=True, slots=True)
class _Held:
    """A category of the notice in one dataset, and what it is held for."""

    category: str
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Why:
    """What a dataset is held for, where it came from and for how long it is kept."""

    title: str
    held: tuple[_Held, ...]
    source: str
    kept: str


@dataclass(frozen=True, slots=True)
class _Table:
    """One dataset that is given: its two files, a key to its columns, and why."""

    why: _Why
    category: str  # of the notice: that of most of its columns
    rows: int
    json: str
    csv: str
    columns: tuple[tuple[str, str], ...]
    sheet: str  # the first rows, to be read on the page
    withheld: tuple[str, ...]
    redacted: tuple[str, ...]


def information_of(
    contents: Contents,
    given: Iterable[Mapping[str, object]],
    files: Iterable[Mapping[str, object]],
    sheets: Mapping[str, str],
    *,
    at: datetime,
) -> dict[str, object]:
    """Return what the template of the page needs. Costs 8 queries, of a late case 9."""
    facts = {(str(g["system"]), str(g["dataset"])): g for g in given}
    shown = [part for part in contents.parts if _is_told(facts, part)]
    brought: dict[str, set[str]] = {}
    for one in (*contents.files, *contents.files_withheld):
        brought.setdefault(one.task.task.system, set()).add(one.dataset)
    answered = brought.keys() | {part.system.id for part in shown}
    lines = retention_queries.lines()
    return {
        "case": contents.case,
        "received_at": contents.case.submission.received_at,
        "made_at": at,
        "late": late_since(contents.case, at=at),
        "decision": contents.decision,
        "controller": datamap_queries.controller(),
        "holds_data": bool(answered),
        "tables": [
            _table(contents, part, facts, lines, sheets)
            for part in by_category(contents, shown)
        ],
        "on_page": ON_PAGE,
        **files_of(contents, files, _brought(contents, brought, lines)),
        "secrets": [
            {
                "what": label_of(part.dataset, str(secret["field"])),
                "since": readable(secret.get("since"), Reads.DAY),
            }
            for part in shown
            for secret in part.found.secrets
        ],
        **_receivers(contents),
        **_places(contents, answered),
        **search_of(contents, answered),
        "automated": _said(contents, Said.AUTOMATED),
    }


def by_category(contents: Contents, parts: Iterable[DatasetPart]) -> list[DatasetPart]:
    """Return parts in the order in which the notice lists their categories."""
    order = [category.code for category in contents.register.categories]
    return sorted(parts, key=lambda part: order.index(part.category))


def files_of(
    contents: Contents, given: Iterable[Mapping[str, object]], why: list[_Why]
) -> dict[str, object]:
    """Return the files that owners brought, and why the others are not given."""
    return {
        "files": list(given),
        "files_withheld": [
            {
                "system": contents.register.system(file.task.task.system).name,
                "reason": ground_words(contents.case.right, file.ground),
            }
            for file in contents.files_withheld
        ],
        "files_why": why,
    }


def _receivers(contents: Contents) -> dict[str, object]:
    """Return who received it, or may, and for whom we hold some (Article 15(1)(c)).

    A disclosure of which the person may not be told, or of which nobody has decided
    that, leaves no trace (decision D10).
    """
    categories = {one.code: one.name for one in contents.register.categories}
    purposes = {one.code: one.name for one in contents.register.purposes}
    purposes[TAKEN_ELSEWHERE] = TAKEN_ELSEWHERE_WORDS
    return {
        "recipients": [
            one for one in datamap_queries.recipients() if not one.kind and one.quote
        ],
        "disclosures": [
            {
                "recipient": one.recipient,
                "what": [categories.get(code, code) for code in one.categories],
                "purpose": purposes.get(one.purpose, one.purpose),
                "at": one.disclosed_at,
            }
            for one in contents.disclosures
        ],
        "customers": customers_of(contents),
    }


def customers_of(contents: Contents) -> list[dict[str, object]]:
    """Return for whom we hold some, by name where that is permitted (D13)."""
    return [
        {"name": one.customer if one.may_name else "", "told_at": one.done_at}
        for one in contents.pass_ons
    ]


def _places(contents: Contents, answered: Container[str]) -> dict[str, object]:
    """Return where it is stored, and what the notice says of elsewhere (15(2))."""
    countries = contents.register.promises.storage_locations
    return {
        "locations": sorted(
            {
                countries.get(one.system.location, one.system.location)
                for one in contents.searched
                if one.system.id in answered
            }
        ),
        "transfers": [
            _said(contents, Said.STORED),
            _said(contents, Said.ELSEWHERE),
        ],
    }


def search_of(contents: Contents, answered: Container[str]) -> dict[str, object]:
    """Return what was searched, what was not, and what still is (decision D5)."""
    return {
        "searched": [
            {"name": one.system.name, "result": _result(one, answered)}
            for one in contents.searched
        ],
        "not_searched": any(
            one.verdict is TaskVerdict.REASONED for one in contents.searched
        ),
        "still_open": [
            {
                "name": contents.register.system(one["system"]).name,
                "by": date.fromisoformat(one["by"]),
            }
            for one in contents.decision.still_open
        ],
    }


def _is_told(
    facts: Mapping[tuple[str, str], Mapping[str, object]], part: DatasetPart
) -> bool:
    fact = facts[part.system.id, part.dataset.id]
    told = ("rows", "withheld_ground", "withheld", "redacted", "secrets")
    return any(fact[name] for name in told)


def _said(contents: Contents, what: Said) -> str:
    """Return that paragraph of the notice in force; "" when none is published."""
    published = [notice for notice in contents.register.notices if notice.sha256]
    newest = max(published, key=lambda notice: notice.version, default=None)
    return newest.said.get(what, "") if newest else ""


def _result(searched: Searched, answered: Container[str]) -> str:
    """Return what the search of one system came to, in the person's words."""
    if searched.verdict is TaskVerdict.FOUND:
        if searched.system.id in answered:
            return "Searched; something was found."
        return "Searched; nothing is held that is surely about you."
    if searched.verdict is TaskVerdict.NOTHING_HELD:
        return "Searched; nothing is held about you."
    return searched.reason or "Not answered yet; see above."


def _brought(
    contents: Contents, brought: Mapping[str, Container[str]], lines: Lines
) -> list[_Why]:
    """Return what the files are of that owners ``brought``, by system and dataset.

    Where an owner has not said to which of them a file belongs, all are told.
    """
    return [
        _why(contents, system, dataset, dataset.declared.values(), lines)
        for system in contents.register.systems
        if system.id in brought
        for dataset in system.datasets.values()
        if "" in brought[system.id] or dataset.id in brought[system.id]
    ]


def _why(
    contents: Contents,
    system: System,
    dataset: Dataset,
    fields: Iterable[DataField],
    lines: Lines,
) -> _Why:
    by_category: dict[str, set[str]] = {}
    for field in fields:
        by_category.setdefault(field.category, set()).update(field.purposes)
    line = lines.get(dataset.retention.line) if dataset.retention else None
    return _Why(
        f"{system.name}: {dataset.name or dataset.id}",
        tuple(
            _Held(
                contents.register.category(code).name,
                tuple(_purpose(contents, purpose) for purpose in sorted(purposes)),
            )
            for code, purposes in by_category.items()
        ),
        _source(contents, dataset),
        _kept(line) if line else "",
    )


def _kept(line: LineFacts) -> str:
    """Return how long it is kept; a period that is only proposed says so (C22)."""
    said = f"{Period.parse(line.period)} after {line.trigger}. {line.why}"
    return said if line.approved else f"{said} {PROPOSED}"


def _purpose(contents: Contents, code: str) -> str:
    purpose = contents.register.purpose(code)
    names = {basis.code: basis.name for basis in contents.register.bases}
    if code in contents.consented and any(
        one.basis == rules.CONSENT for one in purpose.processing
    ):
        return f"{purpose.name}, on the basis of the consent that you gave us"
    bases = "; ".join(
        names.get(one.basis, str(one.basis))
        + (f" for {one.applies_to}" if one.applies_to else "")
        for one in purpose.processing
    )
    return f"{purpose.name}, on the basis of {bases}"


def _source(contents: Contents, dataset: Dataset) -> str:
    if dataset.source_column:
        return f"see the column “{label_of(dataset, dataset.source_column)}”"
    names = {source.code: source.name for source in contents.register.sources}
    return names.get(dataset.source, "")


def _table(
    contents: Contents,
    part: DatasetPart,
    facts: Mapping[tuple[str, str], Mapping[str, object]],
    lines: Lines,
    sheets: Mapping[str, str],
) -> _Table:
    fact = facts[part.system.id, part.dataset.id]
    stem = str(fact.get("stem", ""))
    whole = [str(fact["withheld_ground"])] if fact["withheld_ground"] else []
    withheld = dict.fromkeys([*whole, *cast("dict[str, int]", fact["withheld"])])
    redacted = cast("dict[str, int]", fact["redacted"])
    return _Table(
        _why(contents, part.system, part.dataset, part.fields.values(), lines),
        contents.register.category(part.category).name,
        int(str(fact["rows"])),
        f"{stem}.json" if stem else "",
        f"{stem}.csv" if stem else "",
        tuple((name, label_of(part.dataset, name)) for name in part.fields),
        sheets.get(stem, ""),
        tuple(ground_words(contents.case.right, one) for one in withheld),
        tuple(ground_words(contents.case.right, one) for one in redacted),
    )
