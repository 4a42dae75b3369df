"""Addresses of what a customer passes to us, for staff (D13)."""

from __future__ import annotations

from django.urls import path

from requests_app.views import staff_instruction as views

_CASE = "staff/cases/<str:reference>/customer/"

urlpatterns = [
    path("staff/take-in/customer/", views.take_in, name="instruction-take-in"),
    path(f"{_CASE}judge/", views.judge, name="instruction-judge"),
    path(f"{_CASE}correct/", views.correct, name="instruction-correct"),
    path(f"{_CASE}write/", views.write, name="instruction-write"),
    path(f"{_CASE}done/", views.assist, name="instruction-assist"),
    path(f"{_CASE}answer/", views.answer, name="instruction-answer"),
]
