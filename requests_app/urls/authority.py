"""Addresses for those who act for the person, and for taking it back."""

from __future__ import annotations

from django.urls import path

from requests_app.views import public_authority, staff_authority

_CASE = "staff/cases/<str:reference>/authority/"

urlpatterns = [
    path(_CASE, staff_authority.record, name="authority-record"),
    path(f"{_CASE}<int:pk>/", staff_authority.judge, name="authority-judge"),
    path(
        f"{_CASE}<int:pk>/answer/", staff_authority.recipient, name="authority-answer"
    ),
    path(
        f"{_CASE}<int:pk>/taken-back/",
        staff_authority.revoked,
        name="authority-taken-back",
    ),
    path(
        "cases/<str:reference>/authority/take-back/",
        public_authority.take_back,
        name="case-authority-take-back",
    ),
]
