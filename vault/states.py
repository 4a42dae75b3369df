"""What a file is for. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class FilePurpose(StrEnum):
    """What a file is kept for; its retention line hangs on it."""

    SPOOL = "spool"
    PACKAGE = "package"
    UPLOAD = "upload"
    # What shows who somebody is: as it came, and the pictures made of it (D9).
    EVIDENCE = "evidence"
    PICTURE = "picture"


class ScanState(StrEnum):
    """What the virus scanner said of a file."""

    NONE = ""  # nobody asked: our own file, or no scanner is set up
    WAITING = "waiting"
    CLEAN = "clean"
    FOUND = "found"
    TOO_LARGE = "too_large"


# What comes from outside; all else the portal made itself.
SCANNED: Final = frozenset({FilePurpose.UPLOAD, FilePurpose.EVIDENCE})
DESTROYED_FOR: Final[Mapping[ScanState, str]] = {
    ScanState.FOUND: "harmful",
    ScanState.TOO_LARGE: "too-large-to-scan",
}
