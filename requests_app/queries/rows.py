"""Reads the rows of a spool; ``requests_app.spool`` writes them (decision E12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, NamedTuple

import orjson

from datamap.search import RowStanding
from lumina_privacy.lib import crypto
from requests_app.models import FoundDataset
from requests_app.passages import Passage
from vault import actions as vault

_CHUNK: Final = 1 << 20
_TAB: Final = b"\t"
_STANDINGS: Final = {standing.value: standing for standing in RowStanding}


class SpoolRow(NamedTuple):
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
    """Return the keyed hash under which a decision about a row is written."""
    return row_refs(found, key)[0]


def row_refs(found: FoundDataset, key: str) -> tuple[str, ...]:
    """Return the hashes under every live key, the newest first, to be looked up."""
    return tuple(
        crypto.keyed_hash(secret, "row", found.system, found.dataset, key)
        for _, secret in crypto.ref_keys()
    )


def value_refs(found: FoundDataset, field: str, value: str) -> tuple[str, ...]:
    """Return the hashes of a value under every live key, the newest first."""
    return tuple(
        crypto.keyed_hash(secret, "passage", found.system, found.dataset, field, value)
        for _, secret in crypto.ref_keys()
    )


def passages_fit(
    found: FoundDataset, row: SpoolRow, passages: Iterable[Passage]
) -> bool:
    """Whether the row still holds the very values for which passages were made."""
    values = row.values if passages else {}
    return all(
        isinstance(value := values.get(one.field), str)
        and one.of in value_refs(found, one.field, value)
        for one in passages
    )


def read_rows(found: FoundDataset) -> Iterator[SpoolRow]:
    """Yield the rows of a spool in the order they were found, at constant memory."""
    for batch in read_batches(found):
        yield from batch


def read_batches(found: FoundDataset) -> Iterator[list[SpoolRow]]:
    """Yield the rows as ``read_rows`` does, some thousands at a time.

    The heads of a batch are parsed at once: half the time of one by one.
    """
    if found.spool is None:
        return
    first = 0
    with vault.reading(found.spool) as stream:
        for lines in _lines(stream):
            parted = [line.partition(_TAB) for line in lines]
            heads = orjson.loads(b"[%b]" % b",".join([head for head, _, _ in parted]))
            yield [
                SpoolRow(no, key, _STANDINGS[standing], reason, route, raw)
                for no, (key, standing, reason, route), (_, _, raw) in zip(
                    range(first, first + len(heads)), heads, parted, strict=True
                )
            ]
            first += len(heads)


def _lines(stream: BinaryIO) -> Iterator[list[bytes]]:
    rest = b""
    while chunk := stream.read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        if lines:
            yield lines
    if rest:
        # The last line ends with a newline; anything else is a cut file, and the
        # vault's authentication would have refused it before.
        raise ValueError("a spool ends in the middle of a row")
