"""The fold from permission entries to what is permitted now. No Django.

UK GDPR Articles 7(3) and 21(2)-(3); PECR regulations 19-22. Nothing is permitted that
nobody gave; of two acts at one instant the more restrictive counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Act(StrEnum):
    """What a person did about a purpose and a channel."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    REFUSED = "refused"
    EXPIRED = "expired"


class Channel(StrEnum):
    """By which way somebody may be reached (decision C10)."""

    EMAIL = "email"
    PHONE_LIVE = "phone-live"
    PHONE_AUTOMATED = "phone-automated"
    SMS = "sms"
    POST = "post"
    WEB = "web"
    SOCIAL = "social"


class State(StrEnum):
    """What counts now. UNKNOWN is not permission."""

    UNKNOWN = "unknown"
    GIVEN = "given"
    STOPPED = "stopped"


# At one instant a later place in this order wins: an objection over everything.
_STRENGTH: Final = {
    Act.GIVEN: 0,
    Act.EXPIRED: 1,
    Act.REFUSED: 2,
    Act.WITHDRAWN: 3,
    Act.OBJECTED: 4,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One act; ``seq`` is its place in the ledger and settles nothing by itself."""

    act: Act
    at: datetime
    seq: int


def current(entries: Iterable[Entry]) -> State:
    """Return what the entries of one person, purpose and channel come to.

    >>> current([])
    <State.UNKNOWN: 'unknown'>
    """
    last = max(entries, key=lambda e: (e.at, _STRENGTH[e.act]), default=None)
    if last is None:
        return State.UNKNOWN
    if last.act is Act.EXPIRED:
        # Nobody asked us to stop: there is no permission any more, that is all.
        return State.UNKNOWN
    return State.GIVEN if last.act is Act.GIVEN else State.STOPPED
