"""The words of codes and sessions. No Django."""

from __future__ import annotations

from enum import StrEnum


class CodePurpose(StrEnum):
    """What a code by mail is for; a code for one thing opens nothing else."""

    SIGN_IN = "sign_in"
    FILE_REQUEST = "file_request"
    DOWNLOAD = "download"
    OWNER = "owner"


class ChangeState(StrEnum):
    """Where a change of who may do what stands (decision C19)."""

    WAITING = "waiting"  # for another officer; nothing is changed yet
    OWED = "owed"  # in force; another officer has yet to look at it
    AGREED = "agreed"
    TURNED_DOWN = "turned_down"  # what was in force is taken back
    WITHDRAWN = "withdrawn"  # by who proposed it
    SINGLE = "single"  # the second person is switched off


class ChangeKind(StrEnum):
    """What of a colleague's account two people change (decision C19)."""

    ROLE = "role"  # the role, and with it whether there is an account
    REOPEN = "reopen"  # a closed account is opened again
    LINK = "link"  # a new enrolment link, which ends the devices from before
    CLOSE = "close"  # an open account is closed: at once, and looked at afterwards


class SessionKey(StrEnum):
    """What this app keeps in the server's session, never in a cookie or an address."""

    CLOCK = "accounts.clock"  # whose session, since when, last seen when
    OWNER = "accounts.owner"  # the sealed address of a system owner
    STEPPED_UP = "accounts.stepped_up"  # what a fresh code was given for, and when
    PENDING = "accounts.pending"  # the sealed address a sign-in code was sent to
    ENROLLING = "accounts.enrolling"  # leave to enrol one device, and until when
