"""What a case found, as the review shows it: datasets, rows, files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

import orjson

from datamap import queries as datamap_queries
from datamap.registry.promises import Category
from datamap.registry.schema import Register
from datamap.registry.systems import Dataset
from datamap.search import RowStanding
from lumina_privacy.lib.wording import Reads, readable
from requests_app import rules
from requests_app.grounds import INCLUSION_GROUNDS, WITHHOLDING_GROUNDS
from requests_app.models import Case, FoundDataset, OwnerFile, RowDecision
from requests_app.queries import rows, words
from requests_app.queries.case import KnownFacts, contested_of, route_words
from requests_app.queries.rows import SpoolRow
from requests_app.states import (
    RowChoice,
)
from vault import queries as vault

ROWS: Final = 50
_BADGES: Final = {
    "": "pending",
    RowChoice.RELEASE: "released",
    RowChoice.WITHHOLD: "warning",
}
_GROUNDS: Final = {
    ground.code: ground for ground in (*WITHHOLDING_GROUNDS, *INCLUSION_GROUNDS)
}


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """One way by which rows were found, and how many."""

    words: str
    rows: int


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """What one dataset holds about the person, and what was said about it."""

    found: FoundDataset
    system: str
    name: str
    needs_eyes: bool
    routes: tuple[RouteFacts, ...]
    customers: tuple[tuple[str, int], ...]
    secrets: tuple[tuple[str, str], ...]
    exceptions: int
    choice_words: str
    ground_words: str

    @property
    def badge(self) -> str:
        """How the choice looks, beside its word."""
        return _BADGES[self.found.choice]

    @property
    def may_release(self) -> bool:
        """Whether it may be released from the overview, its rows unseen."""
        return not (self.needs_eyes or self.found.voided)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to review."""
        return not (self.found.sure or self.found.possible)


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """Datasets under a category of the notice."""

    name: str
    datasets: tuple[DatasetFacts, ...]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file an owner brought."""

    file: OwnerFile
    system: str
    name: str
    size: int
    claimed_type: str
    note: str
    choice_words: str
    ground_words: str

    @property
    def ground_id(self) -> str:
        """What tells its field from those of datasets on the page."""
        return f"file-{self.file.pk}"

    @property
    def badge(self) -> str:
        """How the choice looks, beside its word."""
        return _BADGES[self.file.choice]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Everything that must be looked at before a decision."""

    categories: tuple[CategoryFacts, ...]
    empty: tuple[DatasetFacts, ...]
    files: tuple[FileFacts, ...]
    contested: tuple[KnownFacts, ...]
    to_do: int


def found_in(case: Case, system: str, dataset: str) -> FoundDataset | None:
    """Return what the case found in one dataset, or None. Costs 1 query."""
    return case.found.filter(system=system, dataset=dataset).first()


def review_of(case: Case) -> ReviewPage:
    """Return what was found, under the notice's categories. Costs 5 queries."""
    register = datamap_queries.register_at(case.revision_id)
    exceptions: dict[int, int] = {}
    for found_id in RowDecision.objects.filter(found__case=case).values_list(
        "found_id", flat=True
    ):
        exceptions[found_id] = exceptions.get(found_id, 0) + 1
    facts = [
        _dataset(found, register, exceptions.get(found.pk, 0))
        for found in case.found.order_by("system", "dataset")
    ]
    by_category: dict[str, list[DatasetFacts]] = {}
    for one in facts:
        if not one.is_empty or one.customers or one.secrets:
            dataset = rules.dataset_of(register, one.found.system, one.found.dataset)
            by_category.setdefault(rules.main_category(dataset), []).append(one)
    files = files_of(case, register)
    unread = [
        one for one in facts if not one.is_empty and one.found.reviewed_at is None
    ]
    return ReviewPage(
        categories=tuple(
            CategoryFacts(category.name, tuple(by_category[category.code]))
            for category in _in_order(register, by_category)
        ),
        empty=tuple(
            one
            for one in facts
            if one.is_empty and not one.customers and not one.secrets
        ),
        files=files,
        contested=contested_of(case, register),
        to_do=len(unread) + sum(file.file.reviewed_at is None for file in files),
    )


def _in_order(register: Register, used: Mapping[str, object]) -> list[Category]:
    return [category for category in register.categories if category.code in used]


def facts_of(found: FoundDataset) -> DatasetFacts:
    """Return what the page of one dataset says at its head. Costs 1 query."""
    register = datamap_queries.register_at(found.case.revision_id)
    return _dataset(found, register, found.rows.count())


def _dataset(found: FoundDataset, register: Register, exceptions: int) -> DatasetFacts:
    system = register.system(found.system)
    dataset = system.datasets[found.dataset]
    customers: dict[str, int] = orjson.loads(found.customers) if found.customers else {}
    return DatasetFacts(
        found=found,
        system=system.name,
        name=dataset.name or dataset.id,
        needs_eyes=rules.needs_eyes(dataset),
        routes=tuple(
            RouteFacts(route_words(one["route"], register), one["rows"])
            for one in found.routes
        ),
        customers=tuple(sorted(customers.items())),
        secrets=tuple(
            (_label(dataset, one["field"]), one.get("since") or "")
            for one in found.secrets
        ),
        exceptions=exceptions,
        choice_words=words.CHOICES[found.choice],
        ground_words=ground_words(found.ground),
    )


def _label(dataset: Dataset, field: str) -> str:
    declared = dataset.declared.get(field)
    return declared.label if declared and declared.label else field


def ground_words(code: str) -> str:
    """Return a ground as the person reads it, with its provision; nothing for none."""
    ground = _GROUNDS.get(code)
    return f"{ground.words} ({ground.provision})" if ground else ""


