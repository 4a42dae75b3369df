"""May an alarm be taken off the list? No Django; reasons in the reader's words."""

from __future__ import annotations

from datetime import datetime

from lumina_privacy.lib.verdict import ALLOWED, Verdict, refuse
from outbox.states import ALARMS


def may_see_to(state: str, seen_at: datetime | None) -> Verdict:
    """Whether somebody may note that they have seen to a mail that did not arrive."""
    if seen_at is not None:
        return refuse("Somebody has seen to this mail already.")
    if state not in ALARMS:
        return refuse("Only a mail that was refused or given up is seen to.")
    return ALLOWED


def may_say(reason: str) -> Verdict:
    """Whether what was written says anything."""
    if not reason.strip():
        return refuse("Write what you did about it, or why nothing is to be done.")
    return ALLOWED
