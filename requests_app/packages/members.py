"""Writes the members of a package: sums, sizes, CSV, JSON. Constant memory."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from types import NoneType
from typing import Final, Protocol, cast

import orjson

from datamap.search import RowStanding
from lumina_privacy.lib.csv_out import csv_lines, neutralise, neutralised
from requests_app import spool
from requests_app.packages.contents import ChosenRow, DatasetPart
from requests_app.spool import SpoolRow
from requests_app.states import RowChoice

# Level 1: the time of an export is spent here, and level 6 doubles it for a tenth.
COMPRESSION: Final = 1
# A member's clock would tell when it was made; the manifest says that, once.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_NUMBERS: Final = frozenset({int, float, NoneType})
_TEXTS: Final = frozenset({str, NoneType})
REDACTED: Final = "[withheld]"


class ReviewMismatch(Exception):
    """What people decided about single rows is not about these rows; nothing goes."""

    def __init__(self, part: DatasetPart) -> None:
        super().__init__(
            f"Decisions about single rows of {part.system.id}.{part.dataset.id} do not "
            "fit what was found any more. Reopen the review, look at its rows again "
            "and decide again."
        )


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the package, as the manifest names it."""

    path: str
    size: int
    sha256: str
    rows: int | None = None


class Sink(Protocol):
    """All that a ZIP needs to be written from front to back."""

    def write(self, data: bytes, /) -> int:
        """Take ``data``. Raises OSError when the storage is full."""

    def flush(self) -> object:
        """Pass on what waits."""


class _Summing:
    """A sink that knows the SHA-256 and the size of what went through it."""

    def __init__(self, sink: Sink) -> None:
        self._sink, self._sum, self.size = sink, sha256(), 0

    def write(self, data: bytes) -> None:
        self._sum.update(data)
        self.size += len(data)
        self._sink.write(data)

    def hexdigest(self) -> str:
        return self._sum.hexdigest()


class PackageWriter:
    """A ZIP that is written from front to back into a sink that cannot seek."""

    def __init__(self, sink: Sink) -> None:
        # What it was given it does not close, whatever its stub asks for.
        self._zip = zipfile.ZipFile(  # type: ignore[call-overload]
            sink, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION
        )
        self.members: list[Member] = []

    @contextmanager
    def member(self, path: str) -> Iterator[_Summing]:
        """Open one member; it is listed for the manifest when it is complete."""
        entry = zipfile.ZipInfo(path, _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        # Python 3.11 takes a member's level from this attribute only.
        entry._compresslevel = COMPRESSION  # type: ignore[attr-defined]  # noqa: SLF001
        with self._zip.open(entry, "w", force_zip64=True) as raw:
            summing = _Summing(raw)
            yield summing
        self.members.append(Member(path, summing.size, summing.hexdigest()))

    def add(self, path: str, content: bytes) -> None:
        """Write a whole member."""
        with self.member(path) as sink:
            sink.write(content)

    def abandon(self) -> None:
        """Write nothing more; the sink is thrown away."""
        self._zip.fp = None

    def close(self) -> None:
        """Write the directory; without it the file is no ZIP."""
        self._zip.close()


def released(part: DatasetPart) -> Iterator[list[bytes]]:
    """Yield the rows that go out in batches, each row as its JSON.

    Sure rows follow their dataset's choice; rows set apart come in only one by one
    (decision D1); rows held for customers are not in the spool at all (D13). Raises
    ReviewMismatch when a decision is not about one of these rows as it stands: then
    something that a person has cut or withheld might go out.
    """
    waiting = set(part.exceptions)
    for batch in spool.read_batches(part.found):
        if part.exceptions:
            rows = [raw for row in batch for raw in _chosen(part, row, waiting)]
        elif part.withheld_whole:
            rows = []
        else:
            rows = [row.raw for row in batch if row.standing is RowStanding.SURE]
        if rows:
            yield rows
    if waiting:
        raise ReviewMismatch(part)


def _chosen(part: DatasetPart, row: SpoolRow, waiting: set[str]) -> Iterator[bytes]:
    """Yield the row when it goes out, cut where a person said so."""
    chosen = _exception(part, row, waiting)
    if chosen is None:
        if row.standing is RowStanding.SURE and not part.withheld_whole:
            yield row.raw
    elif chosen.choice is RowChoice.RELEASE:
        yield row.raw
    elif chosen.choice is RowChoice.REDACT:
        values = row.values
        values.update((name, REDACTED) for name in chosen.fields if name in values)
        yield orjson.dumps(values)


def _exception(part: DatasetPart, row: SpoolRow, waiting: set[str]) -> ChosenRow | None:
    """Return what was decided about the row, and take it from what still waits."""
    for ref in spool.row_refs(part.found, row.key):
        chosen = part.exceptions.get(ref)
        if chosen is not None:
            waiting.discard(ref)
            if chosen.standing is not row.standing:
                raise ReviewMismatch(part)
            return chosen
    return None


def write_json(
    writer: PackageWriter, part: DatasetPart, progress: Callable[[int], None]
) -> int:
    """Write the lossless member, an array of objects; return the number of rows."""
    rows = 0
    with writer.member(f"{part.stem}.json") as sink:
        sink.write(b"[")
        for batch in released(part):
            sink.write((b",\n" if rows else b"\n") + b",\n".join(batch))
            rows += len(batch)
            progress(len(batch))
        sink.write(b"\n]\n")
    return rows


def write_csv(
    writer: PackageWriter, part: DatasetPart, progress: Callable[[int], None]
) -> int:
    """Write the member for spreadsheets (RFC 4180, UTF-8 with BOM); return the rows."""
    names = list(part.fields)
    rows = 0
    with writer.member(f"{part.stem}.csv") as sink:
        # The mark makes spreadsheets read UTF-8.
        sink.write("\ufeff".encode() + csv_lines([names]))
        for batch in released(part):
            values = orjson.loads(b"[%b]" % b",".join(batch))
            columns = [[row.get(name) for row in values] for name in names]
            sink.write(csv_lines(zip(*map(_cells, columns), strict=True)))
            rows += len(batch)
            progress(len(batch))
    return rows


def _cells(values: list[object]) -> list[object]:
    """Return a column as cells: text neutralised, typed numbers as they are.

    By column, because most hold one type: twice as fast as cell by cell.
    """
    kinds = set(map(type, values))
    if kinds <= _NUMBERS:
        return values
    if kinds <= _TEXTS:
        return neutralised(cast("list[str | None]", values))
    return [
        neutralise(value) if type(value) is str else _plain(value) for value in values
    ]


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return value