def files_of(case: Case, register: Register) -> tuple[FileFacts, ...]:
    """Return the files that owners brought. Costs 1 query and 1 a file."""
    files = (
        OwnerFile.objects.filter(task__task__case=case)
        .select_related("task__task__case")
        .order_by("pk")
    )
    return tuple(
        FileFacts(
            file=file,
            system=register.system(file.task.task.system).name,
            name=(kept := vault.facts(file.file)).name,
            size=kept.size,
            claimed_type=file.claimed_type,
            note=file.task.note,
            choice_words=words.CHOICES[file.choice],
            ground_words=ground_words(file.ground),
        )
        for file in files
    )


def file_for(case: Case, pk: int) -> OwnerFile | None:
    """Return an owner's file of this case, or None. Costs 1 query."""
    return (
        OwnerFile.objects.filter(task__task__case=case, pk=pk)
        .select_related("task__task__case")
        .first()
    )


# --- Rows ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a row: its name, how people call it, and what stands in it."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class RowFacts:
    """One row of a dataset's page."""

    row: SpoolRow
    ref: str
    cells: tuple[Cell, ...]
    set_apart: bool
    why: str
    route: str
    choice: str
    choice_words: str
    ground_words: str
    reason: str
    cut: tuple[str, ...]


# What happens to a row about which nobody said anything, by whether it is set apart.
_DEFAULT: Final = {True: "Stays out", False: "With its dataset"}


@dataclass(frozen=True, slots=True)
class RowsPage:
    """A page of rows, in the register's order of fields.

    ``columns`` are the fields that hold something in any of them; ``empty`` the others.
    """

    columns: tuple[str, ...]
    empty: tuple[str, ...]
    rows: tuple[RowFacts, ...]
    first: int
    more: bool


def rows_of(found: FoundDataset, *, first: int) -> RowsPage:
    """Return the rows from number ``first`` (from 0) as they were found.

    Reads the spool up to the page's end: later pages take longer, memory stays flat.
    Costs 1 query.
    """
    register = datamap_queries.register_at(found.case.revision_id)
    page = list(islice(rows.read_rows(found), first, first + ROWS + 1))
    decided = _decided(found, page)
    columns: dict[str, _Column] = {}
    used: set[str] = set()
    for row in page[:ROWS]:
        columns.update(_columns(found, register, row))
        used |= {name for name, value in row.values.items() if value not in (None, "")}
    shown_ones = {name: column for name, column in columns.items() if name in used}
    routes = [route_words(one["route"], register) for one in found.routes]
    return RowsPage(
        columns=tuple(column.label for column in shown_ones.values()),
        empty=tuple(
            column.label for name, column in columns.items() if name not in used
        ),
        rows=tuple(
            _row(found, row, shown_ones, routes, decided) for row in page[:ROWS]
        ),
        first=first,
        more=len(page) > ROWS,
    )


def row_of(found: FoundDataset, no: int) -> RowFacts | None:
    """Return one row, or None when there is none of that number. Costs 1 query."""
    register = datamap_queries.register_at(found.case.revision_id)
    row = next(islice(rows.read_rows(found), no, no + 1), None)
    if row is None:
        return None
    routes = [route_words(one["route"], register) for one in found.routes]
    columns = _columns(found, register, row)
    return _row(found, row, columns, routes, _decided(found, [row]))


class _Column(NamedTuple):
    """How people call a field, and what its text is."""

    label: str
    reads: Reads | None


def _columns(
    found: FoundDataset, register: Register, row: SpoolRow
) -> dict[str, _Column]:
    """Return the row's fields as people read them, in the register's order."""
    dataset = rules.dataset_of(register, found.system, found.dataset)
    names = [name for name in dataset.declared if name in row.values]
    names += [name for name in row.values if name not in dataset.declared]
    return {
        name: _Column(
            _label(dataset, name),
            dataset.declared[name].reads if name in dataset.declared else None,
        )
        for name in names
    }


def _decided(found: FoundDataset, page: list[SpoolRow]) -> dict[str, RowDecision]:
    refs = [ref for row in page for ref in rows.row_refs(found, row.key)]
    return {one.row_ref: one for one in found.rows.filter(row_ref__in=refs)}


def _row(
    found: FoundDataset,
    row: SpoolRow,
    columns: Mapping[str, _Column],
    routes: list[str],
    decided: Mapping[str, RowDecision],
) -> RowFacts:
    values = row.values
    refs = rows.row_refs(found, row.key)
    decision = next((decided[ref] for ref in refs if ref in decided), None)
    set_apart = row.standing is RowStanding.POSSIBLE
    choice = decision.choice if decision else ""
    return RowFacts(
        row=row,
        ref=refs[0],
        cells=tuple(
            Cell(name, column.label, shown(values.get(name), column.reads))
            for name, column in columns.items()
        ),
        set_apart=set_apart,
        why=row.reason,
        route=routes[row.route] if row.route < len(routes) else "",
        choice=choice,
        choice_words=words.CHOICES[choice] if choice else _DEFAULT[set_apart],
        ground_words=ground_words(decision.ground) if decision else "",
        reason=decision.reason if decision else "",
        cut=tuple(decision.fields) if decision else (),
    )


def shown(value: object, reads: Reads | None = None) -> str:
    """Return a value as a cell of a page: text as people read it, the rest as JSON.

    >>> shown("a"), shown(None), shown(True), shown([1])
    ('a', '', 'true', '[1]')
    """
    if value is None:
        return ""
    value = readable(value, reads)
    return value if isinstance(value, str) else orjson.dumps(value).decode()
