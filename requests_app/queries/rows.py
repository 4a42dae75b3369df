"""Reads the rows of a spool; ``requests_app.spool`` writes them (decision E12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, NamedTuple

import orjson

from datamap.search import RowStanding
from lumina_privacy.lib import crypto
from requests_app.models import FoundDataset, Terms
from requests_app.passages import Passage
from requests_app.states import RowChoice
from vault import actions as vault

_CHUNK: Final = 1 << 20
_TAB: Final = b"\t"
_APART: Final = (
    "What it was found by is in doubt or not known any more, and its system was not "
    "searched again."
)
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


def content_refs(found: FoundDataset, row: SpoolRow) -> tuple[str, ...]:
    """Return the hashes of what a reader saw of a row, and of how it was found.

    Under every live key, the newest first.
    """
    ways = [way["route"] for way in found.routes]
    route = orjson.dumps(ways[row.route] if row.route < len(ways) else []).decode()
    seen = (row.key, row.raw.decode(), row.reason, route)
    return tuple(
        crypto.keyed_hash(secret, "row-seen", found.system, found.dataset, *seen)
        for _, secret in crypto.ref_keys()
    )


def is_as_decided(found: FoundDataset, row: SpoolRow, decided: Terms) -> bool:
    """Whether a decision is about this row as it stands (decision D1).

    To withhold holds for the row's key, whatever it says by now. To let something out
    holds for what the person read: a key may be given to another person's row.
    """
    if decided.standing != row.standing:
        return False
    if not RowChoice(decided.choice).lets_out:
        return True
    return decided.of in content_refs(found, row) and passages_fit(
        found, row, decided.passages
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
            rows = [
                SpoolRow(no, key, _STANDINGS[standing], reason, route, raw)
                for no, (key, standing, reason, route), (_, _, raw) in zip(
                    range(first, first + len(heads)), heads, parted, strict=True
                )
            ]
            yield [_as_apart(row) for row in rows] if found.is_apart else rows
            first += len(heads)


def _as_apart(row: SpoolRow) -> SpoolRow:
    if row.standing is not RowStanding.SURE:
        return row
    return row._replace(standing=RowStanding.POSSIBLE, reason=_APART)


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
