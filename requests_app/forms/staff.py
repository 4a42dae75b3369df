"""What staff fill in. A form checks shape; whether it is allowed, the policy says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django import forms

from lumina_privacy.lib.address_field import AddressField
from requests_app.grounds import Ground
from requests_app.queries import words
from requests_app.queries.staff import QueueFilter
from requests_app.queries.subject import REVOKED_TOLD
from requests_app.rules import WhoseQuestion
from requests_app.states import (
    WORKED,
    CheckMethod,
    DeliveryForm,
    Outcome,
    RevokedWhy,
    Right,
)

# Decision C39: beside every box whose words leave the house.
PERSON_READS: Final = "The person will read this."
BY_MAIL: Final = f"{PERSON_READS} It goes by mail: name no data that we hold."


def ground_choices(grounds: Iterable[Ground]) -> list[tuple[str, str]]:
    """Return a closed list of grounds, each with its provision."""
    return [
        ("", "Choose a ground"),
        *((ground.code, f"{ground.words} {ground.provision}.") for ground in grounds),
    ]


def long_text(
    label: str,
    *,
    help_text: str = "",
    required: bool = True,
    missing: str = "Write a few words here.",
) -> forms.CharField:
    """Return a box for several lines."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=4000,
        error_messages={"required": missing},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class QueueFilterForm(forms.Form):
    """What the queue shows; it stands in the address, so nothing personal is here."""

    status = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "Every open state"),
            *((status.value, words.STATUSES[status]) for status in WORKED),
        ],
    )
    assignee = forms.ChoiceField(label="Who has it", required=False)

    def __init__(
        self, *args: Any, colleagues: Iterable[tuple[int, str]], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", "Anybody"),
            ("me", "Me"),
            ("nobody", "Nobody yet"),
            *((str(pk), name) for pk, name in colleagues),
        ]

    def chosen(self) -> QueueFilter:
        """Return the filter; a crafted one shows everything, like none."""
        if not self.is_valid():
            return QueueFilter()
        return QueueFilter(self.cleaned_data["status"], self.cleaned_data["assignee"])


class AssignForm(forms.Form):
    """Who has the case."""

    conditional = ("to",)  # "Nobody" is an answer too, not a field left out

    to = forms.TypedChoiceField(
        label="Give to", coerce=int, required=False, empty_value=None
    )

    def __init__(
        self, *args: Any, colleagues: Iterable[tuple[int, str]], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "Nobody"), *colleagues]  # type: ignore[attr-defined]  # a ChoiceField


