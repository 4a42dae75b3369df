"""Compound files, as small as [MS-CFB] has them: enough to be a mail of Outlook's.

Every stream is as long as one that stands outside the small ones (4,096 bytes); what it
holds is followed by zeros, as readers of fixed properties and of text take them.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Mapping
from datetime import UTC, datetime

MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
SECTOR = 512
FREE, END, FAT, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def compound(
    streams: Mapping[str, bytes], files: Mapping[str, dict] = {}, *, empty: int = 0
) -> bytes:
    """Return a container of ``streams``, and of ``files``: folders with streams.

    ``empty``: how many folders stand beside them that are in no other.
    """
    entries = [("Root Entry", 5, b"")]
    children: list[list[int]] = [[]]
    for name, content in streams.items():
        children[0].append(_entry(entries, children, name, 2, content))
    for name, within in files.items():
        folder = _entry(entries, children, name, 1, b"")
        children[0].append(folder)
        for one, content in within.items():
            children[folder].append(_entry(entries, children, one, 2, content))
    for _ in range(empty):
        _entry(entries, children, "x", 1, b"")
    return _written(entries, children)


def _entry(entries, children, name, kind, content) -> int:
    entries.append((name, kind, content))
    children.append([])
    return len(entries) - 1


def _written(entries, children) -> bytes:
    body = b""
    fat: list[int] = []
    starts: list[tuple[int, int]] = []
    for _, kind, content in entries:
        if kind != 2:
            starts.append((END, 0))
            continue
        padded = content.ljust(4096, b"\0")
        padded += b"\0" * (-len(padded) % SECTOR)
        starts.append((len(fat), len(padded)))
        fat += [*range(len(fat) + 1, len(fat) + len(padded) // SECTOR), END]
        body += padded
    right = [NONE] * len(entries)
    for group in children:
        for one, following in itertools.pairwise(group):
            right[one] = following
    table = b"".join(
        _directory(name, kind, right[no], children[no], *starts[no])
        for no, (name, kind, _) in enumerate(entries)
    )
    table += b"\0" * (-len(table) % SECTOR)
    first = len(fat)
    fat += [*range(first + 1, first + len(table) // SECTOR), END]
    count = -(-(len(fat) + 1) // (SECTOR // 4))
    while len(fat) + count > count * SECTOR // 4:
        count += 1
    at = list(range(len(fat), len(fat) + count))
    fat += [FAT] * count
    fat += [FREE] * (count * SECTOR // 4 - len(fat))
    header = MAGIC + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += b"\0" * 6 + struct.pack("<IIIII", 0, count, first, 0, 4096)
    header += struct.pack("<IIII", END, 0, END, 0)
    header += struct.pack("<109I", *at, *[FREE] * (109 - count))
    return header + body + table + struct.pack(f"<{len(fat)}I", *fat)


def _directory(name, kind, right, within, start, size) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    child = within[0] if within else NONE
    return (
        wide.ljust(64, b"\0")
        + struct.pack("<HBB", len(wide), kind, 1)
        + struct.pack("<III", NONE, right, child)
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )


def fixed(values: Mapping[int, bytes]) -> bytes:
    """Return the properties of a fixed length, by number and type."""
    return b"\0" * 32 + b"".join(
        struct.pack("<II", tag, 6) + value.ljust(8, b"\0")
        for tag, value in values.items()
    )


def when(at: datetime) -> bytes:
    """Return an instant as these files write it."""
    return struct.pack("<Q", int((at - EPOCH).total_seconds()) * 10_000_000)


def outlook(
    texts: Mapping[str, str],
    *,
    sent: datetime | None = None,
    files: tuple[str, ...] = (),
    more: Mapping[str, bytes] = {},
    page: int = 0,
) -> bytes:
    """Return a mail of ``texts`` by the number of their property."""
    values = {0x00390040: when(sent)} if sent else {}
    values |= {0x3FFD0003: struct.pack("<I", page)} if page else {}
    wide = {
        f"__substg1.0_{tag}001F": text.encode("utf-16-le")
        for tag, text in texts.items()
    }
    folders = {
        f"__attach_version1.0_#{number:08X}": {
            "__substg1.0_3707001F": name.encode("utf-16-le")
        }
        for number, name in enumerate(files)
    }
    streams = {"__properties_version1.0": fixed(values), **wide, **more}
    return compound(streams, folders)
