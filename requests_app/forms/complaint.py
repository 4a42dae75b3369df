"""What is asked of somebody who complains, and what staff write down about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from lumina_privacy.lib.address_field import AddressField
from lumina_privacy.lib.phone_field import PhoneField
from requests_app.forms.public import NameField
from requests_app.forms.received import ReceivedForm
from requests_app.forms.staff import PERSON_READS, long_text
from requests_app.queries import words
from requests_app.queries.questions import QUESTIONS
from requests_app.states import ContactMethod, IssueOutcome

# Under which field each way of answering needs something.
_NEEDS: Final = {
    ContactMethod.EMAIL: ("email", "Write the e-mail address for our answer."),
    ContactMethod.PHONE: ("phone", "Write the telephone number we should call."),
    ContactMethod.POST: ("postal", "Write the postal address for our letters."),
}


class FollowForm(forms.Form):
    """Which complaint somebody comes back to."""

    reference = forms.CharField(
        label="What is the reference of your complaint?",
        help_text="It stands in our acknowledgement, for example LP-7K3M2-9QW4X.",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write the reference."},
    )


class ComplaintForm(forms.Form):
    """A complaint, in the complainant's words. Only what an answer needs is asked."""

    # Needed by one way of answering each: neither "required" nor "optional" is true.
    conditional = ("email", "phone", "postal")
    # Why a call alone is not enough.
    nowhere = (
        "Write a postal address, or an e-mail address above: what has to be in "
        "writing needs one. If you have neither, telephone us."
    )

    token = forms.UUIDField(widget=forms.HiddenInput)
    complaint = forms.CharField(
        label=QUESTIONS["complaint"].asks,
        help_text="Whatever we did, or did not do, with personal data. In your words.",
        max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write what you complain of."},
    )
    wants = forms.CharField(
        label=QUESTIONS["wants"].asks,
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    about_case = forms.CharField(
        label=QUESTIONS["about_case"].asks,
        help_text="If you have it at hand. We look into it without one, too.",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    behalf = forms.CharField(
        label=QUESTIONS["behalf"].asks,
        help_text="For example as their solicitor, or as a charity they asked.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    name = NameField(
        label="Your name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Write your name, or what we should call you."},
    )
    reach = forms.ChoiceField(
        label=QUESTIONS["reach"].asks,
        help_text="By telephone: we call you, and what has to be in writing goes by "
        "e-mail or post.",
        choices=list(QUESTIONS["reach"].choices.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how we answer you."},
    )
    email = AddressField(label="E-mail address", required=False)
    phone = PhoneField(label="Telephone number")
    postal = forms.CharField(
        label="Postal address",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the address that the chosen way of answering needs."""
        cleaned = super().clean() or {}
        name, missing = _NEEDS.get(cleaned.get("reach", ""), ("", ""))
        if name and not cleaned.get(name) and name not in self.errors:
            self.add_error(name, missing)
        if cleaned.get("reach") == ContactMethod.PHONE and not self._can_be_written_to(
            cleaned
        ):
            self.add_error("postal", self.nowhere)
        return cleaned

    def _can_be_written_to(self, cleaned: dict[str, Any]) -> bool:
        ways = ("email", "postal")
        return any(cleaned.get(name) or name in self.errors for name in ways)

    def said(self) -> dict[str, str]:
        """Return what was said, by the names the action knows."""
        given = {name: self.cleaned_data[name] for name in ComplaintForm.base_fields}
        del given["token"]
        return {"words": given.pop("complaint"), **given}


class ComplaintTakeInForm(ComplaintForm, ReceivedForm):
    """A complaint that came by letter, telephone or otherwise.

    Whoever has a telephone and no address complains all the same (C3): what is written
    is read out to them.
    """

    field_order = ("token", *ReceivedForm.base_fields)

    def _can_be_written_to(self, cleaned: dict[str, Any]) -> bool:
        return True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "complaint": "What do they complain of? In their words",
            "wants": "What do they want us to do?",
            "about_case": "Is it about a request? Its reference",
            "behalf": "Do they complain for somebody else? For whom, and as who",
            "name": "Their name",
            "reach": "How do we answer them?",
        }
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["reach"].help_text = (
            "By telephone: call them, and what has to be in writing goes by e-mail or "
            "post. Without an address, read our letters out and record that."
        )
        self.fields["complaint"].help_text = "Read it back to them on the telephone."


class IssueForm(forms.Form):
    """One thing that is complained of."""

    words = long_text(
        "What is complained of?",
        help_text=f"One thing; note each apart. {PERSON_READS}",
    )


class ConcludeForm(forms.Form):
    """What is concluded about one thing."""

    outcome = forms.TypedChoiceField(
        label="Conclusion",
        coerce=IssueOutcome,
        choices=[
            (outcome.value, words.CONCLUSIONS[outcome])
            for outcome in IssueOutcome
            if outcome is not IssueOutcome.NONE
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a conclusion."},
    )
    reasons = long_text("The reasons", help_text=PERSON_READS)
    action = long_text(
        "What was done, or will be",
        help_text=f"Where the complaint is right, wholly or in part. {PERSON_READS}",
        required=False,
    )


class ProgressForm(forms.Form):
    """How the complaint stands."""

    words = long_text(
        "How does it stand?",
        help_text=f"{PERSON_READS} It may go by mail: name no data that we hold.",
    )


class LinkForm(forms.Form):
    """Which case is complained of."""

    reference = forms.CharField(
        label="The reference of the case",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write the reference."},
    )


class HandlerForm(forms.Form):
    """Whom a director named, and their words."""

    to = forms.TypedChoiceField(label="Who concludes?", coerce=int)
    director = forms.CharField(
        label="The director’s name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write the director’s name."},
    )
    words = long_text("The director’s words", help_text="As they were said or written.")

    def __init__(
        self, *args: Any, colleagues: Iterable[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = list(colleagues)  # type: ignore[attr-defined]  # a ChoiceField


class ElsewhereForm(forms.Form):
    """That the regulator or a court has it."""

    where = forms.ChoiceField(
        label="Who has it?",
        choices=[("regulator", "The regulator"), ("court", "A court")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who has it."},
    )
    reference = forms.CharField(
        label="Their reference",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write their reference."},
    )
    note = long_text(
        "What they asked, or what came of it",
        help_text="For colleagues.",
        required=False,
    )


class OutcomeForm(forms.Form):
    """Whether the outcome tells somebody's personal data."""

    discloses = forms.TypedChoiceField(
        label="Does the letter tell personal data that the complainant did not write?",
        help_text="If it does, record first a further check of who they are.",
        coerce=lambda value: value == "yes",
        choices=[("no", "No"), ("yes", "Yes")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
