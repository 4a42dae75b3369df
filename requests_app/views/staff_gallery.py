"""Every component in every state: the design system's own page, and a test page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from lumina_privacy.lib.day_field import DayField
from lumina_privacy.lib.http import open_page
from lumina_privacy.lib.verdict import ALLOWED, refuse
from requests_app.states import CaseStatus, PackageState, TaskState

_CHOICES = [("mine", "My own data"), ("else", "The data of somebody I act for")]


class SpecimenForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="Your name", help_text="As we may know it.")
    address = forms.EmailField(label="E-mail address", required=False)
    words = forms.CharField(
        label="In your words", widget=forms.Textarea(attrs={"rows": 4})
    )
    right = forms.ChoiceField(label="Which office", choices=[("", "Choose"), *_CHOICES])
    whose = forms.ChoiceField(
        label="Whose data?", choices=_CHOICES, widget=forms.RadioSelect
    )
    parts = forms.MultipleChoiceField(
        label="Which parts?", choices=_CHOICES, widget=forms.CheckboxSelectMultiple
    )
    on = DayField(label="When were you here?", help_text="For example 27 3 2026.")
    until = forms.DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    file = forms.FileField(label="A file", required=False)
    code = forms.CharField(
        label="Code",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )
    agreed = forms.BooleanField(
        label="I have read this", help_text="It takes a minute."
    )


@require_safe
@open_page
def gallery(request: HttpRequest) -> HttpResponse:
    """Show the components. 404 in production: it is a page for those who build."""
    if not (settings.DEBUG or settings.LUMINA_DEMO):
        raise Http404
    return TemplateResponse(request, "requests_app/staff/gallery.html", _specimens())


def _specimens() -> dict[str, Any]:
    moment = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
    states = [*CaseStatus, *TaskState, *PackageState]
    return {
        "empty_form": SpecimenForm(auto_id="empty_%s"),
        "wrong_form": SpecimenForm(
            {"on_day": "31", "on_month": "2", "on_year": "2026"}
        ),
        "states": [
            *dict.fromkeys(str(state) for state in states),
            "late",
            "soon",
            "paused",
        ],
        "day": date(2026, 12, 23),
        "moment": moment,
        "allowed": ALLOWED,
        "refused": refuse("Two systems have no verdict yet: billing and CCTV."),
        "kinds": ["info", "success", "warning", "error"],
        "timeline": [
            {
                "title": "We received your request",
                "at": moment,
                "text": "You sent the form.",
            },
            {"title": "We are searching", "at": moment, "status": "current"},
            {
                "title": "Our answer, at the latest",
                "day": date(2026, 12, 23),
                "status": "ahead",
            },
        ],
        "rows": [
            {"label": "Your name", "value": "Ada Example", "change_url": "#rows"},
            {"label": "Former names", "value": "", "change_url": "#rows"},
        ],
        "steps": [
            {"label": "About you", "state": "done"},
            {"label": "Your request", "state": "current"},
            {"label": "Check and send", "state": "todo"},
        ],
        "workings": [
            {"text": "We received it on Monday 23 November 2026.", "source": ""},
            {
                "text": "The law gives us one month: Wednesday 23 December 2026.",
                "source": "UK GDPR Article 12A",
            },
        ],
    }
