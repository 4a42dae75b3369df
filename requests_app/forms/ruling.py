"""What staff fill in when a request is decided thing by thing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from requests_app.forms.staff import BY_MAIL, long_text
from requests_app.queries import words
from requests_app.rulings import RULINGS, Ruled, Thing
from requests_app.states import Right


class RulingForm(forms.Form):
    """What is done with one thing, on which ground, and why."""

    # Needed by one choice only: neither "required" nor "optional" is true of it.
    conditional = ("until",)

    category = forms.ChoiceField(label="What does this rule on?", required=False)
    what = forms.ChoiceField(
        label="What is done with it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is done with it."},
    )
    ground = forms.ChoiceField(
        label="On which ground?",
        help_text="Each choice has grounds of its own.",
        error_messages={"required": "Choose the ground of the law."},
    )
    words = long_text("Why?", help_text=BY_MAIL)
    until = forms.DateField(
        label="If it is kept: until which day?",
        required=False,
        help_text="Needed if it is kept. The person reads it. Each thing that is kept "
        "has a day of its own.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Type a day that there is, as 2032-12-31."},
    )

    def __init__(self, *args: Any, right: str, thing: Thing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = RULINGS.get(Right(right), ())
        self._choose("what", [(one.what.value, one.words) for one in choices])
        self._choose(
            "ground",
            [
                ("", "Choose a ground"),
                *(
                    (
                        words.RULED[one.what],
                        [
                            (ground.code, f"{ground.words} {ground.provision}.")
                            for ground in one.grounds
                        ],
                    )
                    for one in choices
                ),
            ],
        )
        if len(thing.categories) > 1:
            self._choose("category", [("", "All of it"), *thing.categories])
        else:
            del self.fields["category"]
        if any(one.what is Ruled.NOT_MEANT for one in choices):
            self.fields["words"].help_text = (
                f"{BY_MAIL} Not so of what the request is not about: the letter only "
                "names it, and your reason stays with the case."
            )
        if not any(one.dated for one in choices):
            del self.fields["until"]

    def _choose(self, name: str, choices: Iterable[Any]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]  # a ChoiceField


class RestForm(forms.Form):
    """Why the request is not about any of the rest."""

    words = long_text(
        "How do you know that they do not write about these?",
        help_text=(
            "One reason for all of them. It stays with the case; the letter names "
            "them and says that the request is not about them."
        ),
        missing="Write how you know that the request is not about these.",
    )


class DecideRulingsForm(forms.Form):
    """A word to the person; a reason only for who decides what they ruled (C19)."""

    words = long_text("A word to the person", help_text=BY_MAIL, required=False)
    alone_reason = long_text(
        "Reason for deciding alone",
        help_text="You ruled that a use goes on, and nobody else is there in time.",
        required=False,
    )

    def __init__(self, *args: Any, alone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not alone:
            del self.fields["alone_reason"]


class CarriedOutForm(forms.Form):
    """What was done."""

    done = long_text(
        "What was done, in which system, and when?",
        help_text=(
            "Say also whom you told of those who had received the data, or why that "
            f"was impossible (UK GDPR Article 19). {BY_MAIL}"
        ),
    )


class ConfirmForm(forms.Form):
    """A word beside the confirmation."""

    words = long_text("A word to the person", help_text=BY_MAIL, required=False)


class RestrictForm(forms.Form):
    """Which use is objected to."""

    purposes = forms.MultipleChoiceField(
        label="Which use does the person object to?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose the use that is objected to."},
    )

    def __init__(
        self, *args: Any, uses: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purposes"].choices = list(uses)  # type: ignore[attr-defined]  # a ChoiceField
