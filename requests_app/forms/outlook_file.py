"""A mail as Outlook saves it (.msg), read to fill the intake form.

The container is Microsoft's compound file ([MS-CFB]), what stands in it properties by
number ([MS-OXMSG], [MS-OXPROPS]). Whoever made the file may be a stranger: what it says
of its own size is compared with the file before any of it is believed.
"""

from __future__ import annotations

import codecs
import io
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import olefile

MAGIC: Final[bytes] = olefile.MAGIC
_MOST_IN_A_STREAM: Final = 4 * 1024 * 1024
# A name or an address; of a longer one this much is read, in bytes.
_MOST_IN_A_NAME: Final = 1_024
_MOST_FILES: Final = 200
# Folders and streams: each name is looked for among all of its folder.
_MOST_ENTRIES: Final = 10_000
_HEADER: Final = 512
_SECTOR_SHIFTS: Final = (9, 12)
# Properties, by their number.
_SUBJECT, _BODY, _HTML = "0037", "1000", "1013"
_NAMES: Final = ("0C1A", "0042")  # the sender's; of on whose behalf it was sent
_ADDRESSES: Final = ("5D01", "5D02", "0C1F", "0065")  # the first two are SMTP's
# Delivered by our own server's clock; where that is missing, handed in by the sender's.
_DELIVERED: Final = 0x0E06
_CAME: Final = (_DELIVERED, 0x0039)
_CODE_PAGES: Final = (0x3FFD, 0x3FDE)
_TIME, _LONG = 0x0040, 0x0003
_PROPERTIES: Final = "__properties_version1.0"
_ENTRIES_AFTER: Final = 32
_FILE: Final = "__attach_version1.0_"
_FILE_NAMES: Final = ("3707", "3704", "3001")
_STREAM: Final[int] = olefile.STGTY_STREAM
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)


class NoMail(ValueError):
    """The file is no mail of Outlook's, or not as one is made."""


@dataclass(frozen=True, slots=True)
class OutlookMail:
    """What a mail says that was saved from Outlook."""

    sender: str
    address: str
    subject: str
    text: str
    html: str
    came_at: datetime | None
    was_delivered: bool  # and is not only known to have been handed in
    attachments: tuple[str, ...]


def read_outlook(content: bytes) -> OutlookMail:
    """Return what the mail says. Raises NoMail for what is none.

    A body that Outlook keeps as compressed RTF alone is not read: its text is empty.
    """
    if not _is_plausible(content):
        raise NoMail("no compound file")
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            return _Reader(ole, len(content)).mail()
    except (OSError, IndexError, struct.error, RecursionError) as error:
        raise NoMail("a compound file with a fault") from error


def _is_plausible(content: bytes) -> bool:
    """Whether the header counts no more sectors than the file can hold.

    The counts say how much is read at once: a chain that leads round in a circle would
    be followed as long as they say.
    """
    if len(content) < _HEADER or not content.startswith(MAGIC):
        return False
    (shift,) = struct.unpack_from("<H", content, 30)
    if shift not in _SECTOR_SHIFTS:
        return False
    counts = struct.unpack_from("<2I", content, 40)
    counts += struct.unpack_from("<I", content, 64)
    counts += struct.unpack_from("<I", content, 72)
    return all(count << shift <= len(content) for count in counts)


class _Reader:
    """One open container, and how much it may hold."""

    def __init__(self, ole: olefile.OleFileIO, size: int) -> None:
        if ole.root is None or ole.root.size > size:
            raise NoMail("more small streams than the file holds")
        if len(ole.direntries) > _MOST_ENTRIES:
            raise NoMail("more streams than a mail's")
        # No two streams hold the same sectors: all together they fit into the file.
        streams = (one for one in ole.direntries if one and one.entry_type == _STREAM)
        if sum(one.size for one in streams) > size:
            raise NoMail("streams that share what they hold")
        self._ole, self._size = ole, size
        self._known = {"/".join(path).upper(): path for path in ole.listdir()}
        self._fixed = self._fixed_values()
        self._code_page = self._declared_code_page()

    def mail(self) -> OutlookMail:
        if _PROPERTIES.upper() not in self._known:
            raise NoMail("no properties of a mail")
        addresses = [self._name(tag) for tag in _ADDRESSES]
        came_at, was_delivered = self._came_at()
        return OutlookMail(
            sender=next(filter(None, map(self._name, _NAMES)), ""),
            # Of a colleague Exchange keeps a path of its directory there.
            address=next((one for one in addresses if "@" in one), ""),
            subject=self._name(_SUBJECT),
            text=self._text(_BODY),
            html=self._text(_HTML) or self._raw_text(f"__substg1.0_{_HTML}0102"),
            came_at=came_at,
            was_delivered=was_delivered,
            attachments=self._attachments(),
        )

    def _bytes(self, name: str) -> bytes:
        path = self._known.get(name.upper())
        if path is None:
            return b""
        size = self._ole.get_size(path)
        if size > min(self._size, _MOST_IN_A_STREAM):
            raise NoMail("a stream is larger than a mail's")
        with self._ole.openstream(path) as stream:
            content: bytes = stream.read()
        return content

    def _name(self, tag: str, within: str = "") -> str:
        """Return a property that is a name, an address or a subject: its beginning."""
        return self._text(tag, within, most=_MOST_IN_A_NAME)

    def _text(self, tag: str, within: str = "", *, most: int | None = None) -> str:
        """Return a property that is text: in UTF-16, else in the mail's code page."""
        wide = self._bytes(f"{within}__substg1.0_{tag}001F")[:most]
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\0").strip()
        return self._raw_text(f"{within}__substg1.0_{tag}001E", most=most)

    def _raw_text(self, name: str, *, most: int | None = None) -> str:
        said = self._bytes(name)[:most].decode(self._code_page, "replace")
        return said.rstrip("\0").strip()

    def _fixed_values(self) -> dict[int, bytes]:
        """Return the properties of a fixed length: eight bytes, by number and type."""
        content = self._bytes(_PROPERTIES)
        return {
            struct.unpack_from("<I", content, at)[0]: content[at + 8 : at + 16]
            for at in range(_ENTRIES_AFTER, len(content) - 15, 16)
        }

    def _declared_code_page(self) -> str:
        for number in _CODE_PAGES:
            if value := self._fixed.get(number << 16 | _LONG):
                name = {65001: "utf-8"}.get(page := struct.unpack("<I", value[:4])[0])
                try:
                    return codecs.lookup(name or f"cp{page}").name
                except LookupError:
                    continue
        return "cp1252"

    def _came_at(self) -> tuple[datetime | None, bool]:
        """Return when it came, and whether to us; None where there is no such day."""
        for number in _CAME:
            value = self._fixed.get(number << 16 | _TIME, bytes(8))
            (ticks,) = struct.unpack("<Q", value)  # of 100 nanoseconds
            if not ticks:
                continue
            try:
                came_at = _EPOCH + timedelta(microseconds=ticks // 10)
            except OverflowError:
                continue
            return came_at, number == _DELIVERED
        return None, False

    def _attachments(self) -> tuple[str, ...]:
        folders = {
            path[0]: None
            for path in self._known.values()
            if len(path) > 1 and path[0].lower().startswith(_FILE)
        }
        return tuple(
            next(
                filter(None, (self._name(tag, f"{one}/") for tag in _FILE_NAMES)),
                "a file without a name",
            )
            for one in list(folders)[:_MOST_FILES]
        )
