"""What staff say of what was shown."""

from __future__ import annotations

from django import forms

from requests_app.forms.staff import long_text
from requests_app.queries import words
from requests_app.states import CheckMethod


class DecideIdentityForm(forms.Form):
    """Whether what was shown is enough (decision D9)."""

    method = forms.TypedChoiceField(
        label="What was it?",
        coerce=CheckMethod,
        choices=[
            (one.value, words.CHECKS[one])
            for one in (CheckMethod.DOCUMENT, CheckMethod.PHOTO)
        ],
    )
    passed = forms.TypedChoiceField(
        label="Is it the person?",
        coerce=lambda value: value == "yes",
        choices=[("yes", "Yes, it is enough"), ("no", "No, it is not enough")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is the person."},
    )
    reason = long_text(
        "What did you see?",
        help_text="As “a work pass with name and photograph”. No number of a document.",
        missing="Write what you saw.",
    )
