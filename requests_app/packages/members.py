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

from lumina_privacy.lib.csv_out import csv_lines, neutralise, neutralised
from requests_app.packages.contents import DatasetPart
from requests_app.packages.outgoing import Outgoing

# Level 1: the time of an export is spent here, and level 6 doubles it for a tenth.
COMPRESSION: Final = 1
# A member's clock would tell when it was made; the manifest says that, once.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_NUMBERS: Final = frozenset({int, float, NoneType})
_TEXTS: Final = frozenset({str, NoneType})


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


def write_json(
    writer: PackageWriter,
    part: DatasetPart,
    outgoing: Outgoing,
    progress: Callable[[int], None],
) -> int:
    """Write the lossless member, an array of objects; return the number of rows."""
    rows = 0
    with writer.member(f"{part.stem}.json") as sink:
        sink.write(b"[")
        for batch in outgoing.batches():
            sink.write((b",\n" if rows else b"\n") + b",\n".join(batch))
            rows += len(batch)
            progress(len(batch))
        sink.write(b"\n]\n")
    return rows


def write_csv(
    writer: PackageWriter,
    part: DatasetPart,
    outgoing: Outgoing,
    progress: Callable[[int], None],
) -> int:
    """Write the member for spreadsheets (RFC 4180, UTF-8 with BOM); return the rows."""
    rows = 0
    with writer.member(f"{part.stem}.csv") as sink:
        # The mark makes spreadsheets read UTF-8.
        sink.write("\ufeff".encode() + csv_lines([part.fields]))
        for batch in outgoing.batches():
            values = orjson.loads(b"[%b]" % b",".join(batch))
            columns = [[row.get(name) for row in values] for name in part.fields]
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
