"""What each right asks of the person, one question a page. Shape only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms

from lumina_privacy.lib.address_field import AddressField
from lumina_privacy.lib.day_field import DayField
from requests_app.policies.intake import YEARS_AGO
from requests_app.policies.timekeeping import OLDEST
from requests_app.queries import rights
from requests_app.queries.questions import QUESTIONS

Choices = Iterable[tuple[str, str]]
_MOST: Final = 4_000
# A time in figures among words, 14:20; and one that is all of it: 14, 14.20, 1420.
_AMONG_WORDS: Final = re.compile(r"(\d+):(\d+)", re.ASCII)
_ALONE: Final = re.compile(r"\s*(\d+?)\.?(\d\d)?\s*", re.ASCII)
_LAST_HOUR: Final = 24
_LAST_MINUTE: Final = 59
# What is said when a part of it is missing.
_NOT_SEEN: Final = {
    "day": "Say on which day.",
    "time": "Say at about what time.",
    "where": "Say at which place.",
    "who": "Say how we recognise you.",
}
_UNSAID: Final = ("", "I would rather not say")


def _words(name: str, hint: str, missing: str = "") -> forms.CharField:
    return forms.CharField(
        label=QUESTIONS[name].asks,
        help_text=hint,
        required=bool(missing),
        max_length=_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": missing},
    )


def one_of(name: str, missing: str = "") -> forms.ChoiceField:
    """Return a question with one answer; without ``missing``, one that can be none."""
    choices = list(QUESTIONS[name].choices.items())
    return forms.ChoiceField(
        label=QUESTIONS[name].asks,
        choices=choices if missing else [*choices, _UNSAID],
        required=bool(missing),
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )


def some_of(name: str, hint: str = "", missing: str = "") -> forms.MultipleChoiceField:
    """Return a question with any answers; the form is given the choices."""
    return forms.MultipleChoiceField(
        label=QUESTIONS[name].asks,
        help_text=hint,
        required=bool(missing),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": missing},
    )


class _Explained(forms.CheckboxSelectMultiple):
    """Rights to choose; each says what it is, and what the law calls it."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return one option with its explanation."""
        option = super().create_option(*args, **kwargs)
        words = rights.RIGHTS[str(option["value"])]
        option["explained"] = f"{words.text} {words.law}."
        return option


class WhatForm(forms.Form):
    """What is wanted: any of the rights, several at once (decision E2)."""

    rights = forms.MultipleChoiceField(
        label=QUESTIONS["rights"].asks,
        help_text="Choose all that you want. Each is answered by itself.",
        choices=[(one.right.value, one.name) for one in rights.OFFERED],
        widget=_Explained,
        error_messages={"required": "Choose at least one thing."},
    )


