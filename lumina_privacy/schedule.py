"""What beat wakes, and how often. The work itself is found in the database."""

from __future__ import annotations

from typing import Any, Final

from celery.schedules import crontab


def every(task: str, seconds: float) -> dict[str, Any]:
    """Return a sweep's entry; one nobody took in time is dropped, another follows."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds * 4}}


# The nightly entry runs its jobs one by one: one failure does not stop the others.
BEAT: Final[dict[str, dict[str, Any]]] = {
    "outbox-send": every("outbox.send_due", 5.0),
    "audit-seal": every("audit.seal", 10.0),
    "audit-publish-head": {
        "task": "audit.publish_head",
        "schedule": crontab(hour="0", minute="5"),
    },
    "case-search-sweep": every("requests_app.sweep_searches", 15.0),
    "case-package-sweep": every("requests_app.sweep_packages", 15.0),
    "case-letter-sweep": every("requests_app.sweep_letters", 15.0),
    "case-alarm-sweep": every("requests_app.sweep_alarms", 60.0),
    "case-shown-sweep": every("requests_app.sweep_shown", 60.0),
    "vault-scan-sweep": every("vault.scan_waiting", 60.0),
    "nightly": {
        "task": "requests_app.nightly",
        "schedule": crontab(hour="2", minute="10"),
    },
}
