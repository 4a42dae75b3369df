"""The page the person reads: Article 15(1)(a)-(h) and (2), from the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast

from datamap import queries as datamap_queries
from datamap.registry.promises import LawfulBasis
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
class _Held:
    """A category of the notice in one dataset, and what it is held for."""

    category: str
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """One dataset that is given: its two files, a key to its columns, and why."""

    title: str
    rows: int
    json: str
    csv: str
    columns: tuple[tuple[str, str], ...]
    withheld: tuple[str, ...]
    redacted: tuple[str, ...]
    held: tuple[_Held, ...]
    source: str
    kept: str


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
    lines = retention_queries.lines()
    customers = any(part.found.processor for part in contents.parts)
    return {
        "case": contents.case,
        "received_at": contents.case.submission.received_at,
        "made_at": at,
        "decision": contents.decision,
        "controller": datamap_queries.controller(),
        "holds_data": bool(shown or contents.files or contents.files_withheld),
        "tables": [_table(contents, part, facts, lines) for part in shown],
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


def _held(contents: Contents, part: DatasetPart) -> tuple[_Held, ...]:
    """Return the dataset's categories, each with its purposes and their bases."""
    by_category: dict[str, set[str]] = {}
    for field in part.fields.values():
        by_category.setdefault(field.category, set()).update(field.purposes)
    return tuple(
        _Held(
            contents.register.category(code).name,
            tuple(_purpose(contents, purpose) for purpose in sorted(purposes)),
        )
        for code, purposes in by_category.items()
    )


def _kept(part: DatasetPart, lines: Mapping[str, retention_queries.LineFacts]) -> str:
    """Return for how long the dataset is kept, and why so long."""
    line = lines.get(part.dataset.retention.line) if part.dataset.retention else None
    if line is None:
        return ""
    return f"{Period.parse(line.period)} from: {line.trigger}. {line.why}"


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
    contents: Contents,
    part: DatasetPart,
    facts: Mapping[tuple[str, str], Mapping[str, object]],
    lines: Mapping[str, retention_queries.LineFacts],
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
        _held(contents, part),
        _source(contents, part),
        _kept(part, lines),
    )
