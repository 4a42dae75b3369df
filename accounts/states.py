"""The words of codes. No Django."""

from __future__ import annotations

from enum import StrEnum


class CodePurpose(StrEnum):
    """What a code by mail is for; a code for one thing opens nothing else."""

    SIGN_IN = "sign_in"
    FILE_REQUEST = "file_request"
    DOWNLOAD = "download"
    OWNER = "owner"
