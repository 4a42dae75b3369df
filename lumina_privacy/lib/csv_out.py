"""CSV by RFC 4180 that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Final, Protocol

# A spreadsheet runs a cell that starts with one of these, blanks before it aside.
_FORMULA: Final = frozenset("=+-@")
# These make some spreadsheets look at what follows; `'` is doubled to be restorable.
_LEADING: Final = frozenset("\t\r\n'")
# A negative number cannot be run, and must stay a number (decision E17).
_NUMBER: Final = re.compile(r"-\d+(\.\d+)?\Z", re.ASCII)


class _Sink(Protocol):
    def write(self, text: str, /) -> object: ...


def neutralise(cell: str) -> str:
    """Return ``cell`` with a ``'`` before it when a spreadsheet could run it.

    Cells that begin with ``'`` get one more, so that stripping exactly one leading
    ``'`` from every text cell restores the value. Numbers and dates that are typed as
    such never come here; JSON is the lossless form.

    >>> neutralise("=1+1"), neutralise("'quoted"), neutralise("plain")
    ("'=1+1", "''quoted", 'plain')
    >>> neutralise("-12.50"), neutralise("-12.50+A1")
    ('-12.50', "'-12.50+A1")
    """
    # Nearly every cell ends here: exports run this for each of millions.
    first = cell[:1]
    if first.isalnum():
        return cell
    if first in _LEADING:
        return "'" + cell
    if cell.lstrip()[:1] in _FORMULA and not _NUMBER.match(cell):
        return "'" + cell
    return cell


def restore(cell: str) -> str:
    """Return what ``neutralise`` was given.

    >>> restore(neutralise("=1+1")), restore(neutralise("'a")), restore("b")
    ('=1+1', "'a", 'b')
    """
    return cell.removeprefix("'")


def cell(value: object) -> object:
    """Return ``value`` as it goes into a row: text neutralised, the rest as it is."""
    return neutralise(value) if isinstance(value, str) else value


def write_rows(sink: _Sink, rows: Iterable[Iterable[object]]) -> None:
    """Write rows by RFC 4180: CRLF, quotes where needed; text cells neutralised."""
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerows([cell(value) for value in row] for row in rows)
