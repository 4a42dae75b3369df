"""The schedule's addresses."""

from __future__ import annotations

from django.urls import path

from retention.views import holdings, schedule

urlpatterns = [
    path("staff/schedule/", schedule.schedule, name="schedule"),
    path("staff/schedule/<int:pk>/approve/", schedule.approve, name="schedule-approve"),
    path("notice/what-we-hold/", holdings.notice_holdings, name="notice-holdings"),
]
