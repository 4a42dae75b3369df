"""Addresses."""

from __future__ import annotations

from requests_app.urls import home, staff

urlpatterns = [*home.urlpatterns, *staff.urlpatterns]
