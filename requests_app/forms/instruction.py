"""What staff write down of a request that a customer passes to us (D13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from django import forms

from lumina_privacy.lib.address_field import AddressField
from lumina_privacy.lib.day_field import DayField
from lumina_privacy.lib.phone_field import PhoneField
from lumina_privacy.lib.subject_ref import IdentifierKind
from requests_app.contract import ContractSays
from requests_app.forms.received import ReceivedForm
from requests_app.forms.staff import long_text
from requests_app.forms.staff_clock import day_field
from requests_app.queries import words
from requests_app.queries.instruction import Instruction
from requests_app.queries.questions import CONTRACT, QUESTIONS, RIGHT_USED
from requests_app.states import Assistance

# Decision C39, of a customer: beside every box whose words leave the house.
CUSTOMER_READS: Final = (
    "The customer will read this. It may go by mail: name no data that we hold."
)
NOWHERE: Final = (
    "Write where the customer is answered: an e-mail address, or a postal address."
)
_OFF: Final = {"autocomplete": "off"}


def _line(name: str, *, help_text: str = "", missing: str = "") -> forms.CharField:
    """Return a box for one line, required when there are words for its absence."""
    return forms.CharField(
        label=QUESTIONS[name].asks,
        help_text=help_text,
        required=bool(missing),
        max_length=200,
        error_messages={"required": missing},
        widget=forms.TextInput(attrs=_OFF),
    )


def _postal(help_text: str) -> forms.CharField:
    """Return the box for where letters to the customer go."""
    return forms.CharField(
        label="The customer’s postal address",
        help_text=help_text,
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, **_OFF}),
    )


class ContractForm(forms.Form):
    """What the contract with the customer says of the day."""

    contract = forms.TypedChoiceField(
        label=QUESTIONS["contract"].asks,
        coerce=ContractSays,
        choices=list(CONTRACT.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the contract names a day."},
    )
    due_on = DayField(
        label="Which day does it name?",
        help_text="If it names one. Reckon a number of days from the receipt, as the "
        "contract says. It names none: we help within five working days.",
        required=False,
    )
    clause = _line(
        "clause", help_text="If it names a day. For example: clause 8.2 of 3 May 2024."
    )
    # Which of them is needed, what the contract says decides.
    conditional = ("due_on", "clause")

    def clean(self) -> dict[str, Any]:
        """Ask for the day and its clause, or for neither."""
        cleaned = super().clean() or {}
        says = cleaned.get("contract")
        for name, missing in (
            ("due_on", "Write the day that the contract names."),
            ("clause", "Write where the contract says so."),
        ):
            given = cleaned.get(name)
            if says == ContractSays.A_DAY and not given and name not in self.errors:
                self.add_error(name, missing)
            if says == ContractSays.NO_DAY and given:
                self.add_error(name, "Leave this out, or say that it names a day.")
        return cleaned


class PassedOnForm(ReceivedForm, ContractForm):
    """A request that a customer passes to us, as it came."""

    field_order = (
        "token",
        "channel",
        "received_on",
        "received_time",
        "customer",
        "customer_contact",
        "email",
        "phone",
        "postal",
        "customer_reference",
        "held_as",
        "data_subject",
        "right_used",
        "known_email",
        "known_phone",
        "known_postal",
        "instruction",
        "contract",
        "due_on",
        "clause",
    )

    conditional = ("email", "postal")  # one of them

    token = forms.UUIDField(widget=forms.HiddenInput)
    customer = _line(
        "customer",
        help_text="The company that is the controller, by its name.",
        missing="Write which customer it is.",
    )
    customer_contact = _line(
        "customer_contact",
        help_text="The person there, and their part. They are answered.",
        missing="Write who there asks us.",
    )
    email = AddressField(
        label="The customer’s e-mail address",
        help_text="This or a postal address is needed.",
        autocomplete="off",
        required=False,
    )
    phone = PhoneField(label="The customer’s telephone number", autocomplete="off")
    postal = _postal("Our letters go to the e-mail address; without one, here.")
    customer_reference = _line(
        "customer_reference",
        help_text="If they gave one. Our letters name it: they do not name the person.",
    )
    held_as = _line(
        "held_as",
        help_text="If not by that name: as the rows that we hold for them say it.",
    )
    data_subject = _line(
        "data_subject",
        help_text="The person who used a right with the customer. We do not ask them "
        "who they are, and never write to them.",
        missing="Write whose data it is about.",
    )
    right_used = forms.ChoiceField(
        label=QUESTIONS["right_used"].asks,
        choices=list(RIGHT_USED.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the right that the person used."},
    )
    known_email = AddressField(
        label="To search: the person’s e-mail address",
        autocomplete="off",
        required=False,
    )
    known_phone = PhoneField(
        label="To search: the person’s telephone number", autocomplete="off"
    )
    known_postal = forms.CharField(
        label="To search: the person’s postal address",
        help_text="As the customer gave them. More can be added to the case.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, **_OFF}),
    )
    instruction = forms.CharField(
        label=QUESTIONS["instruction"].asks,
        help_text="Word for word, as it came (UK GDPR Article 28(3)(a)). Of what was "
        "said aloud, a summary; ask them to confirm it in writing.",
        max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write what they ask us to do, in their words."},
    )

    def clean(self) -> dict[str, Any]:
        """Ask for an address to answer to, and for a contract's day that can be."""
        cleaned = super().clean()
        reached = any(
            cleaned.get(name) or name in self.errors for name in ("email", "postal")
        )
        if not reached:
            self.add_error("email", NOWHERE)
        due_on, came_on = cleaned.get("due_on"), cleaned.get("received_on")
        if due_on and came_on and due_on < came_on:
            self.add_error(
                "due_on", "The contract cannot name a day before it reached us."
            )
        return cleaned

    def said(self) -> Instruction:
        """Return what the customer instructs."""
        given: Mapping[str, Any] = self.cleaned_data
        return Instruction(
            **{one.name: str(given[one.name]) for one in fields(Instruction)}
        )

    def known_by(self) -> list[tuple[str, str]]:
        """Return what the person is searched by, by kind, as it was typed."""
        typed = [
            (IdentifierKind.EMAIL, self.cleaned_data["known_email"]),
            (IdentifierKind.PHONE, self.cleaned_data["known_phone"]),
            (IdentifierKind.POSTAL, self.cleaned_data["known_postal"]),
        ]
        return [(kind, value.strip()) for kind, value in typed if value.strip()]


