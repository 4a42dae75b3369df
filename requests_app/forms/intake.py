"""What staff write down when a request came by letter, telephone or in person (C36)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from lumina_privacy.lib.address_field import AddressField
from lumina_privacy.lib.day_field import DayField
from lumina_privacy.lib.days import LONDON, london_day
from requests_app.forms.public import HowForm, ReachForm
from requests_app.queries import words
from requests_app.queries.asked import COPIED
from requests_app.states import AT_ONCE, FILED, Channel

# A letter has a day and no clock; noon lies on that day in every reading.
_NOON: Final = time(12)
# Nobody has in writing what was asked.
_ALOUD: Final = frozenset({Channel.PHONE, Channel.IN_PERSON})


class TakeInForm(forms.Form):
    """A request as it came, and how we know who it is."""

    token = forms.UUIDField(widget=forms.HiddenInput)
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
        help_text="The day it reached anybody of ours. The month runs from that day.",
    )
    received_time = forms.TimeField(
        label="At what time?",
        help_text="If it is known, for example 14:20.",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "Write the time as 14:20, or leave it out."},
    )
    rights = forms.MultipleChoiceField(
        label="What do they ask for?",
        help_text="All that they ask for: each becomes a case. They need not name a "
        "right, nor the law.",
        choices=[(right.value, words.RIGHTS[right]) for right in FILED],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what they ask for."},
    )
    name = forms.CharField(
        label="The person’s name",
        help_text="As we are likely to have it in our records. Not needed for a stop.",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = AddressField(
        label="Their e-mail address", autocomplete="off", required=False
    )
    phone = forms.CharField(
        label="Their telephone number",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    postal = forms.CharField(
        label="Their postal address",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    words = forms.CharField(
        label="What they ask for, in their words",
        help_text="Of what was said aloud, a summary; we confirm it in writing.",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    how = forms.ChoiceField(
        label="How do they want their copy?",
        help_text="Only if they ask for a copy, or for data to take away.",
        required=False,
        choices=HowForm.base_fields["how"].choices,  # type: ignore[attr-defined]  # a ChoiceField
        widget=forms.RadioSelect,
    )
    adjustments = forms.CharField(
        label="Should we do anything differently for them?",
        help_text="The adjustment, never the condition: large print, a call.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    known_by = forms.CharField(
        label="How do we know who it is?",
        help_text="For example: wrote from the address on file. Kept with the case.",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_phone(self) -> str:
        """Return the number as E.164, or nothing."""
        return ReachForm.clean_phone(self)  # type: ignore[arg-type]  # needs cleaned_data alone

    def clean(self) -> dict[str, Any]:
        """Ask for what follows from what is asked for, and by which way."""
        cleaned = super().clean() or {}
        for name, missing in self._wanted(cleaned).items():
            if not str(cleaned.get(name, "")).strip() and name not in self.errors:
                self.add_error(name, missing)
        if cleaned.get("how") == "print" and not cleaned.get("postal"):
            self.add_error("postal", "Write the postal address for the paper copy.")
        if cleaned.get("how") == "download" and not (
            cleaned.get("email") or self.errors.get("email")
        ):
            self.add_error("email", "A download needs an e-mail address.")
        return cleaned

    def _wanted(self, cleaned: dict[str, Any]) -> dict[str, str]:
        """Return what has to be there beside, and what to say when it is missing."""
        asked = set(cleaned.get("rights", ()))
        wanted = {}
        if asked & COPIED:
            wanted["how"] = "Choose how they want their copy."
        else:
            cleaned["how"] = ""
        if asked - AT_ONCE:
            wanted["name"] = "Write the person’s name."
            wanted["known_by"] = "Say how we know who it is."
        if cleaned.get("channel") in _ALOUD:
            wanted["words"] = "Write down what they said."
        return wanted

    def received_at(self, *, now: datetime) -> datetime:
        """Return the instant of receipt; a day alone counts from its noon in London.

        Raises ValidationError for a day to come.
        """
        day = self.cleaned_data["received_on"]
        clock = self.cleaned_data["received_time"]
        at = datetime.combine(day, clock or _NOON, tzinfo=LONDON)
        if clock is None and day == london_day(now):
            return min(at, now)
        if at > now:
            raise ValidationError("That is still to come. Write when it reached us.")
        return at

    def answers(self) -> dict[str, object]:
        """Return the person's words and choices, as the public form keeps them."""
        given = {
            name: self.cleaned_data[name] for name in ("words", "how", "adjustments")
        }
        return {name: value for name, value in given.items() if value}
