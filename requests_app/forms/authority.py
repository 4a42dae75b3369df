"""What is written down about somebody who acts for the person (decision D9)."""

from __future__ import annotations

from django import forms

from requests_app.forms.staff import long_text
from requests_app.forms.staff_clock import day_field
from requests_app.grounds import AnswerGoesTo, AuthorityEvidence
from requests_app.queries import words


class AuthorityForm(forms.Form):
    """Who acts, for whom, and what they showed."""

    agent = forms.CharField(
        label="Who acts?",
        help_text="Their name, and of which firm or body.",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write who acts."},
    )
    agent_reach = forms.CharField(
        label="How are they reached?",
        help_text="Postal address, telephone or e-mail address.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    acts_for = forms.CharField(
        label="For whom?",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write for whom they act."},
    )
    evidence = forms.TypedChoiceField(
        label="What shows that they may?",
        coerce=AuthorityEvidence,
        choices=list(words.EVIDENCE.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what was shown."},
    )
    scope = long_text(
        "Which rights does it cover, and over what?",
        help_text="As it stands in what was shown.",
    )
    valid_from = day_field("From when? Leave it open if it does not say")
    expires_on = day_field("Until when? Leave it open if it does not say")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # whatever a form takes
        for name in ("valid_from", "expires_on"):
            self.fields[name].required = False


class JudgeForm(forms.Form):
    """Whether what was shown is enough."""

    verified = forms.TypedChoiceField(
        label="Does it show that they may act here?",
        coerce=lambda value: value == "yes",
        choices=[("yes", "Yes"), ("no", "No, or not for this")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
    reason = long_text(
        "What did you see, and why is it enough or not?", help_text="For colleagues."
    )


class RecipientForm(forms.Form):
    """Who gets the answer."""

    to = forms.TypedChoiceField(
        label="Who gets the answer?",
        coerce=AnswerGoesTo,
        choices=[
            (AnswerGoesTo.AGENT.value, "Whoever acts for them"),
            (AnswerGoesTo.PERSON.value, "The person"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who gets the answer."},
    )
    reason = long_text(
        "Why?",
        help_text="For example: it is plain that the person knows what is disclosed.",
    )


class RevokeForm(forms.Form):
    """That the person took it back."""

    reason = long_text("How do you know that they took it back?")