class CorrectInstructionForm(ContractForm):
    """What is corrected of an instruction, and why."""

    conditional = ("email", "postal")

    field_order = (
        "contract",
        "due_on",
        "clause",
        "held_as",
        "email",
        "postal",
        "reason",
    )

    # One box: what is typed goes on to the page that shows what it does.
    due_on = day_field("Which day does it name?", required=False)  # type: ignore[assignment]  # a day too
    held_as = _line(
        "held_as",
        help_text="If not by their own name. Search again after it is changed.",
    )
    email = AddressField(
        label="The customer’s e-mail address", autocomplete="off", required=False
    )
    postal = _postal(
        "If either is changed, say anew whether it is surely the customer."
    )
    reason = long_text(
        "Who said so, and how do you know?",
        help_text="For colleagues. What was written before stays in the record.",
        missing="Write who said so, and how you know.",
    )


class JudgeCustomerForm(forms.Form):
    """Whether it is surely the customer who asks."""

    sure = forms.TypedChoiceField(
        label="Is it surely the customer who asks?",
        coerce=lambda value: value == "yes",
        choices=[
            ("yes", "Yes: it comes from them, and from somebody who may ask"),
            ("no", "No, or not yet"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is surely the customer."},
    )
    reason = long_text(
        "What shows it, or what is missing?",
        help_text="For example: the contact that the contract names, called at the "
        "number on file. For colleagues.",
        missing="Write what shows it, or what is missing.",
    )


class WriteToCustomerForm(forms.Form):
    """A message to the customer; it is sent once."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    words = long_text(
        "The message", help_text=CUSTOMER_READS, missing="Write the message."
    )


class AssistForm(forms.Form):
    """What was done for the customer, when and by whom; or why not."""

    outcome = forms.TypedChoiceField(
        label="What came of it?",
        coerce=Assistance,
        choices=[(one.value, words.ASSISTANCE[one]) for one in Assistance],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what came of it."},
    )
    done_on = DayField(
        label="On which day?",
        help_text="The day on which it was done, or was found not to be done.",
    )
    what = long_text(
        "What was done, or why not?",
        help_text="What was handed out, changed or erased, in which system, and how it "
        "went to them; only rows that we hold for this customer. It is the draft of "
        "our answer: name no data that we hold.",
        missing="Write what was done, or why not.",
    )
    who = forms.CharField(
        label="Who did it?",
        help_text="For colleagues.",
        max_length=200,
        widget=forms.TextInput(attrs=_OFF),
        error_messages={"required": "Write who did it."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_done_on(self) -> date:
        """Return the day, unless it is still to come."""
        day: date = self.cleaned_data["done_on"]
        if day > self._today:
            raise forms.ValidationError(
                "That is still to come. Write when it was done."
            )
        return day


class AnswerCustomerForm(forms.Form):
    """What the customer reads of it."""

    words = long_text(
        "What was done, or why not?",
        help_text=CUSTOMER_READS,
        missing="Write what was done. The customer will read this.",
    )
