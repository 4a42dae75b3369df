"""What each right asks of the person, one question a page. Shape only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms

from lumina_privacy.lib.address_field import AddressField
from lumina_privacy.lib.day_field import DayField
from requests_app.queries import questions, rights

Choices = Iterable[tuple[str, str]]
_MOST: Final = 4_000


def _words(label: str, hint: str, missing: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=bool(missing),
        max_length=_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": missing},
    )


def _one_of(label: str, choices: Choices, missing: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=list(choices),
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )


def _some_of(
    label: str, hint: str = "", missing: str = ""
) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=hint,
        required=bool(missing),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": missing},
    )


class WhatForm(forms.Form):
    """What is wanted: any of the rights, several at once (decision E2)."""

    rights = forms.MultipleChoiceField(
        label="What do you want us to do?",
        help_text="Choose all that you want. Each is answered by itself.",
        choices=[(one.right.value, one.name) for one in rights.OFFERED],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing."},
    )


class OnwardForm(forms.Form):
    """Where data to take away should go (UK GDPR Article 20(2))."""

    onward = forms.CharField(
        label="Should we send it to another company?",
        help_text="Leave this empty to get it yourself. Otherwise write which company, "
        "and how we reach it. We do so where it is technically feasible.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CorrectionForm(forms.Form):
    """What is wrong, what is right, and in which way it is wrong (decision C46)."""

    wrong = _words(
        "What is wrong?",
        "What we hold, and where you saw it: for example the name on an invoice.",
        "Write what is wrong.",
    )
    should_be = _words(
        "What is right?",
        "As it should stand. If something is missing, write what we should add.",
        "Write what is right, or what is missing.",
    )
    why_wrong = _one_of(
        "In which way is it wrong?",
        questions.WRONG_HOW.items(),
        "Choose in which way it is wrong.",
    )


class ErasureForm(forms.Form):
    """What should go."""

    conditional = ("erase_categories",)

    erase = _one_of(
        "What should we delete?",
        [
            ("all", "Everything you hold about me"),
            ("some", "Only certain things, chosen below"),
        ],
        "Choose everything or certain things.",
    )
    erase_categories = _some_of("Which things?")
    erase_words = _words(
        "Anything we should know",
        "For example what it is about, or why you want it deleted. You need not say.",
    )

    def __init__(self, *args: Any, categories: Choices, **kwargs: Any) -> None:
        """Take the notice's categories as choices."""
        super().__init__(*args, **kwargs)
        self.fields["erase_categories"].choices = list(categories)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Certain things must be named; "everything" leaves no choice behind."""
        cleaned = super().clean() or {}
        if cleaned.get("erase") == "all":
            cleaned["erase_categories"] = []
        if cleaned.get("erase") == "some" and not (
            cleaned.get("erase_categories") or cleaned.get("erase_words", "").strip()
        ):
            self.add_error(
                "erase_categories", "Tick at least one thing, or describe it below."
            )
        return cleaned


class RestrictionForm(forms.Form):
    """One of the four grounds of Article 18(1), and which data."""

    pause_ground = _one_of(
        "Why should we pause?",
        questions.PAUSE_GROUNDS.items(),
        "Choose why we should pause.",
    )
    pause_words = _words(
        "Which data?",
        "What it is about, in your own words.",
        "Write which data you mean.",
    )


class ObjectionForm(forms.Form):
    """The uses objected to, of those in our own interest, and why (Article 21(1))."""

    uses = _some_of(
        "Which uses do you object to?",
        "These are the uses that we base on our own interest. To marketing you can "
        "object without giving a reason: choose “Stop marketing to me” for that.",
        "Choose at least one use.",
    )
    situation = _words(
        "What about your situation speaks against it?",
        "We then have to show that our reasons weigh more.",
        "Write what in your situation speaks against it.",
    )

    def __init__(self, *args: Any, uses: Choices, **kwargs: Any) -> None:
        """Take the purposes on legitimate interests as choices."""
        super().__init__(*args, **kwargs)
        self.fields["uses"].choices = list(uses)  # type: ignore[attr-defined]


class ConsentForm(forms.Form):
    """Which consent ends: all of it, or some. Nobody asks why."""

    conditional = ("consents",)

    which = _one_of(
        "Which consent do you take back?",
        [("all", "All of it"), ("some", "Only some, chosen below")],
        "Choose all of it or some.",
    )
    consents = _some_of("Which?")

    def __init__(self, *args: Any, consents: Choices, **kwargs: Any) -> None:
        """Take the purposes on consent as choices."""
        super().__init__(*args, **kwargs)
        self.fields["consents"].choices = list(consents)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Want some named; all of it names every one."""
        cleaned = super().clean() or {}
        if cleaned.get("which") == "all":
            field = self.fields["consents"]
            cleaned["consents"] = [code for code, _ in field.choices]  # type: ignore[attr-defined]
        elif cleaned.get("which") == "some" and not cleaned.get("consents"):
            self.add_error("consents", "Choose at least one, or all of it.")
        return cleaned


class CctvForm(forms.Form):
    """What finds footage: time and place, not a photograph (decision C2)."""

    day = DayField(
        label="On which day were you there?",
        help_text="Recordings are kept for 30 days.",
    )
    time = forms.CharField(
        label="At what time?",
        help_text="As well as you remember, for example: about noon, or 14:20.",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say at about what time."},
    )
    where = forms.CharField(
        label="Where?",
        help_text="For example: reception, Lumina House.",
        max_length=300,
        error_messages={"required": "Say at which place."},
    )
    who = forms.CharField(
        label="How do we recognise you?",
        help_text="For example what you wore. You need not send a photograph.",
        max_length=600,
        error_messages={"required": "Say how we recognise you."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """Take the present day: footage of tomorrow there is none."""
        super().__init__(*args, **kwargs)
        self._today = today
        if isinstance(day := self.initial.get("day"), str):
            self.initial = {**self.initial, "day": date.fromisoformat(day)}

    def clean_day(self) -> str:
        """Return the day in ISO form, as a session keeps it."""
        day: date = self.cleaned_data["day"]
        if day > self._today:
            raise forms.ValidationError(
                "That day is still to come. Write when you were there."
            )
        return day.isoformat()


class AdjustForm(forms.Form):
    """What should be done differently: the adjustment, never the condition."""

    adjustments = forms.CharField(
        label="Should we do anything differently for you?",
        help_text="For example large print, or a call instead of a letter. "
        "You need not say why.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StopForm(forms.Form):
    """The address that gets no more marketing. Nothing else is asked (C34)."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    email = AddressField(
        label="Which e-mail address should get no more marketing?",
        error_messages={"required": "Write the e-mail address."},
    )
