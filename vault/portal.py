"""What the vault offers to those below it."""

from __future__ import annotations

from lumina_privacy.lib.ports import Ports, sweep
from vault.registry import AUDIT_EVENTS, EVENT_WORDS

PORTS = Ports(
    audit_events=AUDIT_EVENTS,
    event_words=EVENT_WORDS,
    runs=(sweep("scan-sweep", "Have files scanned that wait for the virus scanner"),),
)
