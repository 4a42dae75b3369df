"""Builds one package: members, the page the person reads, and the manifest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import PurePosixPath
from typing import Final

import orjson
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from lumina_privacy.lib.days import LONDON
from requests_app.packages.contents import Contents, DatasetPart, safe_name
from requests_app.packages.information import information_of
from requests_app.packages.members import PackageWriter, Sink, write_csv, write_json
from requests_app.packages.outgoing import NothingGoes, Outgoing
from requests_app.packages.portable import portable_of
from requests_app.packages.sheet import ON_PAGE, first_rows
from requests_app.queries.joined import names_of, numbers_in, points_to
from requests_app.states import Outcome, Right
from vault import actions as vault
from vault import queries as vault_queries

MANIFEST: Final = "manifest.json"
_COPY: Final = 1 << 20
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,10}")


def build(
    contents: Contents,
    sink: Sink,
    *,
    progress: Callable[[int], None],
    at: datetime,
) -> dict[str, object]:
    """Write the package of ``contents`` into ``sink`` and return its manifest.

    ``progress`` is told each number of rows written, and nought where rows are only
    read; it may raise to stop. Raises NoRoom when the storage is full. The manifest
    names paths, counts and sums only.
    """
    writer = PackageWriter(sink)
    try:
        return _write(writer, contents, progress=progress, at=at)
    except BaseException:
        writer.abandon()
        raise


def _write(
    writer: PackageWriter,
    contents: Contents,
    *,
    progress: Callable[[int], None],
    at: datetime,
) -> dict[str, object]:
    going = _going(contents, progress)
    given = [
        _write_dataset(writer, part, outgoing, progress)
        for part, outgoing in zip(contents.parts, going.values(), strict=True)
    ]
    sheets = _sheets(contents, going, progress)
    files = list(_write_files(writer, contents, progress))
    if contents.case.right == Right.PORTABILITY:
        _require_something(contents, given, files)
        page, information = (
            "portable",
            portable_of(contents, given, files, sheets, at=at),
        )
    else:
        page, information = (
            "index",
            information_of(contents, given, files, sheets, at=at),
        )
    writer.add("style.css", _style())
    writer.add(
        "index.html",
        render_to_string(f"requests_app/package/{page}.html", information).encode(),
    )
    manifest: dict[str, object] = {
        "case": contents.case.reference,
        "made_at": at.astimezone(LONDON).isoformat(timespec="seconds"),
        "register": contents.case.revision_id,
        "datasets": given,
        "files": files,
        "searched": [
            {"system": searched.system.id, "verdict": searched.verdict}
            for searched in contents.searched
        ],
        "members": [
            {"path": member.path, "bytes": member.size, "sha256": member.sha256}
            for member in writer.members
        ],
    }
    writer.add(MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    writer.close()
    return manifest


def _going(
    contents: Contents, progress: Callable[[int], None]
) -> dict[tuple[str, str], Outgoing]:
    """Return what goes out of each dataset; each may read its whole spool."""
    going = {}
    for part in contents.parts:
        going[part.system.id, part.dataset.id] = Outgoing(part)
        progress(0)
    return going


def _require_something(
    contents: Contents,
    given: Sequence[Mapping[str, object]],
    files: Sequence[Mapping[str, object]],
) -> None:
    """Raise NothingGoes for an empty grant: that is a refusal, and says its ground."""
    if contents.decision.outcome == Outcome.NOTHING_HELD or files:
        return
    if not any(one["rows"] for one in given):
        raise NothingGoes


def _write_dataset(
    writer: PackageWriter,
    part: DatasetPart,
    outgoing: Outgoing,
    progress: Callable[[int], None],
) -> dict[str, object]:
    found = part.found
    whole = part.withheld_whole and found.sure > 0
    facts: dict[str, object] = {
        "system": part.system.id,
        "dataset": part.dataset.id,
        "category": part.category,
        "rows": outgoing.rows,
        "withheld_ground": found.ground if whole else "",
        # Rows by the ground on which they, or fields of them, are not given.
        "withheld": dict(sorted(outgoing.withheld.items())),
        "redacted": dict(sorted(outgoing.redacted.items())),
        "for_customers": found.processor,
        "secrets": found.secrets,
    }
    if part.reach is not None:
        # What stays out because Article 20 does not reach it: rows, and columns by why.
        facts["rows_from_others"] = outgoing.from_others
        facts["columns_left_out"] = part.left_out if found.sure else {}
        facts["secrets"] = []
    if not outgoing.rows:
        return facts
    for write in (write_json, write_csv):
        if write(writer, part, outgoing, progress) != outgoing.rows:
            raise ValueError("a member has other rows than were decided on")
    return {**facts, "stem": part.stem}


def _sheets(
    contents: Contents,
    going: Mapping[tuple[str, str], Outgoing],
    progress: Callable[[int], None],
) -> dict[str, SafeString]:
    """Return by stem the rows that the page itself shows."""
    sheets = {}
    for part in contents.parts:
        sheets[part.stem] = _first_rows(part, going)
        progress(0)
    return sheets


def _first_rows(
    part: DatasetPart, going: Mapping[tuple[str, str], Outgoing]
) -> SafeString:
    """Return the rows that the page itself shows, as they go out and not otherwise.

    What they belong to is named as it goes out too: nothing comes back by that way
    that was withheld there.
    """
    system, dataset = part.system, part.dataset
    rows = list(islice(going[system.id, dataset.id].rows_that_go(), ON_PAGE))
    names = {}
    for field, other in points_to(dataset).items():
        parent = going.get((system.id, other))
        if parent is not None:
            names[field] = names_of(
                system.datasets[other], parent.rows_that_go(), numbers_in(rows, field)
            )
    return first_rows(dataset, rows, names)


def _write_files(
    writer: PackageWriter, contents: Contents, progress: Callable[[int], None]
) -> Iterator[dict[str, object]]:
    for number, owned in enumerate(contents.files, start=1):
        facts = vault_queries.facts(owned.file)
        system = owned.task.task.system
        path = f"files/{safe_name(system)}/{number:03d}-{_file_name(facts.name)}"
        with vault.reading(owned.file) as source, writer.member(path) as sink:
            while chunk := source.read(_COPY):
                sink.write(chunk)
                progress(0)
        yield {"system": system, "path": path, "bytes": facts.size}


def _file_name(name: str) -> str:
    """Return the last part of an owner's path, its ending kept, made harmless."""
    path = PurePosixPath(name.replace("\\", "/"))
    ending = path.suffix if _ENDING.fullmatch(path.suffix) else ".bin"
    return safe_name(path.stem) + ending


def _style() -> bytes:
    path = finders.find("css/package.css")
    if path is None:
        raise FileNotFoundError("static/css/package.css")
    with open(path, "rb") as file:  # noqa: PTH123 (finders give a string)
        return file.read()
