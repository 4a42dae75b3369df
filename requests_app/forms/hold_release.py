"""What is filled in to release a hold by hand (decision C41)."""

from __future__ import annotations

from typing import Any

from django import forms

from requests_app.forms.staff import long_text


class _ReleaseForm(forms.Form):
    """With a box to tick where an answer that is owed could lose by it."""

    lost_seen = forms.BooleanField(
        label="I have read what would be lost",
        help_text="The answer is still owed; what goes cannot be brought back.",
        required=False,
    )

    conditional = ("lost_seen",)

    def __init__(self, *args: Any, loses: bool, **kwargs: Any) -> None:
        """Leave the box out where nothing can be lost any more."""
        super().__init__(*args, **kwargs)
        self.loses = loses
        if not loses:
            del self.fields["lost_seen"]

    def clean(self) -> dict[str, Any]:
        """Return what was said; without a box nothing had to be read."""
        said: dict[str, Any] = super().clean() or {}
        said.setdefault("lost_seen", False)
        return said


class ProposeReleaseForm(_ReleaseForm):
    """Why the hold is not needed any more."""

    reason = long_text(
        "Why is the hold not needed any more?",
        help_text="For colleagues; who decides reads it.",
        missing="Write why the hold is not needed any more.",
    )

    field_order = ("reason", "lost_seen")


class SettleReleaseForm(_ReleaseForm):
    """Whether the second person agrees."""

    approved = forms.TypedChoiceField(
        label="Is the hold released?",
        coerce=lambda value: value == "yes",
        choices=[("yes", "Yes, release it now"), ("no", "No, it stays")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is released."},
    )
    reason = long_text(
        "What was looked at, and why?",
        help_text="For colleagues; the person does not see it.",
        missing="Write what you looked at, and why.",
    )

    field_order = ("approved", "reason", "lost_seen")
