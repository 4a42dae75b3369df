"""The addresses of cases: single pages, public ones, those of owners and of staff."""

from __future__ import annotations

from requests_app.urls import (
    agents,
    authority,
    colleagues,
    complaints,
    home,
    instructions,
    public,
    shown,
    staff,
    thread,
)

urlpatterns = [
    *agents.urlpatterns,
    *authority.urlpatterns,
    *colleagues.urlpatterns,
    *home.urlpatterns,
    *complaints.urlpatterns,
    *instructions.urlpatterns,
    *thread.urlpatterns,
    *shown.urlpatterns,
    *public.urlpatterns,
    *staff.urlpatterns,
]
