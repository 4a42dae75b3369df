"""The page of data to take away: what is in the folder, and what is not, and why.

UK GDPR Article 20. The rest of what a copy tells (Article 15(1) and (2)) belongs to a
request for access.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datamap import queries as datamap_queries
from requests_app.grounds import ground_words
from requests_app.packages.contents import Contents, DatasetPart
from requests_app.packages.information import (
    by_category,
    customers_of,
    files_of,
    search_of,
)
from requests_app.packages.sheet import ON_PAGE
from requests_app.portability import WHY_BEYOND, Beyond, searched_for
from requests_app.queries.clock import late_since
from requests_app.queries.review import label_of


@dataclass(frozen=True, slots=True)
class _Left:
    """Columns or rows that are not in the folder, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class _Table:
    """One dataset: its two files, a key to its columns, and what was left out of it."""

    title: str
    category: str  # of the notice
    rows: int
    json: str
    csv: str
    columns: tuple[tuple[str, str], ...]
    sheet: str  # the first rows, to be read on the page
    let_in: str
    left: tuple[_Left, ...]


def portable_of(
    contents: Contents,
    given: Iterable[Mapping[str, Any]],
    files: Iterable[Mapping[str, object]],
    sheets: Mapping[str, str],
    *,
    at: datetime,
) -> dict[str, object]:
    """Return what the template of the page needs. Costs 1 query, of a late case 2."""
    facts = {(str(one["system"]), str(one["dataset"])): one for one in given}
    tables = [
        _table(contents, part, facts[part.system.id, part.dataset.id], sheets)
        for part in by_category(contents, contents.parts)
    ]
    answered = {part.system.id for part in contents.parts if part.found.sure}
    right = contents.case.right
    searched = {one.system.id for one in contents.searched}
    wanted = {system.id for system in searched_for(right, contents.register)}
    return {
        "case": contents.case,
        "received_at": contents.case.submission.received_at,
        "made_at": at,
        "late": late_since(contents.case, at=at),
        "decision": contents.decision,
        "controller": datamap_queries.controller(),
        "tables": [table for table in tables if table.json],
        "on_page": ON_PAGE,
        "left": [table for table in tables if table.left],
        **files_of(contents, files, []),
        "customers": customers_of(contents),
        **search_of(contents, answered),
        "not_asked": [
            system.name
            for system in contents.register.systems
            if system.id not in wanted | searched
        ],
    }


def _table(
    contents: Contents,
    part: DatasetPart,
    fact: Mapping[str, Any],
    sheets: Mapping[str, str],
) -> _Table:
    stem = str(fact.get("stem", ""))
    is_let_in = not part.withheld_whole and part.found.ground
    return _Table(
        f"{part.system.name}: {part.dataset.name or part.dataset.id}",
        contents.register.category(part.category).name,
        int(fact["rows"]),
        f"{stem}.json" if stem else "",
        f"{stem}.csv" if stem else "",
        tuple((name, label_of(part.dataset, name)) for name in part.fields),
        sheets.get(stem, ""),
        ground_words(contents.case.right, part.found.ground) if is_let_in else "",
        tuple(_left(contents, part, fact)),
    )


def _left(
    contents: Contents, part: DatasetPart, fact: Mapping[str, Any]
) -> Iterable[_Left]:
    if fact["withheld_ground"]:
        yield _Left(
            "All of it", ground_words(contents.case.right, fact["withheld_ground"])
        )
        return
    for ground, count in fact["withheld"].items():
        yield _Left(_rows(count), ground_words(contents.case.right, ground))
    for ground, count in fact["redacted"].items():
        cut = f"Details of {_rows(count)}, marked [withheld]"
        yield _Left(cut, ground_words(contents.case.right, ground))
    if fact["rows_from_others"]:
        yield _Left(_rows(fact["rows_from_others"]), _why(Beyond.FROM_OTHERS))
    by_why: dict[Beyond, list[str]] = {}
    for name, why in fact["columns_left_out"].items():
        by_why.setdefault(Beyond(why), []).append(label_of(part.dataset, name))
    for beyond, labels in by_why.items():
        yield _Left(", ".join(labels), _why(beyond))


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _why(beyond: Beyond) -> str:
    words, provision = WHY_BEYOND[beyond]
    return f"{words} ({provision})"
