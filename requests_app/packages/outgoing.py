"""Which rows of a dataset go out, and what is kept back of it, on which grounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Final

import orjson

from datamap.search import RowStanding
from requests_app import spool
from requests_app.packages.contents import ChosenRow, DatasetPart
from requests_app.passages import blacked
from requests_app.spool import SpoolRow
from requests_app.states import RowChoice

REDACTED: Final = "[withheld]"


_OTHER_ROWS: Final = (
    "Decisions about single rows of {dataset} do not fit what was found any more. "
    "Reopen the review, look at its rows again and decide again."
)
_NO_GROUND: Final = (
    "A row of {dataset} that was set apart is cut, and nobody has said on which "
    "ground. Reopen the review and choose one."
)
_GONE: Final = (
    "What was found in {dataset} is not kept any more. Reopen the review and search "
    "again."
)


class NotAnAnswer(Exception):
    """What was decided makes no answer that may go out; the message says why."""


class ReviewMismatch(NotAnAnswer):
    """What people decided is not about these rows, or they are gone; nothing goes."""

    def __init__(self, words: str, part: DatasetPart) -> None:
        super().__init__(words.format(dataset=f"{part.system.id}.{part.dataset.id}"))


class NothingGoes(NotAnAnswer):
    """Article 20 reaches none of what was found, and nobody let anything in."""

    def __init__(self) -> None:
        super().__init__(
            "Article 20 reaches nothing of what was released, so this would be an "
            "empty answer. Reopen the review: let in what the notice promises, or "
            "refuse the request on that ground."
        )


class Outgoing:
    """The rows of one dataset that go out; read once for each member.

    Sure rows follow their dataset's choice; rows set apart come in only one by one
    (decision D1); rows held for customers are not in the spool at all (D13). Raises
    ReviewMismatch when a decision is not about one of these rows as it stands: then
    something that a person has cut or withheld might go out; and when the rows are
    gone: then the answer would say that there are none.
    """

    def __init__(self, part: DatasetPart) -> None:
        self._part = part
        found = part.found
        if found.spool is None and (found.sure or found.possible):
            raise ReviewMismatch(_GONE, part)
        self.rows = 0 if part.withheld_whole else found.sure
        # Of a right to take data away, rows that somebody else told us of.
        self._from_others: set[int] = set()
        # Rows by ground. Of rows set apart nothing is told: they are not the person's.
        self.withheld: Counter[str] = Counter()
        self.redacted: Counter[str] = Counter()
        # By number: a keyed hash of every row is as dear as writing it, so it is made
        # once, and only where somebody decided about single rows.
        self._chosen: dict[int, ChosenRow] = {}
        waiting = set(part.exceptions)
        if waiting:
            for row in spool.read_rows(found):
                refs = spool.row_refs(found, row.key)
                ref = next((ref for ref in refs if ref in part.exceptions), None)
                if ref is not None:
                    waiting.discard(ref)
                    self._look_at(row, part.exceptions[ref])
        if waiting:
            raise ReviewMismatch(_OTHER_ROWS, part)
        self._leave_out()

    @property
    def from_others(self) -> int:
        """How many rows stay out because somebody else told us of them."""
        return len(self._from_others)

    def _leave_out(self) -> None:
        """Leave out what Article 20 does not reach, unless somebody let it in."""
        part = self._part
        if part.reach is None or part.withheld_whole:
            return
        if not part.fields:
            self.rows = 0
            return
        if not (part.reach.source_column and part.reach.others):
            return
        for row in spool.read_rows(part.found):
            if row.standing is not RowStanding.SURE or row.no in self._chosen:
                continue
            if part.reach.row_is_beyond(row.values):
                self._from_others.add(row.no)
                self.rows -= 1

    def _look_at(self, row: SpoolRow, chosen: ChosenRow) -> None:
        part = self._part
        if not spool.is_as_decided(part.found, row, chosen.terms):
            raise ReviewMismatch(_OTHER_ROWS, part)
        if chosen.choice is RowChoice.REDACT and not chosen.ground:
            raise ReviewMismatch(_NO_GROUND, part)
        self._chosen[row.no] = chosen
        goes = chosen.choice is not RowChoice.WITHHOLD
        is_sure = row.standing is RowStanding.SURE
        self.rows += goes - (is_sure and not part.withheld_whole)
        if not goes and is_sure:
            self.withheld[chosen.ground] += 1
        if chosen.choice is RowChoice.REDACT:
            self.redacted[chosen.ground] += 1

    def batches(self) -> Iterator[list[bytes]]:
        """Yield the rows in batches, each row as its JSON."""
        whole = self._part.withheld_whole
        for batch in spool.read_batches(self._part.found):
            if self._part.reach is not None:
                rows = [raw for row in batch for raw in self._narrowed(row)]
            elif self._chosen:
                rows = [raw for row in batch for raw in self._cut(row)]
            elif whole:
                rows = []
            else:
                rows = [row.raw for row in batch if row.standing is RowStanding.SURE]
            if rows:
                yield rows

    def rows_that_go(self) -> Iterator[dict[str, object]]:
        """Yield the rows one by one, each as its values."""
        for batch in self.batches():
            yield from map(orjson.loads, batch)

    def _cut(self, row: SpoolRow) -> Iterator[bytes]:
        """Yield the row when it goes out, without the fields that a person cut."""
        chosen = self._chosen.get(row.no)
        if chosen is None:
            if row.standing is RowStanding.SURE and not self._part.withheld_whole:
                yield row.raw
        elif chosen.choice is RowChoice.RELEASE:
            yield row.raw
        elif chosen.choice is RowChoice.REDACT:
            values = row.values
            values |= {
                field: blacked(str(values[field]), passages, chosen.mark)
                for field, passages in groupby(chosen.passages, attrgetter("field"))
            }
            values.update((name, REDACTED) for name in chosen.fields if name in values)
            yield orjson.dumps(values)

    def _narrowed(self, row: SpoolRow) -> Iterator[bytes]:
        """Yield the row with the columns that Article 20 reaches, and no others."""
        fields = self._part.fields
        if not fields or row.no in self._from_others:
            return
        for raw in self._cut(row):
            values = orjson.loads(raw)
            yield orjson.dumps({name: values.get(name) for name in fields})
