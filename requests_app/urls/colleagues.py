"""The page of colleagues without an account, and the DCO's list of its links (C35)."""

from __future__ import annotations

from django.urls import path

from requests_app.views import colleagues, staff_colleagues

_PAGE = "for-colleagues/<str:token>/"

urlpatterns = [
    path(_PAGE, colleagues.start, name="colleague-page"),
    path(f"{_PAGE}<slug:what>/", colleagues.note, name="colleague-note"),
    path("staff/links/", staff_colleagues.links, name="colleague-links"),
    path(
        "staff/links/<int:pk>/end/",
        staff_colleagues.revoke,
        name="colleague-link-end",
    ),
]
