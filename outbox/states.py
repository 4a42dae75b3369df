"""The words of a message. No Django."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class MessageKind(StrEnum):
    """What a message is for; decides what may keep it from being sent (C44)."""

    SERVICE = "service"
    SURVEY = "survey"
    MARKETING = "marketing"


class MessageState(StrEnum):
    """Where a message stands. A row is not a notice: only SENT is (C17)."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"  # given up after many tries: an alarm
    DROPPED = "dropped"  # its purpose may no longer reach this address
    BOUNCED = "bounced"  # refused for good: an alarm


# What ended without arriving, until a person has seen to it.
ALARMS: Final = (MessageState.BOUNCED, MessageState.FAILED)
