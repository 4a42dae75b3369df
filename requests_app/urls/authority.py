"""Addresses for those who act for the person, and for taking it back."""

from __future__ import annotations

from django.urls import path

from requests_app.views import public_authority, public_confirm, staff_authority

_CASE = "staff/cases/<str:reference>/authority/"

urlpatterns = [
    path(_CASE, staff_authority.record, name="authority-record"),
    path(
        "staff/cases/<str:reference>/not-to-be-used/",
        staff_authority.set_aside,
        name="case-set-aside",
    ),
    path(f"{_CASE}<int:pk>/", staff_authority.judge, name="authority-judge"),
    path(
        f"{_CASE}<int:pk>/answer/", staff_authority.recipient, name="authority-answer"
    ),
    path(
        f"{_CASE}<int:pk>/ask-the-person/",
        staff_authority.ask_person,
        name="authority-ask-person",
    ),
    path(f"{_CASE}<int:pk>/end/", staff_authority.end, name="authority-end"),
    path("acts-for-me/<str:token>/", public_confirm.acts_for_me, name="acts-for-me"),
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
