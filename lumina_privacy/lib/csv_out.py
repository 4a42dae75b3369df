"""CSV by RFC 4180 that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

# A spreadsheet runs a cell that starts with one of these, blanks before it aside; some
# take the full-width forms for the same.
_FORMULA: Final = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
# These make some spreadsheets look at what follows; `'` is doubled to be restorable.
_LEADING: Final = frozenset("\t\r\n'")
# Characters that some spreadsheets drop before they look: control and format ones.
_DROPPED: Final = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\xad\u061c\u180e"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
)
# A negative number cannot be run, and must stay a number (decision E17).
_NUMBER: Final = re.compile(r"-\d+(\.\d+)?(E[+-]?\d+)?\Z", re.ASCII)


def neutralise(cell: str) -> str:
    """Return ``cell`` with a ``'`` before it when a spreadsheet could run it.

    Cells that begin with ``'`` get one more, so that stripping exactly one leading
    ``'`` from every text cell restores the value. Numbers and dates that are typed as
    such never come here; JSON is the lossless form.

    >>> neutralise("=1+1"), neutralise("'quoted"), neutralise("plain")
    ("'=1+1", "''quoted", 'plain')
    >>> neutralise("-12.50"), neutralise("-12.50+A1")
    ('-12.50', "'-12.50+A1")
    >>> neutralise("-1.5E-7")  # as a decimal of the database is written
    '-1.5E-7'
    """
    # Nearly every cell ends here: exports run this for each of millions.
    first = cell[:1]
    if first.isalnum():
        return cell
    if first in _LEADING:
        return "'" + cell
    seen = _DROPPED.sub("", cell, count=1)
    if seen[:1] in _FORMULA and not _NUMBER.match(cell):
        return "'" + cell
    return cell


def restore(cell: str) -> str:
    """Return what ``neutralise`` was given.

    >>> restore(neutralise("=1+1")), restore(neutralise("'a")), restore("b")
    ('=1+1', "'a", 'b')
    """
    return cell.removeprefix("'")


def neutralised(cells: Sequence[str | None]) -> list[object]:
    """Return a column of text with every cell neutralised; None stays an empty cell.

    >>> neutralised(["plain", "=1", None])
    ['plain', "'=1", None]
    """
    # Nearly every cell begins with a letter or a digit: no call for those.
    return [
        cell if cell is None or cell[:1].isalnum() else neutralise(cell)
        for cell in cells
    ]


def csv_lines(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows whose cells are ready, by RFC 4180: CRLF, quotes where needed."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
