"""The schedule's addresses."""

from __future__ import annotations

from django.urls import path

from retention.views import holdings

urlpatterns = [
    path("notice/what-we-hold/", holdings.notice_holdings, name="notice-holdings"),
]
