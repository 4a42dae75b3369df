"""How gunicorn serves the portal: `gunicorn -c python:lumina_privacy.gunicorn_conf`.

Reading the settings here stops a start with a missing secret at once.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lumina_privacy.settings")

from django.conf import settings

from lumina_privacy.lib.logs import LINE, DiscreetFormatter, scrub

wsgi_app = "lumina_privacy.wsgi"
bind = f"{settings.LUMINA_WEB_HOST}:{settings.LUMINA_WEB_PORT}"
worker_class = "gthread"
workers = settings.LUMINA_WEB_WORKERS
threads = settings.LUMINA_WEB_THREADS
# A worker that does not answer its master for this long is replaced. It does not bound
# a request: a download of gigabytes has a thread of its own.
timeout = 60
# How long transfers may go on after a stop; docker-compose.yml waits a little longer.
graceful_timeout = 120
keepalive = 5
# Bounds what a leak can cost; the jitter keeps workers from leaving together.
max_requests = 5000
max_requests_jitter = 1000
# The worker's heartbeat file, away from disks that may stall.
_memory = Path("/dev/shm")  # noqa: S108 (gunicorn makes a nameless file of its own)
worker_tmp_dir = str(_memory) if _memory.is_dir() else None
control_socket_disable = True
accesslog = "-"
errorlog = "-"
# No client address, no query string, no referrer, no browser: C12 and the notice.
access_log_format = "%(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"


class DiscreetLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's own loggers, with our formatter and without one-time links."""

    datefmt = "%Y-%m-%d %H:%M:%S"

    def setup(self, cfg: Any) -> None:
        """Take gunicorn's handlers and have them speak discreetly."""
        super().setup(cfg)
        formatter = DiscreetFormatter(LINE)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.setFormatter(formatter)

    def atoms(self, *args: Any) -> dict[str, Any]:
        """Return what the access log may name."""
        atoms: dict[str, Any] = super().atoms(*args)
        return {**atoms, "U": scrub(str(atoms["U"]))}


logger_class = DiscreetLogger


def on_starting(_server: Arbiter) -> None:
    """Give the workers one folder for their counters.

    The library looks for it when it is imported: each worker does so for itself, and
    nothing here may do it before.
    """
    folder = tempfile.mkdtemp(prefix="lumina-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder


def child_exit(_server: Arbiter, worker: Worker) -> None:
    """Keep the counts of a worker that left, but not its gauges."""
    from prometheus_client import multiprocess  # noqa: PLC0415 (see on_starting)

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Arbiter) -> None:
    """Leave no folder behind."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
