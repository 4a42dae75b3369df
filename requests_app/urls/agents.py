"""Addresses of who acts for somebody else: references only (decision C12)."""

from __future__ import annotations

from django.urls import path

from requests_app.views import public_agent

_CASE = "acting/<str:reference>/"

urlpatterns = [
    path(_CASE, public_agent.case, name="acting-case"),
    path(f"{_CASE}receipt/", public_agent.receipt, name="acting-receipt"),
    path(f"{_CASE}lay-down/", public_agent.lay_down, name="acting-lay-down"),
    path(f"{_CASE}messages/", public_agent.write, name="acting-write"),
    path(f"{_CASE}messages/seen/", public_agent.seen, name="acting-seen"),
    path(
        f"{_CASE}answers/<str:package>/", public_agent.download, name="acting-download"
    ),
]
