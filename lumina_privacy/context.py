"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the portal's own facts: the demonstration flag and where mail is read."""
    return {"demo": settings.LUMINA_DEMO, "mailbox_url": settings.LUMINA_MAILBOX_URL}
