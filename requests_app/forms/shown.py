"""What staff say of what was shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from requests_app.forms.staff import long_text
from requests_app.forms.staff_clock import day_field
from requests_app.queries import words
from requests_app.states import CheckMethod


class DecideIdentityForm(forms.Form):
    """Whether what was shown is enough, and since when (decision D9).

    ``first``: when something was first shown; None: nothing is asked for any more.
    """

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
    complete_on = day_field(
        "Since which day was it complete?",
        help_text=(
            "The month starts on it: the day something was first shown, unless only a "
            "later one was enough. We are reminded by the first, whatever you say."
        ),
        required=False,
    )
    why_later = long_text(
        "If that is a later day: what was missing before?", required=False
    )

    def __init__(self, *args: Any, first: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first is None:
            del self.fields["complete_on"], self.fields["why_later"]
        else:
            self.fields["complete_on"].initial = first
