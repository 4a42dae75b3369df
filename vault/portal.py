"""What the vault offers to those below it."""

from __future__ import annotations

from lumina_privacy.lib.ports import Ports, sweep
from vault.registry import EVENTS

PORTS = Ports(
    events=EVENTS,
    runs=(sweep("scan-sweep", "Have files scanned that wait for the virus scanner"),),
)
