"""Addresses of what shows who somebody is, for its person and for staff."""

from __future__ import annotations

from django.urls import path

from requests_app.views import public_shown, staff_shown

_CASE = "staff/cases/<str:reference>/identity/"

urlpatterns = [
    path(
        "cases/<str:reference>/identity/",
        public_shown.show,
        name="case-identity-show",
    ),
    path(_CASE, staff_shown.overview, name="case-identity"),
    path(f"{_CASE}add/", staff_shown.add, name="case-identity-add"),
    path(f"{_CASE}decide/", staff_shown.decide, name="case-identity-decide"),
    path(f"{_CASE}<int:pk>/", staff_shown.look, name="case-identity-look"),
    path(
        f"{_CASE}<int:pk>/picture/", staff_shown.picture, name="case-identity-picture"
    ),
]
