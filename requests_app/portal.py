"""What this app offers to those below it."""

from __future__ import annotations

from lumina_privacy.lib.ports import Ports

PORTS = Ports()
