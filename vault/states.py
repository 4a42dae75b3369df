"""What a file is for. No Django."""

from __future__ import annotations

from enum import StrEnum


class FilePurpose(StrEnum):
    """What a file is kept for; its retention line hangs on it."""

    SPOOL = "spool"
    PACKAGE = "package"
    UPLOAD = "upload"
