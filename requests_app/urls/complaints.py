"""Addresses of complaints, for anybody and for staff."""

from __future__ import annotations

from django.urls import path

from requests_app.views import public_complaint, public_follow, staff_complaint

_CASE = "staff/cases/<str:reference>/complaint/"

urlpatterns = [
    path("complain/", public_complaint.complain, name="complain"),
    path("complain/follow/", public_follow.follow, name="complain-follow"),
    path("complain/done/", public_complaint.done, name="complain-done"),
    path("staff/take-in/complaint/", staff_complaint.take_in, name="complaint-take-in"),
    path(
        f"{_CASE}acknowledge/",
        staff_complaint.acknowledge,
        name="complaint-acknowledge",
    ),
    path(f"{_CASE}issues/", staff_complaint.note_issue, name="complaint-issue"),
    path(
        f"{_CASE}issues/<int:pk>/", staff_complaint.conclude, name="complaint-conclude"
    ),
    path(f"{_CASE}progress/", staff_complaint.tell_progress, name="complaint-progress"),
    path(f"{_CASE}outcome/", staff_complaint.outcome, name="complaint-outcome"),
    path(f"{_CASE}link/", staff_complaint.link, name="complaint-link"),
    path(f"{_CASE}handler/", staff_complaint.name_handler, name="complaint-handler"),
    path(f"{_CASE}elsewhere/", staff_complaint.elsewhere, name="complaint-elsewhere"),
]
