"""Whether the portal is alive, and whether it is ready to work."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from audit import queries as audit
from lumina_privacy.lib.http import open_page

# The quickest sweep runs every five seconds; this long without one is a dead worker.
_STALE: Final = timedelta(minutes=5)
_SWEEP: Final = "outbox-send"


@open_page
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer: the process is alive. Asks nobody."""
    return HttpResponse("ok\n", content_type="text/plain")


@open_page
def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when database, broker, migrations and sweeps are well, else 503."""
    parts = {"database": _database(), "broker": _broker()}
    if parts["database"]:
        parts["migrations"] = _migrated()
        parts["sweeps"] = _swept(timezone.now())
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker() -> bool:
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
        return bool(client.ping())
    except redis.RedisError:
        return False


def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _swept(at: datetime) -> bool:
    beats = {beat.name: beat.last_at for beat in audit.heartbeats()}
    last = beats.get(_SWEEP)
    return last is not None and at - last <= _STALE
