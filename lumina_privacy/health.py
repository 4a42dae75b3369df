"""Whether the portal is alive, and whether it is ready to work."""

from __future__ import annotations

from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django_prometheus.exports import ExportToDjangoView

from audit import queries as audit
from lumina_privacy.lib.http import no_store, open_page

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


@open_page
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the counters to who brings the token; to others there is no such page."""
    token = settings.LUMINA_METRICS_TOKEN
    given = request.headers.get("Authorization", "").encode()
    if not token or not compare_digest(given, f"Bearer {token}".encode()):
        raise Http404
    return no_store(ExportToDjangoView(request))


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2
        ) as client:
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
