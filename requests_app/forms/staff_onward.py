"""What staff fill in about sending data to take away straight to another company."""

from __future__ import annotations

from django import forms

from requests_app.forms.staff import BY_MAIL, long_text


class OnwardForm(forms.Form):
    """Whether it can be sent there (UK GDPR Article 20(2))."""

    feasible = forms.TypedChoiceField(
        label="Can we send it there?",
        coerce=lambda value: value == "yes",
        choices=[
            ("yes", "Yes: we send it once it is released"),
            ("no", "No: it is not technically feasible"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it can be sent there."},
    )
    words = long_text(
        "To whom and in which way, or why not?",
        help_text=BY_MAIL,
        missing="Write it to the person: to whom and how, or why not.",
    )


class SentOnwardForm(forms.Form):
    """How it reached the other company."""

    company = forms.CharField(
        label="Which company received it?",
        help_text=(
            "Its name alone, as the person will read it in a later copy of their data."
        ),
        max_length=200,
        error_messages={"required": "Write the name of the company."},
    )
    words = long_text(
        "To whom was it sent, when, how, and who received it?",
        help_text=BY_MAIL,
        missing="Write to whom it was sent, how, and who received it.",
    )
