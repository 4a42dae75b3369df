"""The words of codes and sessions. No Django."""

from __future__ import annotations

from enum import StrEnum


class CodePurpose(StrEnum):
    """What a code by mail is for; a code for one thing opens nothing else."""

    SIGN_IN = "sign_in"
    FILE_REQUEST = "file_request"
    DOWNLOAD = "download"
    OWNER = "owner"


class SessionKey(StrEnum):
    """What this app keeps in the server's session, never in a cookie or an address."""

    CLOCK = "accounts.clock"  # whose session, since when, last seen when
    OWNER = "accounts.owner"  # the sealed address of a system owner
    STEPPED_UP = "accounts.stepped_up"  # what a fresh code was given for, and when
    PENDING = "accounts.pending"  # the sealed address a sign-in code was sent to
    ENROLLING = "accounts.enrolling"  # leave to enrol one device, and until when
