"""What a search found, kept per case and dataset as one encrypted file (decision E12).

One row a line: a JSON head, a TAB, the row's values as JSON, a newline. The values go
into the package byte for byte: what was reviewed is what is released.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final, Protocol
from uuid import UUID

import orjson

from datamap.search import FoundRow, RowStanding, Step
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.verdict import Refused
from requests_app.models import Case, FoundDataset
from requests_app.models.instructed import Instruction, instruction_of
from requests_app.passages import Passage, merged
from requests_app.queries.rows import (
    SpoolRow,
    content_refs,
    is_as_decided,
    read_batches,
    read_rows,
    row_ref,
    row_refs,
    value_refs,
)
from requests_app.states import Right
from vault import actions as vault
from vault.states import FilePurpose

_TAB: Final = b"\t"
_SHARED: Final = attrgetter("standing", "customer", "route", "reason")
__all__ = [
    "SpoolRow",
    "SpooledDataset",
    "Spools",
    "bound",
    "content_refs",
    "is_as_decided",
    "keep",
    "read_batches",
    "read_rows",
    "row_ref",
    "row_refs",
    "spooling",
    "value_refs",
]
KEPT: Final = (
    "spool",
    "sure",
    "possible",
    "is_apart",
    "processor",
    "customers",
    "secrets",
    "routes",
    "choice",
    "ground",
    "reviewed_by",
    "reviewed_at",
)


@dataclass(slots=True)
class SpooledDataset:
    """What one search put into one dataset's spool; ``file`` is None without rows."""

    system: str
    dataset: str
    file: UUID | None = None
    counts: Counter[RowStanding] = field(default_factory=Counter)
    customers: Counter[str] = field(default_factory=Counter)
    routes: dict[tuple[Step, ...], int] = field(default_factory=dict)
    route_rows: Counter[int] = field(default_factory=Counter)
    route_sure: Counter[int] = field(default_factory=Counter)

    def described_routes(self) -> list[dict[str, object]]:
        """Return the ways rows were found, with their counts, for the record."""
        return [
            {
                "route": [[step.system, step.dataset, step.kind] for step in route],
                "rows": self.route_rows[index],
                "sure": self.route_sure[index],
            }
            for route, index in self.routes.items()
        ]


class _File(Protocol):
    file_id: UUID

    def write(self, data: bytes, /) -> object: ...


class _DatasetSink:
    """Takes rows of one dataset; opens its file at the first row that is kept."""

    def __init__(self, spools: Spools, dataset: str) -> None:
        self._spools = spools
        self._file: _File | None = None
        self.result = SpooledDataset(spools.system, dataset)

    def add(self, rows: Sequence[FoundRow]) -> None:
        """Write rows; of rows held for customers only their number is kept (D13)."""
        result, lines = self.result, []
        if self._spools.instructed_by is not None:
            self._count(self._spools.instructed_by, rows)
            return
        # Neighbours mostly share all but key and values: their head is written once.
        for (standing, customer, route, reason), alike in groupby(rows, key=_SHARED):
            group = list(alike)
            result.counts[standing] += len(group)
            if standing is RowStanding.PROCESSOR:
                result.customers[customer] += len(group)
                continue
            index = result.routes.setdefault(route, len(result.routes))
            result.route_rows[index] += len(group)
            if standing is RowStanding.SURE:
                result.route_sure[index] += len(group)
            tail = b"," + orjson.dumps([standing, reason, index])[1:] + _TAB
            lines += [
                b"[%b%b%b\n" % (orjson.dumps(row.key), tail, orjson.dumps(row.values))
                for row in group
            ]
        if lines:
            if self._file is None:
                self._file = self._spools.open_file(result.dataset)
            self._file.write(b"".join(lines))

    def _count(self, instructed_by: Instruction, rows: Sequence[FoundRow]) -> None:
        """Count rows that are held for one customer, and keep nothing of any (D13)."""
        for row in rows:
            if not (row.customer and instructed_by.is_theirs(row.customer)):
                continue
            self.result.counts[row.standing] += 1
            if row.standing is RowStanding.PROCESSOR:
                self.result.customers[row.customer] += 1

    def close(self) -> None:
        """Note the finished file; call after the spools' context has ended."""
        if self._file is not None:
            self.result.file = self._file.file_id


class Spools:
    """The spools that one search of one system writes."""

    def __init__(
        self, stack: ExitStack, case: Case, system: str, *, by: Actor, at: datetime
    ) -> None:
        self._stack, self._case, self._by, self._at = stack, case, by, at
        self.system = system
        # Whose rows alone are counted, where a customer passed the request to us.
        self.instructed_by = (
            instruction_of(case) if case.right == Right.PASSED_ON else None
        )
        self._sinks: dict[str, _DatasetSink] = {}

    def sink(self, dataset: str) -> _DatasetSink:
        """Return where the rows of ``dataset`` go."""
        return self._sinks.setdefault(dataset, _DatasetSink(self, dataset))

    def open_file(self, dataset: str) -> _File:
        """Open the encrypted file of ``dataset``."""
        return self._stack.enter_context(
            vault.writing(
                purpose=FilePurpose.SPOOL,
                about=self._case.about,
                name=f"{self.system}.{dataset}",
                by=self._by,
                at=self._at,
            )
        )

    def results(self) -> list[SpooledDataset]:
        """Return what was written; call after the context has ended."""
        for sink in self._sinks.values():
            sink.close()
        return [sink.result for sink in self._sinks.values()]


@contextmanager
def spooling(case: Case, system: str, *, by: Actor, at: datetime) -> Iterator[Spools]:
    """Give the spools of one search. An exception inside leaves no file behind."""
    with ExitStack() as stack:
        yield Spools(stack, case, system, by=by, at=at)


def keep(
    case: Case,
    spooled: SpooledDataset,
    *,
    secrets: Sequence[Mapping[str, object]],
    by: Actor,
    at: datetime,
) -> FoundDataset:
    """Make ``spooled`` what the case knows of its dataset; destroy the former spool.

    Call inside the transaction that settles the search. A new search of the same rows
    keeps what people decided about single rows (by ``row_ref``) and asks again about
    the dataset as a whole. Costs 4 queries and the vault's own.
    """
    found, _ = FoundDataset.objects.select_for_update().get_or_create(
        case=case, system=spooled.system, dataset=spooled.dataset
    )
    former = found.spool
    found.spool = spooled.file
    found.sure = spooled.counts[RowStanding.SURE]
    found.possible = spooled.counts[RowStanding.POSSIBLE]
    found.is_apart = False
    found.processor = spooled.counts[RowStanding.PROCESSOR]
    found.customers = (
        orjson.dumps(dict(spooled.customers)).decode() if spooled.customers else ""
    )
    found.secrets = [dict(secret) for secret in secrets]
    found.routes = spooled.described_routes()
    found.choice = found.ground = found.reviewed_by = ""
    found.reviewed_at = None
    found.save(update_fields=KEPT)
    if former is not None:
        vault.destroy(former, reason="searched-again", by=by, at=at)
    return found


def bound(
    found: FoundDataset, row: SpoolRow, passages: Iterable[Passage]
) -> list[list[object]]:
    """Return passages as they are kept: bound to the values they were made for.

    Raises Refused for one that is not within a text of the row.
    """
    kept: list[list[object]] = []
    for one in merged(passages):
        value = row.values.get(one.field)
        if not (isinstance(value, str) and 0 <= one.start < one.end <= len(value)):
            raise Refused("A passage must stand within a text of this row.")
        newest, *_ = value_refs(found, one.field, value)
        kept.append([one.field, one.start, one.end, newest])
    return kept
