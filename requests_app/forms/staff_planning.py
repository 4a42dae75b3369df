"""What staff fill in to plan when somebody looks at a case next."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from requests_app.clock import in_words
from requests_app.forms.staff import long_text


class PlanForm(forms.Form):
    """When somebody looks at the case next, and for what."""

    on = forms.DateField(
        label="On which day?",
        error_messages={
            "required": "Choose a day.",
            "invalid": "Type a day, as 2026-12-24.",
        },
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    what = long_text("What is to be done?", help_text="For colleagues.", required=False)

    conditional = ("what",)  # of a day

    def __init__(
        self, *args: Any, planned: date | None, due_on: date | None, **kwargs: Any
    ) -> None:
        """Let the day be left out where one is ``planned``; name the day of the law."""
        super().__init__(*args, **kwargs)
        self.fields["on"].required = planned is None
        hints = [] if planned is None else ["Leave it empty to plan nothing any more."]
        if due_on is not None:
            hints.append(
                f"The day by the law is {in_words(due_on)}: what is planned for later "
                "comes after it."
            )
        self.fields["on"].help_text = " ".join(hints)

    def clean(self) -> dict[str, Any]:
        """Have it said what is to be done on the day."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("on") and not said.get("what", "").strip():
            self.add_error("what", "Write what is to be done on that day.")
        return said
