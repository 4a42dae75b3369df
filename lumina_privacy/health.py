"""Whether the portal is alive, and whether it is ready to work."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from hmac import compare_digest

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django_prometheus.exports import ExportToDjangoView

from audit import queries as audit
from lumina_privacy.lib.http import no_store, open_page


@open_page
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer: the process is alive. Asks nobody."""
    return HttpResponse("ok\n", content_type="text/plain")


@open_page
def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when database, broker, migrations and sweeps are well, else 503."""
    parts = {"database": _database(), "broker": _broker()}
    late: list[str] = []
    if parts["database"]:
        parts["migrations"] = _migrated()
        late = _late(timezone.now()) if parts["migrations"] else []
        parts["sweeps"] = parts["migrations"] and not late
    ready = all(parts.values())
    return JsonResponse({**parts, "late": late}, status=200 if ready else 503)


@open_page
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the counters to who brings the token; to others there is no such page."""
    token = settings.LUMINA_METRICS_TOKEN
    given = request.headers.get("Authorization", "").encode()
    if not token or not compare_digest(given, f"Bearer {token}".encode()):
        raise Http404
    page: HttpResponse = ExportToDjangoView(request)
    return no_store(page)


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
    """Whether every migration of this code has run. Costs 2 queries."""
    return _on_disk() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def _on_disk() -> frozenset[tuple[str, str]]:
    """Return the migrations of the installed code: read once, it does not change."""
    return frozenset(MigrationLoader(None).graph.nodes)


def _late(at: datetime) -> list[str]:
    return [run.name for run in audit.runs(at=at) if run.sweep and run.late]
