"""The form that adds a bank holiday."""

from __future__ import annotations

from django import forms

from lumina_privacy.lib.day_field import DayField


class HolidayForm(forms.Form):
    """A day and what it is called."""

    day = DayField(label="Day", help_text="For example 27 3 2026.")
    name = forms.CharField(
        label="What it is called",
        max_length=200,
        error_messages={"required": "Write what the holiday is called."},
    )
