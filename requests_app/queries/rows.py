"""Reads the rows of a spool; ``requests_app.spool`` writes them (decision E12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import orjson

from datamap.search import RowStanding
from lumina_privacy.lib import crypto
from requests_app.models import FoundDataset
from vault import actions as vault

_CHUNK: Final = 1 << 20
_TAB: Final = b"\t"


@dataclass(frozen=True, slots=True)
class SpoolRow:
    """One row as it was found; ``raw`` are the JSON bytes of ``values``."""

    no: int
    key: str
    standing: RowStanding
    reason: str
    route: int
    raw: bytes

    @property
    def values(self) -> dict[str, object]:
        """The row's values by field name, in the order of the register."""
        loaded: dict[str, object] = orjson.loads(self.raw)
        return loaded


def row_ref(found: FoundDataset, key: str) -> str:
    """Return the keyed hash under which decisions about a row are kept."""
    _, secret = crypto.ref_keys().newest
    return crypto.keyed_hash(secret, "row", found.system, found.dataset, key)


def read_rows(found: FoundDataset) -> Iterator[SpoolRow]:
    """Yield the rows of a spool in the order they were found, at constant memory."""
    if found.spool is None:
        return
    with vault.reading(found.spool) as stream:
        for no, line in enumerate(_lines(stream)):
            head, _, raw = line.partition(_TAB)
            key, standing, reason, route = orjson.loads(head)
            yield SpoolRow(no, key, RowStanding(standing), reason, route, raw)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        # The last line ends with a newline; anything else is a cut file, and the
        # vault's authentication would have refused it before.
        raise ValueError("a spool ends in the middle of a row")
