"""A released answer as one document for paper, made of the package's own members.

Nothing is read anew: what the reviewer released is what is printed (decision E12).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import IO, Any, BinaryIO, Final, cast
from uuid import UUID

import orjson
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from datamap import queries as datamap_queries
from requests_app.models import Package
from requests_app.queries.addresses import answered_in
from vault import actions as vault

# More columns than this do not fit a sheet: each row then stands by itself.
MOST_COLUMNS: Final = 6
_SKIP: Final = 1 << 20


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
        labels = {name: field.label for name, field in dataset.declared.items()}
        with members.open(f"{fact['stem']}.json") as rows:
            title = f"{system.name}: {dataset.name or dataset.id}"
            for piece in _table(number, title, labels, rows):
                yield piece.encode()
    yield end


def _answer(
    members: zipfile.ZipFile, package: Package, *, today: date
) -> tuple[bytes, bytes]:
    """Return the answer's own page, opened up for paper, split where the tables go."""
    page = members.read("index.html").decode()
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
    number: int, title: str, labels: dict[str, str], rows: IO[bytes]
) -> Iterator[SafeString]:
    """Yield one dataset: a table, or a block for each row where columns are many."""
    yield format_html(
        '<section class="sheet{2}" aria-labelledby="sheet-{0}">'
        '<h2 id="sheet-{0}">{1}</h2>',
        number,
        title,
        " first" if number == 1 else "",
    )
    names: list[str] = []
    for count, row in enumerate(_rows(rows), start=1):
        if not names:
            names = list(row)
            yield _begin(names, labels)
        yield _row(row, names, labels, count)
    yield format_html("{}</section>", _end(names))


def _rows(source: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSON member, which holds one a line."""
    for line in source:
        if line.startswith(b"{"):
            yield orjson.loads(line.rstrip(b",\n"))


def _begin(names: list[str], labels: dict[str, str]) -> SafeString:
    if len(names) > MOST_COLUMNS:
        return SafeString("")
    heads = ((labels.get(name) or name,) for name in names)
    return format_html(
        "<table><thead><tr>{}</tr></thead><tbody>",
        format_html_join("", '<th scope="col">{}</th>', heads),
    )


def _row(
    row: dict[str, Any], names: list[str], labels: dict[str, str], count: int
) -> SafeString:
    if len(names) <= MOST_COLUMNS:
        cells = ((_text(row.get(name)),) for name in names)
        return format_html("<tr>{}</tr>", format_html_join("", "<td>{}</td>", cells))
    held = (
        (labels.get(name) or name, _text(value))
        for name, value in row.items()
        if value is not None and value != ""
    )
    return format_html(
        '<section class="record"><h3>Row {}</h3><dl>{}</dl></section>',
        count,
        format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", held),
    )


def _end(names: list[str]) -> SafeString:
    is_table = 0 < len(names) <= MOST_COLUMNS
    return SafeString("</tbody></table>" if is_table else "")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else orjson.dumps(value).decode()


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