class ScopeForm(forms.Form):
    """What is wanted a copy of, and from what time."""

    # Needed by one choice only: neither "required" nor "optional" is true of it.
    conditional = ("categories",)

    scope = one_of("scope", "Choose everything or certain things.")
    categories = some_of(
        "categories", "Our privacy notice says what each of them means."
    )
    period = forms.CharField(
        label=QUESTIONS["period"].asks,
        help_text="For example: from March 2024 until today. Leave it empty for all.",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    words = _words(
        "words",
        "For example a system, a ticket number, or whom you dealt with.",
    )

    def __init__(self, *args: Any, categories: Choices, **kwargs: Any) -> None:
        """Take the notice's categories as choices."""
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = list(categories)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Certain things must be named; "everything" leaves no choice behind."""
        cleaned = super().clean() or {}
        if cleaned.get("scope") == "all":
            cleaned["categories"] = []
        described = "words" not in self.fields or cleaned.get("words", "").strip()
        if cleaned.get("scope") == "some" and not (
            cleaned.get("categories") or described
        ):
            self.add_error(
                "categories", "Tick at least one thing, or describe it below."
            )
        return cleaned


class OnwardForm(forms.Form):
    """Where data to take away should go (UK GDPR Article 20(2))."""

    onward = forms.CharField(
        label=QUESTIONS["onward"].asks,
        help_text="Leave this empty to get it yourself. Otherwise write which company, "
        "and how we reach it. We do so where it is technically feasible.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CorrectionForm(forms.Form):
    """What is wrong, what is right, and in which way it is wrong (decision C46)."""

    wrong = _words(
        "wrong",
        "What we hold, and where you saw it: for example the name on an invoice.",
        "Write what is wrong.",
    )
    should_be = _words(
        "should_be",
        "As it should stand. If something is missing, write what we should add.",
        "Write what is right, or what is missing.",
    )
    why_wrong = one_of("why_wrong", "Choose in which way it is wrong.")


class ErasureForm(forms.Form):
    """What should go; why, only for who wants to say so (UK GDPR Article 17(1))."""

    conditional = ("erase_categories", "erase_ground")

    erase = one_of("erase", "Choose everything or certain things.")
    erase_categories = some_of("erase_categories")
    erase_ground = one_of("erase_ground")
    erase_words = _words(
        "erase_words",
        "For example what it is about. You need not say.",
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

    pause_ground = one_of("pause_ground", "Choose why we should pause.")
    pause_words = _words(
        "pause_words",
        "What it is about, in your own words.",
        "Write which data you mean.",
    )


class ObjectionForm(forms.Form):
    """The uses objected to, of those in our own interest, and why (Article 21(1))."""

    uses = some_of(
        "uses",
        "These are the uses that we base on our own interest. To marketing you can "
        "object without giving a reason: choose “Stop marketing to me” for that.",
        "Choose at least one use.",
    )
    situation = _words(
        "situation",
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

    which = one_of("which", "Choose all of it or some.")
    consents = some_of("consents")

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


class SightingForm(forms.Form):
    """Whether there is a recording of somebody, and what finds them in it (C2).

    Time and place, not a photograph. Who asked for recordings by name (``asked_for``)
    is not asked whether there are any.
    """

    filmed = one_of("filmed", "Say whether you were filmed, or that you do not know.")
    day = DayField(label=QUESTIONS["day"].asks)
    time = forms.CharField(
        label=QUESTIONS["time"].asks,
        help_text="As well as you remember, for example: about noon, or 14:20.",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    where = forms.CharField(
        label=QUESTIONS["where"].asks,
        help_text="For example: reception, Lumina House.",
        max_length=300,
    )
    who = forms.CharField(
        label=QUESTIONS["who"].asks,
        help_text="For example what you wore. You need not send a photograph.",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        today: date,
        days: int | None = None,
        asked_for: bool = True,
        **kwargs: Any,
    ) -> None:
        """Take the present day: footage of tomorrow there is none."""
        super().__init__(*args, **kwargs)
        self._today = today
        self.conditional = () if asked_for else tuple(_NOT_SEEN)
        for name, missing in _NOT_SEEN.items():
            self.fields[name].required = asked_for
            self.fields[name].error_messages["required"] = missing
        kept = f"Recordings are kept for {days} days." if days else ""
        self.fields["day" if asked_for else "filmed"].help_text = kept
        if asked_for:
            del self.fields["filmed"]
        if isinstance(day := self.initial.get("day"), str):
            given = date.fromisoformat(day) if day else None
            self.initial = {**self.initial, "day": given}

    def clean(self) -> dict[str, Any]:
        """Part of a sighting finds nobody: all of it, or, for who is not sure, nothing.

        Who was not filmed is looked for nowhere, whatever else stands there.
        """
        cleaned = super().clean() or {}
        cleaned.setdefault("filmed", "" if self.errors else "yes")
        if cleaned["filmed"] == "no":
            for name in _NOT_SEEN:
                cleaned[name] = ""
                self.errors.pop(name, None)
        elif cleaned["filmed"] == "yes" or any(map(cleaned.get, _NOT_SEEN)):
            for name in self.conditional:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned

    def clean_day(self) -> str:
        """Return the day in ISO form, as a session keeps it; nothing when not said."""
        day: date | None = self.cleaned_data["day"]
        if day is None:
            return ""
        if day > self._today:
            raise forms.ValidationError(
                "That day is still to come. Write when you were there."
            )
        if day < self._today - OLDEST:
            raise forms.ValidationError(YEARS_AGO)
        return day.isoformat()

    def clean_time(self) -> str:
        """Return the time in their words; figures that no clock shows are refused."""
        said: str = self.cleaned_data["time"]
        alone = _ALONE.fullmatch(said)
        read = [alone.groups("0")] if alone else _AMONG_WORDS.findall(said)
        for hour, minute in read:
            if int(hour) > _LAST_HOUR or int(minute) > _LAST_MINUTE:
                raise forms.ValidationError(
                    "There is no such time. Write it like 14:20, or in words."
                )
        return said


class AdjustForm(forms.Form):
    """What should be done differently: the adjustment, never the condition."""

    adjustments = forms.CharField(
        label=QUESTIONS["adjustments"].asks,
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
