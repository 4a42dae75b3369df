"""What a file is, by its first bytes: a name or a browser's word proves nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

# How many bytes are needed to tell.
HEAD: Final = 512
# By how a file's name ends: what it then has to begin with, and at which byte.
_BEGINS: Final[Mapping[str, tuple[tuple[int, bytes], ...]]] = {
    "pdf": ((0, b"%PDF-"),),
    "png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "jpg": ((0, b"\xff\xd8\xff"),),
    "jpeg": ((0, b"\xff\xd8\xff"),),
    "gif": ((0, b"GIF87a"), (0, b"GIF89a")),
    "webp": ((8, b"WEBP"),),
    "heic": ((4, b"ftyp"),),
    "docx": ((0, b"PK\x03\x04"),),
    "xlsx": ((0, b"PK\x03\x04"),),
    "odt": ((0, b"PK\x03\x04"),),
    "doc": ((0, b"\xd0\xcf\x11\xe0"),),
    "msg": ((0, b"\xd0\xcf\x11\xe0"),),
    "rtf": ((0, b"{\\rtf"),),
}
_TEXT: Final = frozenset({"txt", "eml", "csv"})
KNOWN: Final = (*_BEGINS, *sorted(_TEXT))


def is_what_it_says(name: str, head: bytes) -> bool:
    """Whether a file of this name begins as such a file does.

    >>> is_what_it_says("letter.pdf", b"%PDF-1.7"), is_what_it_says("a.pdf", b"MZ")
    (True, False)
    >>> is_what_it_says("note.txt", "für".encode()), is_what_it_says("a.exe", b"MZ")
    (True, False)
    """
    ending = PurePath(name).suffix.removeprefix(".").lower()
    if ending in _TEXT:
        return _is_text(head)
    begins = _BEGINS.get(ending, ())
    return any(head[at : at + len(mark)] == mark for at, mark in begins)


def kind_of(head: bytes) -> str:
    """Return what the content is, of the kinds that can be told by it; "" for others.

    >>> kind_of(b"%PDF-1.7"), kind_of(b"RIFFxxxxWEBPVP8 "), kind_of(b"<svg>")
    ('pdf', 'webp', '')
    """
    for kind in ("pdf", "png", "jpg", "gif", "webp", "heic"):
        if is_what_it_says(f"x.{kind}", head):
            return kind
    return ""


def _is_text(head: bytes) -> bool:
    r"""Whether the bytes are text. A sign cut in two at the end does no harm.

    >>> _is_text("ü".encode()[:1]), _is_text(b"a\x00b")
    (True, False)
    """
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return True
