"""What the data map offers to those below it."""

from __future__ import annotations

from datamap.registry.events import AUDIT_EVENTS, EVENT_WORDS
from lumina_privacy.lib.ports import Ports

PORTS = Ports(audit_events=AUDIT_EVENTS, event_words=EVENT_WORDS)
