"""Files that come in from outside: what they are, how large, and whether harmful.

One way for all of them: what a person sends with a message, what a system's owner
brings, what shows who somebody is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final
from uuid import UUID

from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.file_kind import HEAD, KNOWN, is_what_it_says, kind_of
from lumina_privacy.lib.verdict import Refused, Verdict
from vault import actions as vault
from vault import queries as vault_queries
from vault import scanning
from vault.states import FilePurpose, ScanState

_MB: Final = 1024 * 1024
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Terms:
    """What may come in by a door, and the words for what may not.

    ``too_large`` and ``no_room`` hold ``{name}``, ``too_large`` also ``{most}``. With
    ``any_kind`` the content is not asked what it is: an owner may hold anything (C47).
    With ``kinds`` it has to be one of them, whatever its name; ``taken`` says which.
    """

    most_mb: int
    too_large: str
    no_room: str
    any_kind: bool = False
    kinds: frozenset[str] = frozenset()
    taken: str = ""
    purpose: FilePurpose = FilePurpose.UPLOAD


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as the browser sent it."""

    name: str
    chunks: Iterable[bytes]


def keep(
    file: Attached,
    terms: Terms,
    *,
    about: str,
    by: Actor,
    at: datetime,
    kept_as: str = "",
) -> UUID:
    """Keep a file, encrypted as it streams in, and have it scanned. Raises Refused.

    For one that is empty, is not what its name says, is too large or harmful, and when
    the storage is full; nothing of it is kept then. While the scanner is away the file
    waits, and nothing opens it. ``kept_as``: a name that says less than its own.
    """
    chunks = iter(file.chunks)
    first = next(chunks, b"")
    if not first:
        raise Refused(f"“{file.name}” is empty. Look at the file and choose again.")
    _require_kind(file.name, first[:HEAD], terms)
    try:
        with vault.writing(
            purpose=terms.purpose,
            about=about,
            name=kept_as or file.name,
            by=by,
            at=at,
        ) as sink:
            for chunk in chain([first], chunks):
                if sink.size + len(chunk) > terms.most_mb * _MB:
                    raise Refused(
                        terms.too_large.format(name=file.name, most=terms.most_mb)
                    )
                sink.write(chunk)
    except vault.NoRoom as full:
        _log.error("no room for a file of %s", about)
        raise Refused(terms.no_room.format(name=file.name)) from full
    _scan(sink.file_id, file.name, by=by, at=at)
    return sink.file_id


def _require_kind(name: str, head: bytes, terms: Terms) -> None:
    if terms.kinds:
        if kind_of(head) in terms.kinds:
            return
        also = (
            " Apple’s own kind of picture cannot be shown here: send it as JPEG."
            if kind_of(head) == "heic"
            else ""
        )
        raise Refused(f"“{name}” is not {terms.taken}.{also}")
    if not terms.any_kind and not is_what_it_says(name, head):
        raise Refused(
            f"“{name}” is not what its name says, or a kind of file that we "
            f"cannot open here. We take {', '.join(KNOWN)}."
        )


def _scan(file_id: UUID, name: str, *, by: Actor, at: datetime) -> None:
    state = scanning.scan(file_id, by=by, at=at)
    if state is ScanState.FOUND:
        raise Refused(
            f"Our virus scanner takes “{name}” for harmful, so nothing of it was kept. "
            "Check your device, and send the file in another form or tell us."
        )
    if state is ScanState.TOO_LARGE:
        raise Refused(
            f"“{name}” is larger than our virus scanner takes, so nothing of it was "
            "kept. Send it in parts, or tell us and we find another way."
        )


def may_open(file_id: UUID) -> Verdict:
    """Whether a file may be opened: it is there, and no scanner stands before it.

    Costs 1 query.
    """
    facts = vault_queries.facts_of([file_id]).get(file_id)
    if facts is None or facts.destroyed_at is not None:
        return Verdict("This file is destroyed and cannot be opened any more.")
    if facts.scan is ScanState.WAITING:
        return Verdict(
            "This file waits for the virus scanner, which does not answer at the "
            "moment. Nothing opens it before; it is tried again every minute."
        )
    return Verdict()
