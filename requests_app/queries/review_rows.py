"""The rows of one dataset, as the review shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

import orjson

from datamap import queries as datamap_queries
from datamap.registry.schema import Register
from datamap.search import RowStanding
from lumina_privacy.lib.wording import Reads, readable
from requests_app import portability, rules
from requests_app.grounds import ground_words
from requests_app.models import FoundDataset, RowDecision
from requests_app.portability import WHY_BEYOND, Beyond, Reach
from requests_app.queries import rows, words
from requests_app.queries.blacking import Offered, goes_out_as, offered_in
from requests_app.queries.joined import (
    RowNames,
    joined,
    names_of,
    numbers_in,
    points_to,
)
from requests_app.queries.known import route_words
from requests_app.queries.review import label_of
from requests_app.queries.rows import SpoolRow

ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a row: its name, how people call it, and what stands in it.

    ``goes``: how it goes out, where passages of it are blacked out.
    """

    name: str
    label: str
    text: str
    goes: str = ""


@dataclass(frozen=True, slots=True)
class RowFacts:
    """One row of a dataset's page."""

    row: SpoolRow
    ref: str
    cells: tuple[Cell, ...]
    set_apart: bool
    # Of data to take away: somebody else told us, so that Article 20 reaches it not.
    from_others: bool
    why: str
    route: str
    choice: str
    choice_words: str
    ground_words: str
    reason: str
    cut: tuple[str, ...]
    mark: str  # of the row as it is shown, to be posted with what is said of it

    @property
    def cut_labels(self) -> tuple[str, ...]:
        """The fields that are cut, or in part, as the page calls them."""
        labels = {cell.name: cell.label for cell in self.cells}
        black = (f"passages of {cell.label}" for cell in self.cells if cell.goes)
        return (*(labels.get(name, name) for name in self.cut), *black)


# What happens to a row about which nobody said anything, by whether it is out of reach.
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
    Costs 1 query, and 1 for each dataset to whose rows these belong.
    """
    register = datamap_queries.register_at(found.case.revision_id)
    page = list(islice(rows.read_rows(found), first, first + ROWS + 1))
    decided = _decided(found, page)
    columns: dict[str, _Column] = {}
    used: set[str] = set()
    names = _names(found, register, page[:ROWS])
    for row in page[:ROWS]:
        columns.update(_columns(found, register, row, names))
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
    """Return one row, or None when there is none of that number.

    Costs as ``rows_of``.
    """
    register = datamap_queries.register_at(found.case.revision_id)
    row = next((row for row in rows.read_rows(found) if row.no == no), None)
    if row is None:
        return None
    routes = [route_words(one["route"], register) for one in found.routes]
    columns = _columns(found, register, row, _names(found, register, [row]))
    return _row(found, row, columns, routes, _decided(found, [row]))


def passages_offered(found: FoundDataset, facts: RowFacts) -> tuple[Offered, ...]:
    """Return what may be blacked out of a row by a tick. Costs 3 queries."""
    refs = rows.row_refs(found, facts.row.key)
    decided = found.rows.filter(row_ref__in=refs).first()
    return offered_in(found, facts.row, decided)


class _Column(NamedTuple):
    """How people call a field, what its text is, and the rows it points to."""

    label: str
    reads: Reads | None
    named: Mapping[str, str]

    def says(self, value: object) -> str:
        """Return a value as people read it."""
        return shown(joined(value, self.named), self.reads)


def _columns(
    found: FoundDataset, register: Register, row: SpoolRow, by_field: RowNames
) -> dict[str, _Column]:
    """Return the row's fields as people read them, in the register's order."""
    dataset = rules.dataset_of(register, found.system, found.dataset)
    names = [name for name in dataset.declared if name in row.values]
    names += [name for name in row.values if name not in dataset.declared]
    return {
        name: _Column(
            label_of(dataset, name),
            dataset.declared[name].reads if name in dataset.declared else None,
            by_field.get(name, {}),
        )
        for name in names
    }


def _names(found: FoundDataset, register: Register, page: list[SpoolRow]) -> RowNames:
    """Return what people call the rows to which those of ``page`` belong."""
    dataset = rules.dataset_of(register, found.system, found.dataset)
    named = {}
    for field, other in points_to(dataset).items():
        parent = FoundDataset.objects.filter(
            case=found.case_id, system=found.system, dataset=other
        ).first()
        if parent is not None:
            named[field] = names_of(
                rules.dataset_of(register, found.system, other),
                (row.values for row in rows.read_rows(parent)),
                numbers_in([row.values for row in page], field),
            )
    return named


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
    reach = _reach(found)
    from_others = reach is not None and reach.row_is_beyond(values)
    whys = [row.reason, WHY_BEYOND[Beyond.FROM_OTHERS][0] if from_others else ""]
    return RowFacts(
        row=row,
        ref=refs[0],
        cells=tuple(
            Cell(
                name,
                column.label,
                column.says(values.get(name)),
                goes_out_as(found, decision, name, str(values.get(name)))
                if decision
                else "",
            )
            for name, column in columns.items()
        ),
        set_apart=set_apart,
        from_others=from_others,
        why=" ".join(why for why in whys if why),
        route=routes[row.route] if row.route < len(routes) else "",
        choice=choice,
        choice_words=(
            words.CHOICES[choice] if choice else _DEFAULT[set_apart or from_others]
        ),
        ground_words=_ground_words(found.case.right, decision),
        reason=decision.reason if decision else "",
        cut=tuple(decision.fields) if decision else (),
        mark=found.row_mark(decision),
    )


def _ground_words(right: str, decision: RowDecision | None) -> str:
    """Return why a row is treated so, and why what is cut of it is kept back."""
    if decision is None:
        return ""
    words = ground_words(right, decision.ground)
    if decision.cut_ground:
        words += f" What is cut: {ground_words(right, decision.cut_ground)}"
    return words


def _reach(found: FoundDataset) -> Reach | None:
    register = datamap_queries.register_at(found.case.revision_id)
    dataset = rules.dataset_of(register, found.system, found.dataset)
    return portability.reach_in(found.case.right, register, dataset)


def shown(value: object, reads: Reads | None = None) -> str:
    """Return a value as a cell of a page: text as people read it, the rest as JSON.

    >>> shown("a"), shown(None), shown(True), shown([1])
    ('a', '', 'true', '[1]')
    """
    if value is None:
        return ""
    value = readable(value, reads)
    return value if isinstance(value, str) else orjson.dumps(value).decode()
