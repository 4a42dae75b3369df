"""Addresses for whoever watches the portal."""

from __future__ import annotations

from django.urls import path

from lumina_privacy import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
