"""Addresses of the thread of a case, for its person and for staff."""

from __future__ import annotations

from django.urls import path

from requests_app.views import public_thread, staff_thread

_MINE = "cases/<str:reference>/messages/"
_CASE = "staff/cases/<str:reference>/messages/"

urlpatterns = [
    path(_MINE, public_thread.write, name="case-write"),
    path(f"{_MINE}seen/", public_thread.seen, name="case-messages-seen"),
    path(_CASE, staff_thread.answer, name="thread-answer"),
    path(f"{_CASE}note/", staff_thread.note, name="thread-note"),
    path(f"{_CASE}call/", staff_thread.call, name="thread-call"),
    path(
        f"{_CASE}contact-preference/",
        staff_thread.contact_preference,
        name="case-contact-preference",
    ),
    path(f"{_CASE}seen/", staff_thread.seen, name="thread-seen"),
    path(f"{_CASE}files/<int:pk>/", staff_thread.file, name="thread-file"),
    path(f"{_CASE}<int:pk>/answers/<int:seq>/", staff_thread.take, name="thread-take"),
    path(
        f"{_CASE}<int:pk>/no-answer/<int:seq>/",
        staff_thread.no_answer,
        name="thread-no-answer",
    ),
]
