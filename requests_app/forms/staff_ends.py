"""What staff fill in when a case ends otherwise than by an answer."""

from __future__ import annotations

from typing import Any

from django import forms

from requests_app.forms.staff import BY_MAIL, ground_choices, long_text
from requests_app.grounds import REFUSAL_GROUNDS
from requests_app.states import Right


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


class RefuseForm(forms.Form):
    """Why the whole request is refused (UK GDPR Article 12(4))."""

    ground = forms.ChoiceField(
        label="Ground",
        error_messages={"required": "Choose the ground of the law for refusing."},
    )
    words = long_text("Why?", help_text=BY_MAIL)

    def __init__(self, *args: Any, right: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = REFUSAL_GROUNDS.get(Right(right), ())
        self.fields["ground"].choices = ground_choices(grounds)  # type: ignore[attr-defined]  # a ChoiceField


class MakeAgainForm(forms.Form):
    """Why an answer is made again (decision C16)."""

    reason = long_text(
        "Who asked for it again, and when?",
        help_text="For colleagues; the person does not see it.",
    )


class MergeForm(forms.Form):
    """Why two requests are one (decision C33)."""

    reason = long_text(
        "How do you know that both are of one person, and ask for the same?",
        help_text="For colleagues; the person does not see it.",
    )


class LookAgainForm(forms.Form):
    """What the second look found (decision C19)."""

    approved = forms.TypedChoiceField(
        label="Does it stand?",
        coerce=lambda value: value == "yes",
        choices=[
            ("yes", "Yes, it stands"),
            ("no", "No: send it back. The person is told that we take it up again"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it stands."},
    )
    reason = long_text(
        "What was looked at, and what was found?",
        help_text="For colleagues; the person does not see it.",
    )
