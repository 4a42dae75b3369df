"""What cases offer to those below them."""

from __future__ import annotations

from lumina_privacy.lib.ports import Ports
from requests_app.registry import AUDIT_EVENTS

PORTS = Ports(audit_events=AUDIT_EVENTS)
