"""What is said in the review: of a dataset, of a row, of several rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from requests_app.forms.staff import ground_choices, long_text
from requests_app.grounds import (
    GIVEN_BY_THEM,
    LETTING_IN_GROUNDS,
    inclusion_grounds,
    withholding_grounds,
)
from requests_app.passages import Passage, places
from requests_app.queries.blacking import Offered, Text
from requests_app.states import RowChoice


class DatasetForm(forms.Form):
    """What happens to the rows of one dataset."""

    conditional = ("ground",)  # needed by one choice only

    choice = forms.TypedChoiceField(
        label="What happens to it?",
        coerce=RowChoice,
        choices=[
            (RowChoice.RELEASE.value, "Release"),
            (RowChoice.WITHHOLD.value, "Withhold"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is released or withheld."},
    )
    ground = forms.ChoiceField(label="Ground, if withheld", required=False)

    def __init__(
        self, *args: Any, right: str, has_rest: bool = False, **kwargs: Any
    ) -> None:
        """Offer the grounds of the right; ``has_rest``: with those that let more in."""
        super().__init__(*args, **kwargs)
        lets_in = LETTING_IN_GROUNDS if has_rest else ()
        grounds = (*lets_in, *withholding_grounds(right))
        self.fields["ground"].choices = ground_choices(grounds)  # type: ignore[attr-defined]  # a ChoiceField
        if has_rest:
            self.fields["ground"].label = "Ground, if withheld or if more is let in"
        if not grounds:
            del self.fields["ground"]
            self.fields["choice"].choices = [(RowChoice.RELEASE.value, "Looked at")]  # type: ignore[attr-defined]  # a ChoiceField


class RowForm(forms.Form):
    """What happens to one row."""

    # Needed by some choices only: neither "required" nor "optional" is true of them.
    conditional = ("fields_cut", "ground", "cut_ground", "reason")

    choice = forms.ChoiceField(
        label="What happens to this row?", widget=forms.RadioSelect
    )
    fields_cut = forms.MultipleChoiceField(
        label="Fields to cut",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="For “release with fields cut”.",
    )
    black = forms.MultipleChoiceField(
        label="Passages to black out",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="For “release with fields cut”: the rest of the text goes out, and "
        "says that something was withheld and on which ground. What looks like "
        "somebody else’s is a guess: read the whole text.",
    )
    black_words = long_text(
        "Other words to black out",
        help_text="One passage a line, as it stands in the text. Every place where it "
        "stands by itself is blacked out: “Al” is not in “also”.",
        required=False,
    )
    ground = forms.ChoiceField(
        label="Ground",
        required=False,
        help_text="Needed if something is kept back, and if a row is released that is "
        "set apart.",
    )
    cut_ground = forms.ChoiceField(
        label="Ground for what is cut",
        required=False,
        help_text="For “release with fields cut”: the person reads it where something "
        "is missing.",
    )
    reason = long_text("How do you know?", required=False)

    def __init__(
        self,
        *args: Any,
        columns: list[tuple[str, str]],
        right: str,
        set_apart: bool,
        from_others: bool = False,
        texts: Sequence[Text] = (),
        offered: Sequence[Offered] = (),
        **kwargs: Any,
    ) -> None:
        """Offer what may be said; ``from_others``: beyond the reach of Article 20.

        ``texts``: those in which passages may be blacked out; ``offered``: some.
        """
        super().__init__(*args, **kwargs)
        self._texts = texts
        self._offered = {one.value: one.passage for one in offered}
        self._choose("black", [(one.value, one.label) for one in offered])
        out = set_apart or from_others
        withholds = withholding_grounds(right)
        choices = [("", "Stays out" if out else "Goes with its dataset")]
        if not (set_apart and from_others):
            choices.append((RowChoice.RELEASE.value, "Release it"))
        if not from_others and withholds:
            choices.append((RowChoice.REDACT.value, "Release it with fields cut"))
        if not out and withholds:
            choices.append((RowChoice.WITHHOLD.value, "Withhold it"))
        self._choose("choice", choices)
        self.fields["choice"].required = False
        self._choose("fields_cut", columns)
        grounds = inclusion_grounds(right) if set_apart else withholds
        self._choose(
            "ground", ground_choices([GIVEN_BY_THEM] if from_others else grounds)
        )
        self._choose("cut_ground", ground_choices(withholds))
        if not out:
            del self.fields["reason"]
        cuts = not from_others and bool(withholds)
        for name, is_there in (
            ("fields_cut", cuts),
            ("black", cuts and bool(offered)),
            ("black_words", cuts and bool(texts)),
            ("cut_ground", cuts and set_apart),
        ):
            if not is_there:
                del self.fields[name]

    def clean_black_words(self) -> list[Passage]:
        """Return the passages where the words stand, each line of them somewhere."""
        found: list[Passage] = []
        for line in self.cleaned_data["black_words"].splitlines():
            here = [
                Passage(text.name, start, end)
                for text in self._texts
                for start, end in places(text.value, line)
            ]
            if line.strip() and not here:
                raise forms.ValidationError(
                    f"“{line.strip()}” stands in no text of this row. Copy it exactly, "
                    "in whole words."
                )
            found += here
        return found

    def passages(self) -> list[Passage]:
        """Return everything that is to be blacked out."""
        ticked = [self._offered[one] for one in self.cleaned_data.get("black", ())]
        return [*ticked, *self.cleaned_data.get("black_words", ())]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class RowsForm(forms.Form):
    """Several rows withheld on one ground."""

    conditional = ("ground",)

    ground = forms.ChoiceField(
        label="Ground", required=False, help_text="Needed if you withhold them."
    )

    def __init__(self, *args: Any, right: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = ground_choices(withholding_grounds(right))
        self.fields["ground"].choices = grounds  # type: ignore[attr-defined]  # a ChoiceField
