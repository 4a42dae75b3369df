"""A released answer as one document for paper, made of the package's own members.

Nothing is read anew: what the reviewer released is what is printed (decision E12).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import IO, Any, BinaryIO, Final, cast
from uuid import UUID

import orjson
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from datamap import queries as datamap_queries
from datamap.registry.systems import Dataset, System
from requests_app.models import Package
from requests_app.packages.sheet import Sheet
from requests_app.queries.addresses import answered_in
from requests_app.queries.joined import RowNames, names_of, points_to
from vault import actions as vault

_SKIP: Final = 1 << 20
# On paper each table follows whole. What stands in it is escaped, so this ends it.
_FIRST_ROWS: Final = re.compile(
    '<details class="in-files first-rows">.*?</details>', re.DOTALL
)


def pages(package: Package, *, today: date) -> Iterator[bytes]:
    """Yield the document: the answer, each table row by row, the reference below.

    The package is decrypted three times: for its directory, the answer, the tables.
    """
    file = cast("UUID", package.file)
    source = io.BufferedReader(Rereading(file, package.size_bytes))
    with source, zipfile.ZipFile(source) as members:
        yield from _document(package, members, today=today)


def _document(
    package: Package, members: zipfile.ZipFile, *, today: date
) -> Iterator[bytes]:
    register = datamap_queries.register_at(package.manifest["register"])
    start, end = _answer(members, package, today=today)
    yield start
    number = 0
    for fact in package.manifest["datasets"]:
        if not fact["rows"]:
            continue
        number += 1
        system = register.system(fact["system"])
        dataset = system.datasets[fact["dataset"]]
        with members.open(f"{fact['stem']}.json") as rows:
            title = f"{system.name}: {dataset.name or dataset.id}"
            sheet = Sheet(dataset, _names(members, package, system, dataset))
            for piece in _table(number, title, sheet, rows):
                yield piece.encode()
    yield end


def _answer(
    members: zipfile.ZipFile, package: Package, *, today: date
) -> tuple[bytes, bytes]:
    """Return the answer's own page, opened up for paper, split where the tables go."""
    page = _FIRST_ROWS.sub("", members.read("index.html").decode())
    page = page.replace(
        '<link rel="stylesheet" href="style.css">',
        format_html(
            '<link rel="stylesheet" href="{}"><link rel="stylesheet" href="{}">',
            static("css/package.css"),
            static("css/paper.css"),
        ),
    ).replace("<details", "<details open")
    context = {
        "case": package.case,
        "to": answered_in(package.case, today=today),
        "files": len(package.manifest["files"]),
    }
    head = render_to_string("requests_app/package/paper_head.html", context)
    foot = render_to_string("requests_app/package/paper_foot.html", context)
    page = page.replace("<body>", f'<body class="paper">\n{head}', 1)
    before, main_ends, after = page.rpartition("</main>")
    after = after.replace("</body>", f"{foot}</body>", 1)
    return before.encode(), f"{main_ends}{after}".encode()


def _table(
    number: int, title: str, sheet: Sheet, rows: IO[bytes]
) -> Iterator[SafeString]:
    """Yield one dataset: a table, or a block for each row where columns are many."""
    yield format_html(
        '<section class="sheet{2}" aria-labelledby="sheet-{0}">'
        '<h2 id="sheet-{0}">{1}</h2>',
        number,
        title,
        " first" if number == 1 else "",
    )
    for row in _rows(rows):
        yield sheet.add(row)
    yield format_html("{}</section>", sheet.end())


def _names(
    members: zipfile.ZipFile, package: Package, system: System, dataset: Dataset
) -> RowNames:
    """Return what the rows to which those of ``dataset`` belong are called in it."""
    stems = {
        fact["dataset"]: fact["stem"]
        for fact in package.manifest["datasets"]
        if fact["system"] == system.id and fact["rows"]
    }
    names = {}
    for field, other in points_to(dataset).items():
        if other in stems:
            with members.open(f"{stems[other]}.json") as rows:
                names[field] = names_of(system.datasets[other], _rows(rows))
    return names


def _rows(source: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSON member, which holds one a line."""
    for line in source:
        if line.startswith(b"{"):
            yield orjson.loads(line.rstrip(b",\n"))


class Rereading(io.RawIOBase):
    """A file of the vault that can be sought in: going back decrypts it from the start.

    A ZIP is read from its end, and no plain copy may lie on a disk.
    """

    def __init__(self, file: UUID, size: int) -> None:
        super().__init__()
        self._file, self._size = file, size
        self._stack = ExitStack()
        self._plain: BinaryIO | None = None
        self._read = self._at = 0  # what was read, and what is wanted next

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}
        self._at = base[whence] + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        plain = self._forward()
        piece = plain.read(len(buffer))
        buffer[: len(piece)] = piece
        self._read += len(piece)
        self._at = self._read
        return len(piece)

    def close(self) -> None:
        self._stack.close()
        super().close()

    def _forward(self) -> BinaryIO:
        """Return the plain text, read up to where the next byte is wanted."""
        if self._plain is None or self._at < self._read:
            self._stack.close()
            self._plain = self._stack.enter_context(vault.reading(self._file))
            self._read = 0
        while self._read < self._at:
            skipped = self._plain.read(min(_SKIP, self._at - self._read))
            if not skipped:
                break
            self._read += len(skipped)
        return self._plain
