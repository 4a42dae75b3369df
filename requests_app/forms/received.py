"""How and when something reached us by another way than the browser (C36)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final

from django import forms
from django.core.exceptions import ValidationError

from lumina_privacy.lib.day_field import DayField
from lumina_privacy.lib.days import LONDON, london_day
from requests_app.queries import words
from requests_app.states import Channel

# A letter has a day and no clock; noon lies on that day in every reading.
_NOON: Final = time(12)


class ReceivedForm(forms.Form):
    """The way it came, and its true receipt."""

    channel = forms.ChoiceField(
        label="How did it come?",
        choices=[
            (channel.value, words.CHANNELS[channel])
            for channel in Channel
            if channel is not Channel.WEB
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it came."},
    )
    received_on = DayField(
        label="On which day did it reach us?",
        help_text="The day it reached anybody of ours. The clock runs from that day.",
    )
    received_time = forms.TimeField(
        label="At what time?",
        help_text="If it is known, for example 14:20.",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "Write the time as 14:20, or leave it out."},
    )

    @property
    def day_alone(self) -> bool:
        """Whether a valid form names no time of the day."""
        return self.cleaned_data["received_time"] is None

    def received_at(self, *, now: datetime) -> datetime:
        """Return the instant of receipt; a day alone counts from its noon in London.

        Raises ValidationError for a time to come.
        """
        day = self.cleaned_data["received_on"]
        clock = self.cleaned_data["received_time"]
        at = datetime.combine(day, clock or _NOON, tzinfo=LONDON)
        if clock is None and day == london_day(now):
            return min(at, now)
        if at > now:
            raise ValidationError("That is still to come. Write when it reached us.")
        return at
