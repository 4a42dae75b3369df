"""What staff fill in when a case ends otherwise than by an answer."""

from __future__ import annotations

from django import forms

from requests_app.forms.staff import long_text


class CloseBreachForm(forms.Form):
    """How a breach ended (UK GDPR Article 33)."""

    reason = long_text(
        "What happened, what came of it, and what was done?",
        help_text="If the regulator was told after the 72 hours, also why so late.",
    )
    told_at = forms.DateTimeField(
        label="When was the regulator told?",
        required=False,
        help_text="London time. Leave it empty if they were not told.",
        error_messages={"invalid": "Type a day and time, as 2026-12-24 09:30."},
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )
    why_not = long_text("If they were not told, why not?", required=False)
