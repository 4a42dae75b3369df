"""The page the person reads: Article 15(1)(a)-(h) and (2), from the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast

from datamap import queries as datamap_queries
from datamap.registry.promises import LawfulBasis
from datamap.registry.systems import DataField
from requests_app.packages.contents import GROUNDS, Contents, DatasetPart
from requests_app.states import TaskVerdict
from retention import queries as retention_queries
from retention.rules import Period

_COUNTRIES: Final = {"GB": "the United Kingdom", "IE": "Ireland"}
_BASES: Final = {
    LawfulBasis.CONSENT: "your consent",
    LawfulBasis.CONTRACT: "a contract",
    LawfulBasis.LEGAL_OBLIGATION: "a legal obligation",
    LawfulBasis.LEGITIMATE_INTERESTS: "our legitimate interests",
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table of what is held and why."""

    category: str
    what: str
    purposes: str
    sources: str
    kept: str


@dataclass(frozen=True, slots=True)
class _Table:
    """One dataset that is given, with its two files and a key to its columns."""

    title: str
    rows: int
    json: str
    csv: str
    columns: tuple[tuple[str, str], ...]
    withheld: tuple[str, ...]
    redacted: tuple[str, ...]


def information_of(
    contents: Contents,
    given: Iterable[Mapping[str, object]],
    files: Iterable[Mapping[str, object]],
    *,
    at: datetime,
) -> dict[str, object]:
    """Return what the template of the page needs. Costs 5 queries."""
    facts = {(str(g["system"]), str(g["dataset"])): g for g in given}
    shown = [part for part in contents.parts if _is_told(facts, part)]
    customers = any(part.found.processor for part in contents.parts)
    return {
        "case": contents.case,
        "received_at": contents.case.submission.received_at,
        "made_at": at,
        "decision": contents.decision,
        "controller": datamap_queries.controller(),
        "holds_data": bool(shown or contents.files or contents.files_withheld),
        "held": _held(contents, shown),
        "tables": [_table(part, facts) for part in shown],
        "files": list(files),
        "files_withheld": [
            {
                "system": contents.register.system(file.task.task.system).name,
                "reason": _reason(file.ground),
            }
            for file in contents.files_withheld
        ],
        "automated": _quoted(contents, "automated decision"),
        "recipients": [
            one for one in datamap_queries.recipients() if not one.kind and one.quote
        ],
        "searched": contents.searched,
        "nothing": TaskVerdict.NOTHING_HELD,
        "found": TaskVerdict.FOUND,
        "still_open": [
            {
                "name": contents.register.system(one["system"]).name,
                "by": date.fromisoformat(one["by"]),
            }
            for one in contents.decision.still_open
        ],
        "secrets": [
            {"what": _label(part, str(secret["field"])), **secret}
            for part in shown
            for secret in part.found.secrets
        ],
        "for_customers": customers,
        "locations": sorted(
            {
                _COUNTRIES.get(part.system.location, part.system.location)
                for part in shown
            }
        ),
    }


def _is_told(
    facts: Mapping[tuple[str, str], Mapping[str, object]], part: DatasetPart
) -> bool:
    fact = facts[part.system.id, part.dataset.id]
    told = ("rows", "withheld_ground", "withheld", "redacted", "secrets")
    return any(fact[name] for name in told)


def _quoted(contents: Contents, words: str) -> str:
    """Return the paragraph of the notice in force that speaks of ``words``, or ""."""
    published = [notice for notice in contents.register.notices if notice.sha256]
    newest = max(published, key=lambda notice: notice.version, default=None)
    sections = newest.sections if newest else ()
    for section in sections:
        for block in section.blocks:
            if isinstance(block, str) and words in block.lower():
                return block
    return ""


def _reason(ground: str) -> str:
    known = GROUNDS.get(ground)
    return f"{known.words} ({known.provision})" if known else ""


def _held(contents: Contents, shown: list[DatasetPart]) -> list[_Row]:
    """Return categories, purposes with their bases, sources and periods."""
    register, lines = contents.register, retention_queries.lines()
    rows = []
    for part in shown:
        by_category: dict[str, list[DataField]] = {}
        for field in part.fields.values():
            by_category.setdefault(field.category, []).append(field)
        line = (
            lines.get(part.dataset.retention.line) if part.dataset.retention else None
        )
        kept = (
            f"{Period.parse(line.period)} from: {line.trigger}. {line.why}"
            if line
            else ""
        )
        for code, fields in by_category.items():
            purposes = sorted(
                {purpose for field in fields for purpose in field.purposes}
            )
            rows.append(
                _Row(
                    register.category(code).name,
                    f"{part.system.name}: {part.dataset.name or part.dataset.id}",
                    "; ".join(_purpose(contents, purpose) for purpose in purposes),
                    _source(contents, part),
                    kept,
                )
            )
    return rows


def _purpose(contents: Contents, code: str) -> str:
    purpose = contents.register.purpose(code)
    bases = " or ".join(
        _BASES[one.basis] + (f" ({one.applies_to})" if one.applies_to else "")
        for one in purpose.processing
    )
    return f"{purpose.name}, on the basis of {bases}"


def _source(contents: Contents, part: DatasetPart) -> str:
    if part.dataset.source_column:
        return f"see the column “{_label(part, part.dataset.source_column)}”"
    names = {source.code: source.name for source in contents.register.sources}
    return names.get(part.dataset.source, "")


def _label(part: DatasetPart, name: str) -> str:
    field = part.dataset.declared.get(name)
    return (field.label if field else "") or name


def _table(
    part: DatasetPart, facts: Mapping[tuple[str, str], Mapping[str, object]]
) -> _Table:
    fact = facts[part.system.id, part.dataset.id]
    stem = str(fact.get("stem", ""))
    whole = [str(fact["withheld_ground"])] if fact["withheld_ground"] else []
    withheld = dict.fromkeys([*whole, *cast("dict[str, int]", fact["withheld"])])
    redacted = cast("dict[str, int]", fact["redacted"])
    return _Table(
        f"{part.system.name}: {part.dataset.name or part.dataset.id}",
        int(str(fact["rows"])),
        f"{stem}.json" if stem else "",
        f"{stem}.csv" if stem else "",
        tuple((name, _label(part, name)) for name in part.fields),
        tuple(map(_reason, withheld)),
        tuple(map(_reason, redacted)),
    )
