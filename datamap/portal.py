"""What the data map offers to those below it."""

from __future__ import annotations

from datamap.registry.events import EVENTS
from lumina_privacy.lib.ports import Ports

PORTS = Ports(events=EVENTS)
