"""The notice's addresses."""

from __future__ import annotations

from django.urls import path

from datamap.views import notice

urlpatterns = [
    path("notice/", notice.notice, name="notice"),
    path("notice/<int:version>/", notice.notice_version, name="notice-version"),
    path("notice/<int:version>/text/", notice.notice_text, name="notice-text"),
]
