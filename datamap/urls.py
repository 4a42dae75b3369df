"""Addresses of the notice and of the register."""

from __future__ import annotations

from django.urls import path

from datamap.views import notice, register, telling

urlpatterns = [
    path("staff/register/", register.register, name="register"),
    path("staff/register/<int:pk>/approve/", register.approve, name="register-approve"),
    path(
        "staff/register/findings/<int:pk>/settle/",
        register.settle,
        name="finding-settle",
    ),
    path("staff/disclosures/", telling.disclosures, name="disclosures"),
    path("notice/", notice.notice, name="notice"),
    path("notice/<int:version>/", notice.notice_version, name="notice-version"),
    path("notice/<int:version>/text/", notice.notice_text, name="notice-text"),
]