class CheckForm(forms.Form):
    """One more check that the mailbox cannot answer (decision D2)."""

    method = forms.TypedChoiceField(
        label="How was it checked?",
        coerce=CheckMethod,
        choices=[(method.value, words.CHECKS[method]) for method in CheckMethod],
    )
    passed = forms.TypedChoiceField(
        label="Is it the person?",
        coerce=lambda value: value == "yes",
        choices=[("yes", "Yes, it passed"), ("no", "No, it did not pass")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is the person."},
    )
    reason = long_text(
        "What was checked?",
        help_text="What was seen or said, when, and by whom. No copy of a document.",
        missing="Write what was checked, when and by whom.",
    )


class SettleForm(forms.Form):
    """An answer for a system that is not searched."""

    reason = long_text(
        "Why is it not searched?",
        help_text=PERSON_READS,
        missing="Write why it is not searched.",
    )

    def __init__(self, *args: Any, right: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if right == Right.PASSED_ON:  # no page of the person shows it (D13)
            self.fields["reason"].help_text = "For colleagues."


class PassOnForm(forms.Form):
    """What was said to a customer for whom rows are held (decision D13)."""

    may_name = forms.TypedChoiceField(
        label="May we name the customer to the person?",
        coerce=lambda value: value == "yes",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether they may be named."},
    )
    done = forms.BooleanField(label="The customer has been told", required=False)


class _SomeRefused(forms.RadioSelect):
    """Radio buttons; what cannot be chosen now says why."""

    reasons: Mapping[str, str] = {}

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return one option, out of reach where there is a reason."""
        option = super().create_option(*args, **kwargs)
        if reason := self.reasons.get(str(option["value"])):
            option["attrs"]["disabled"] = True
            option["label"] = f"{option['label']}. Not now: {reason}"
        return option


class DecideForm(forms.Form):
    """The decision; for an answer in part the day of each system still open (D5)."""

    outcome = forms.TypedChoiceField(
        label="What do you decide?",
        coerce=Outcome,
        choices=[
            (outcome.value, words.OUTCOMES[outcome])
            for outcome in (Outcome.GRANTED, Outcome.NOTHING_HELD, Outcome.IN_PART)
        ],
        widget=_SomeRefused,
        error_messages={"required": "Choose what you decide."},
    )
    form = forms.TypedChoiceField(
        label="How does it reach the person?",
        coerce=DeliveryForm,
        choices=[(form.value, words.DELIVERIES[form]) for form in DeliveryForm],
        widget=_SomeRefused,
        error_messages={"required": "Choose how the answer reaches the person."},
    )
    words = long_text("A word to the person", help_text=PERSON_READS, required=False)

    def __init__(
        self,
        *args: Any,
        still_open: Mapping[str, str],
        refused: Mapping[str, Mapping[str, str]],
        says_how: bool = True,
        **kwargs: Any,
    ) -> None:
        """Build it; ``refused`` says of each field what cannot be chosen, and why.

        ``says_how``: the person said how they want it.
        """
        super().__init__(*args, **kwargs)
        if not says_how:
            self.fields["form"].help_text = "They did not say how they want it: ask."
        for name, reasons in refused.items():
            self.fields[name].widget.reasons = reasons
        self._open = tuple(still_open)
        for system, name in still_open.items():
            self.fields[f"open_{system}"] = forms.DateField(
                label=f"{name} will have answered by",
                required=False,
                help_text=f"For an answer in part. {PERSON_READS}",
                widget=forms.DateInput(attrs={"type": "date"}),
            )

    def open_until(self) -> dict[str, date]:
        """Return the day for each system that has one."""
        days = {system: self.cleaned_data[f"open_{system}"] for system in self._open}
        return {system: day for system, day in days.items() if day is not None}


class ReopenForm(forms.Form):
    """Why a decided case goes back to review."""

    reason = long_text(
        "Why?",
        help_text="For colleagues; the person does not see it.",
        missing="Write why the review is opened again.",
    )


class ReleaseForm(forms.Form):
    """The release; a reason only where nobody else is there (decision C19)."""

    goes_empty = forms.BooleanField(
        label="The answer gives them nothing, and what is set apart stays out",
        help_text="Look at what is set apart before you say so.",
        error_messages={
            "required": "Confirm that the answer gives them nothing while rows are set "
            "apart, or reopen the review and look at those rows."
        },
    )
    alone_reason = long_text(
        "Reason for releasing alone",
        help_text="You decided this case, and nobody else is there in time.",
        required=False,
    )

    def __init__(self, *args: Any, alone: bool, empty: bool, **kwargs: Any) -> None:
        """Ask for the reason of who decided the case, and of nobody else.

        And for a confirmation only of an answer that gives nothing.
        """
        super().__init__(*args, **kwargs)
        if not empty:
            del self.fields["goes_empty"]
        if not alone:
            del self.fields["alone_reason"]


class RevokeForm(forms.Form):
    """Wrong recipient, or wrong content (decision C40)."""

    why = forms.TypedChoiceField(
        label="Why is it withdrawn?",
        help_text=PERSON_READS,
        coerce=RevokedWhy,
        choices=[(why.value, REVOKED_TOLD[why]) for why in RevokedWhy],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it is withdrawn."},
    )
    astray = forms.TypedChoiceField(
        label="If it may have reached somebody else: how?",
        help_text="Their page stays open to the mailbox only where the post went "
        "astray.",
        required=False,
        coerce=lambda value: value == "post",
        empty_value=None,
        choices=[
            ("post", "The post went astray: who asked is the person"),
            ("asker", "Whoever asked is the wrong person"),
        ],
        widget=forms.RadioSelect,
    )
    reason = long_text(
        "What happened?",
        help_text=(
            "The package stops at once and a breach case opens with its 72 hours. "
            "Both keep these words; the person does not read them. If whoever asked is "
            "the wrong person, the page closes to their mailbox."
        ),
        missing="Write what happened.",
    )

    conditional = ("astray",)

    def __init__(self, *args: Any, on_paper: bool = False, **kwargs: Any) -> None:
        """Ask of what is ``on_paper`` how it went to somebody else."""
        super().__init__(*args, **kwargs)
        if not on_paper:
            del self.fields["astray"]

    def clean(self) -> dict[str, Any]:
        """Have it said of paper that went to the wrong person."""
        said: dict[str, Any] = super().clean() or {}
        wrong = said.get("why") == RevokedWhy.WRONG_PERSON
        if wrong and "astray" in self.fields and not self.data.get("astray"):
            self.add_error(
                "astray", "Say whether the post went astray or the wrong person asked."
            )
        return said


class IdentifierForm(forms.Form):
    """Something else the person was known by."""

    kind = forms.ChoiceField(
        label="What is it?", choices=list(words.IDENTIFIERS.items())
    )
    value = forms.CharField(label="As it is on file", max_length=600)
    reason = long_text("How do you know that it is the person’s?")


class MailboxForm(forms.Form):
    """Another mailbox of the person, which a code has proved."""

    email = AddressField(
        label="The address the person signed in with",
        error_messages={"required": "Write the e-mail address."},
    )
    reason = long_text("How did the person tell you that it is theirs?")


class OpenPageForm(forms.Form):
    """That the page may be read at its mailbox again."""

    reason = long_text("How do you know that the person reads there, and nobody else?")


class WhoseForm(forms.Form):
    """What is said of a value, and which question was put."""

    asked = forms.TypedChoiceField(
        choices=[(one.value, one.value) for one in WhoseQuestion],
        coerce=WhoseQuestion,
        widget=forms.HiddenInput,
        error_messages={
            "required": "Open the question again from the case.",
            "invalid_choice": "Open the question again from the case.",
        },
    )
    # Who carried the value when the question was put.
    shown = forms.CharField(required=False, widget=forms.HiddenInput)


class SharedForm(WhoseForm):
    """Whether two who share a value are one person."""

    same_person = forms.TypedChoiceField(
        label="The two records are of",
        choices=[("yes", "One and the same person"), ("no", "Two different people")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two."},
    )
    reason = long_text("How do you know?")


class AloneForm(WhoseForm):
    """Whether a contact that a record taught is one person's alone."""

    same_person = forms.TypedChoiceField(
        label="It is used by",
        choices=[("yes", "This person alone"), ("no", "Others too")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two."},
    )
    reason = long_text("How do you know?")


class SeenToForm(forms.Form):
    """What was done about a mail that did not arrive."""

    reason = long_text(
        "What did you do about it?",
        help_text="Or why nothing is to be done. Your name and these words are kept.",
        missing="Write what you did about it, or why nothing is to be done.",
    )
