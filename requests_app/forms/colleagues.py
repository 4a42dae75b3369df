"""What colleagues without an account write down, and the links they do it by (C35)."""

from __future__ import annotations

from typing import Any

from django import forms

from lumina_privacy.lib.address_field import AddressField
from lumina_privacy.lib.phone_field import PhoneField
from requests_app.forms.public import NameField
from requests_app.forms.received import ReceivedForm


def _optional(label: str, *, help_text: str = "", longest: int = 200) -> NameField:
    return NameField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=longest,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class _NotedForm(ReceivedForm):
    """Whose address it is, how and when it was said; the form is sent once."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    email = AddressField(label="Their e-mail", autocomplete="off", required=False)
    phone = PhoneField(label="Their telephone number", autocomplete="off")
    postal = forms.CharField(
        label="Their postal address",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the day in the words of who was there."""
        super().__init__(*args, **kwargs)
        self.fields["channel"].label = "How did they tell you?"
        self.fields["received_on"].label = "On which day?"
        self.fields[
            "received_on"
        ].help_text = "The day it was said or arrived, not the day you write it down."


class NoteStopForm(_NotedForm):
    """That somebody does not want marketing."""

    field_order = ("token", "email", "phone", "postal")

    # At least one of them, whichever it is.
    conditional = ("email", "phone", "postal")


class NoteRequestForm(_NotedForm):
    """That somebody asked something about their data, in their words."""

    field_order = (
        "token",
        "words",
        "channel",
        "received_on",
        "received_time",
        "name",
        "email",
        "phone",
        "postal",
        "file",
        "colleague",
    )

    words = forms.CharField(
        label="What did they say?",
        help_text="In their words, as far as you remember. You need not know what the "
        "law calls it.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write what they said, in their words."},
    )
    name = _optional("Their name", help_text="If you know it.")
    file = forms.FileField(
        label="A photo or a scan of what they brought",
        help_text="A letter, a picture, a mail: one file of 10 MB at most. If the page "
        "asks you to put something right, choose it again.",
        required=False,
        max_length=200,
        widget=forms.FileInput,
    )
    colleague = NameField(
        label="Your name",
        help_text="If the Data Compliance Officer has to ask you.",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Write your name."},
    )


class TeamForm(forms.Form):
    """For whom a link is; the form makes one, however often it is sent."""

    form = forms.UUIDField(widget=forms.HiddenInput, required=False)
    team = _optional(
        "For which team?",
        help_text="As it stands on the cases that come in, for example Reception.",
        longest=60,
    )

    conditional = ("team",)
