"""What the owner of a system fills in."""

from __future__ import annotations

from django import forms

from lumina_privacy.lib.address_field import AddressField
from requests_app.rules import KeepOutcome


class AddressForm(forms.Form):
    """The address that our mail went to."""

    address = AddressField(
        label="Your e-mail address", help_text="The one our mail went to."
    )


class NoteForm(forms.Form):
    """A word beside an answer."""

    note = forms.CharField(
        label="A word to the privacy team",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class KeepForm(forms.Form):
    """What became of what the owner was asked to keep."""

    outcome = forms.TypedChoiceField(
        label="Is it kept?",
        coerce=KeepOutcome,
        choices=[
            (KeepOutcome.KEPT, "Yes: it is copied, or cannot be overwritten"),
            (KeepOutcome.OVERWRITTEN, "No: it was overwritten before"),
            (KeepOutcome.NOT_THERE, "No: nothing was recorded there and then"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what became of it."},
    )
    note = forms.CharField(
        label="A word to the privacy team",
        help_text="If it is not kept: what you looked for, and where.",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SendOnForm(NoteForm):
    """Not mine: who should be asked."""

    address = AddressField(
        label="Whom should we ask? Their e-mail address",
        help_text="What you have added stays with the privacy team. They see that "
        "something came, not what: if it was a mistake, remove it first.",
        autocomplete="off",
        error_messages={"required": "Type the e-mail address of whom we should ask."},
    )


class NeedUntilForm(forms.Form):
    """Longer, and why."""

    until = forms.DateField(
        label="Until which day?",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": "Give the day by which you can answer.",
            "invalid": "Give a day, as 2026-12-23.",
        },
    )
    reason = forms.CharField(
        label="Why?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write why you need longer."},
    )
