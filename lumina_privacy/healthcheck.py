"""`python -m lumina_privacy.healthcheck web|worker|beat`: exit 0 when it is alive.

The image has neither curl nor a shell script for it. Whether the portal as a whole is
ready to work is what /readyz says.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lumina_privacy.settings")

from django.conf import settings

from lumina_privacy.celery import app

_SECONDS: Final = 5
# Beat writes its schedule down every three minutes.
_BEAT_STALE: Final = 600


def web() -> str:
    """Return what is wrong with the web server of this container, or nothing."""
    connection = HTTPConnection("127.0.0.1", settings.LUMINA_WEB_PORT, timeout=_SECONDS)
    try:
        # The host that the portal answers to; any other is refused.
        connection.request("GET", "/healthz", headers={"Host": _host()})
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return f"no answer ({type(error).__name__})"
    finally:
        connection.close()
    return "" if status == 200 else f"/healthz answers {status}"


def worker() -> str:
    """Return what is wrong with the worker of this container, or nothing."""
    name = f"celery@{socket.gethostname()}"
    answers = app.control.inspect(destination=[name], timeout=_SECONDS).ping()
    return "" if answers and name in answers else f"{name} does not answer"


def beat() -> str:
    """Return what is wrong with the beat of this container, or nothing."""
    path = Path(settings.CELERY_BEAT_SCHEDULE_FILENAME)
    written = [found.stat().st_mtime for found in path.parent.glob(f"{path.name}*")]
    if not written or time.time() - max(written) > _BEAT_STALE:
        return f"{path} was not written for {_BEAT_STALE} s"
    return ""


PARTS: Final[dict[str, Callable[[], str]]] = {
    "web": web,
    "worker": worker,
    "beat": beat,
}


def _host() -> str:
    return str(settings.ALLOWED_HOSTS[0])


def main(arguments: list[str]) -> int:
    """Check the part that is named; say what is wrong."""
    part = PARTS.get(arguments[0]) if len(arguments) == 1 else None
    problem = part() if part else f"name one of: {', '.join(PARTS)}"
    if problem:
        sys.stderr.write(f"{problem}\n")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
