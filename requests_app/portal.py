"""What cases offer to those below them."""

from __future__ import annotations

from lumina_privacy.lib.ports import Ports, nightly, sweep
from requests_app.registry import AUDIT_EVENTS, NIGHTLY, SWEEPS

PORTS = Ports(
    audit_events=AUDIT_EVENTS,
    runs=(
        *(sweep(name, does) for name, does in SWEEPS.items()),
        *(nightly(name, does) for name, does in NIGHTLY.items()),
    ),
)
