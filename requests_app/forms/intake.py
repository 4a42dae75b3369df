"""What staff write down when a request came by letter, telephone or in person (C36)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import QueryDict

from lumina_privacy.lib.address_field import AddressField
from lumina_privacy.lib.phone_field import PhoneField
from requests_app.forms.public import HowForm
from requests_app.forms.received import ReceivedForm
from requests_app.forms.staff import long_text
from requests_app.queries import words
from requests_app.queries.asked import COPIED
from requests_app.queries.questions import QUESTIONS
from requests_app.states import AT_ONCE, FILED, Channel, ContactMethod, Right, WhoAsks

# Nobody has in writing what was asked.
_ALOUD: Final = frozenset({Channel.PHONE, Channel.IN_PERSON})
# Which parts the form had when it was sent: one that is new was not seen by anybody.
SHOWN: Final = "shown"
# A letter rarely says all that we ask: what it does not say, nobody makes up.
_NOT_SAID: Final = ("", "They did not say")
_NOT_KNOWN: Final = "not_known"
# What was taken in unread may ask for nothing at all.
NOTHING: Final = "nothing"
# What each way of being answered needs.
_NEEDS: Final = {
    ContactMethod.EMAIL: ("email", "Write the e-mail address to answer to."),
    ContactMethod.PHONE: ("phone", "Write the telephone number to call."),
    ContactMethod.POST: ("postal", "Write the postal address for our letters."),
}
# We keep no number of whom somebody acts for.
_NOT_CALLED: Final = (
    "Only who asks for themselves is called. Choose another way, or that they did not "
    "say."
)


def as_noted(
    make: Callable[..., forms.Form], slug: str, *, said: QueryDict | None
) -> forms.Form:
    """Return a page of the public form for staff, bound when ``said`` has it.

    What the person did not say stays empty: a letter rarely says all that we ask.
    """
    shown = said is not None and slug in said.getlist(SHOWN)
    form = make(said if shown else None, prefix=slug)
    # What they ask for, in their words, is asked once for all of it.
    form.fields.pop("words", None)
    form.conditional = ()  # type: ignore[attr-defined]  # of pages that want all or none
    for name, field in form.fields.items():
        field.required = False
        field.label, field.help_text = QUESTIONS[name].noted, ""
        if isinstance(field.widget, forms.RadioSelect):
            said_ones = [one for one in field.choices if one[0]]  # type: ignore[attr-defined]  # a ChoiceField
            field.choices = [*said_ones, _NOT_SAID]  # type: ignore[attr-defined]
    return form


class TakeInForm(ReceivedForm):
    """A request as it came, and how we know who it is."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    rights = forms.MultipleChoiceField(
        label="What do they ask for?",
        help_text="All that they ask for: each becomes a case. They need not name a "
        "right, nor the law.",
        choices=[
            *((right.value, words.RIGHTS[right]) for right in FILED),
            (Right.NOT_YET_KNOWN, "Nobody has read it yet, or it is not clear"),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what they ask for."},
    )
    name = forms.CharField(
        label=QUESTIONS["name"].noted,
        help_text="As we are likely to have it in our records. Not needed for a stop, "
        "nor for what nobody has read: then what stands on the envelope.",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = AddressField(
        label=QUESTIONS["email"].noted, autocomplete="off", required=False
    )
    phone = PhoneField(label=QUESTIONS["phone"].noted, autocomplete="off")
    postal = forms.CharField(
        label=QUESTIONS["postal"].noted,
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    words = forms.CharField(
        label="What they ask for, in their words",
        help_text="Of what was said aloud, a summary; we confirm it in writing.",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    how = forms.ChoiceField(
        label="How do they want their copy?",
        help_text="Only if they ask for a copy, or for data to take away.",
        required=False,
        choices=[
            *HowForm.base_fields["how"].choices,  # type: ignore[attr-defined]  # a ChoiceField
            (_NOT_KNOWN, "We do not know yet: ask them before it is decided"),
        ],
        widget=forms.RadioSelect,
    )
    reach = forms.ChoiceField(
        label="How do they want to be answered?",
        help_text="Our letters, not the copy. By telephone: call them too; what the "
        "law wants in writing goes by e-mail or post.",
        required=False,
        choices=[*QUESTIONS["reach"].choices.items(), _NOT_SAID],
        initial="",
        widget=forms.RadioSelect,
    )
    adjustments = forms.CharField(
        label="Should we do anything differently for them?",
        help_text="The adjustment, never the condition: large print, a call.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    known = forms.ChoiceField(
        label="Do we know who it is?",
        help_text="A name and an address on a letter show nothing by themselves. While "
        "we do not know, nothing of theirs is given or changed.",
        required=False,
        choices=[
            (WhoAsks.KNOWN.value, "We know them"),
            (
                WhoAsks.NOT_YET_KNOWN.value,
                "We do not know yet: it is checked before anything goes out",
            ),
        ],
        widget=forms.RadioSelect,
    )
    known_by = forms.CharField(
        label="How do we know who it is?",
        help_text="If we know them. For example: wrote from the address on file. Kept "
        "with the case.",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    # Which of them is needed, what they ask for decides: none is simply optional.
    conditional = ("name", "words", "how", "known", "known_by")

    def clean(self) -> dict[str, Any]:
        """Ask for what follows from what is asked for, and by which way."""
        cleaned = super().clean() or {}
        for name, missing in self._wanted(cleaned).items():
            if not str(cleaned.get(name, "")).strip() and name not in self.errors:
                self.add_error(name, missing)
        if cleaned.get("how") == _NOT_KNOWN:
            cleaned["how"] = ""
        if cleaned.get("how") == "print" and not cleaned.get("postal"):
            self.add_error("postal", "Write the postal address for the paper copy.")
        if cleaned.get("how") == "download" and not (
            cleaned.get("email") or self.errors.get("email")
        ):
            self.add_error("email", "A download needs an e-mail address.")
        self._can_be_answered(cleaned)
        return cleaned

    def _can_be_answered(self, cleaned: dict[str, Any]) -> None:
        """Ask for the address of the way they want; an agent's person has their own."""
        name, missing = _NEEDS.get(cleaned.get("reach", ""), ("", ""))
        is_theirs = self.data.get("acts") != "agent"
        if cleaned.get("reach") == ContactMethod.PHONE and not is_theirs:
            self.add_error("reach", _NOT_CALLED)
        if name and is_theirs and not cleaned.get(name) and name not in self.errors:
            self.add_error(name, missing)

    def _wanted(self, cleaned: dict[str, Any]) -> dict[str, str]:
        """Return what has to be there beside, and what to say when it is missing."""
        asked = set(cleaned.get("rights", ()))
        wanted = {}
        if asked & COPIED:
            wanted["how"] = "Choose how they want their copy."
        else:
            cleaned["how"] = ""
        if asked - AT_ONCE - {Right.NOT_YET_KNOWN}:
            wanted["name"] = "Write the person’s name."
            wanted["known"] = "Say whether we know who it is."
        if cleaned.get("known") != WhoAsks.KNOWN and cleaned.get("known_by"):
            self.add_error("known_by", "Leave this out, or say that we know them.")
        if cleaned.get("known") == WhoAsks.KNOWN:
            wanted["known_by"] = "Say how we know who it is."
        if cleaned.get("channel") in _ALOUD:
            wanted["words"] = "Write down what they said."
        return wanted

    def clean_rights(self) -> list[str]:
        """Return what they ask for: what is known, or that it is not."""
        chosen: list[str] = self.cleaned_data["rights"]
        if Right.NOT_YET_KNOWN in chosen and len(chosen) > 1:
            raise forms.ValidationError(
                "Choose what they ask for, or that it is not known yet."
            )
        return chosen

    def who_asks(self) -> WhoAsks:
        """Return what staff say of who asks."""
        return WhoAsks(self.cleaned_data["known"] or WhoAsks.NOT_SAID)

    def answers(self) -> dict[str, object]:
        """Return what holds for all they ask, as the public form keeps it."""
        given = {
            name: self.cleaned_data[name]
            for name in ("words", "how", "reach", "adjustments")
        }
        return {name: value for name, value in given.items() if value}


class ReadForm(forms.Form):
    """What a request asks for that was taken in unread (C38), if for anything."""

    rights = forms.MultipleChoiceField(
        label="What do they ask for?",
        help_text="All that they ask for. They need not name a right, nor the law.",
        choices=[
            *((right.value, words.RIGHTS[right]) for right in FILED),
            (Right.COMPLAINT.value, "It is a complaint"),
            (NOTHING, "It asks for nothing: a decider closes it"),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what they ask for."},
    )
    reason = long_text(
        "In which words?",
        help_text="What in their letter or call says so. For colleagues.",
        required=False,
    )
    why_nothing = long_text(
        "Why does it ask for nothing?",
        help_text="Only if it does not. The person will read this.",
        required=False,
    )
    # Which of them is needed, what it asks for decides.
    conditional = ("reason", "why_nothing")

    def clean_rights(self) -> list[str]:
        """Return what it asks for, or that it asks for nothing."""
        chosen: list[str] = self.cleaned_data["rights"]
        if NOTHING in chosen and len(chosen) > 1:
            raise forms.ValidationError(
                "Choose what they ask for, or that it asks for nothing."
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        """Ask for the words, or for why nothing is asked."""
        cleaned = super().clean() or {}
        asked = cleaned.get("rights", [])
        name, missing = (
            ("why_nothing", "Write why. The person will read this.")
            if NOTHING in asked
            else ("reason", "Write in which words they ask for it.")
        )
        if asked and not cleaned.get(name):
            self.add_error(name, missing)
        return cleaned
