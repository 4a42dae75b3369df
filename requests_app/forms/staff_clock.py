"""What staff fill in when something is asked of the person, or a day moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from django import forms

from lumina_privacy.lib.days import LONDON, london_day
from requests_app.forms.staff import BY_MAIL, ground_choices, long_text
from requests_app.identity import LEAST
from requests_app.queries import words
from requests_app.timekeeping import EXTENSION_GROUNDS, FEE_BASES, Asked

_ASKS: Final[Mapping[Asked, tuple[str, str, str]]] = {
    Asked.IDENTITY: (
        "We have a doubt because …",
        "To settle it we need only …",
        "The words go on: begin small. As: a call to the number on file.",
    ),
    Asked.AUTHORITY: (
        "Why do we ask for it?",
        "What do we need, and no more?",
        "As a signed authority, or the solicitor’s statement that they hold one.",
    ),
    Asked.CLARIFICATION: (
        "Why do we ask?",
        "The question",
        "About what is looked for or what was done with it; not about its form.",
    ),
    Asked.FEE: (
        "Why do we charge it?",
        "The fee",
        "The sum, what it is for, and how it is paid.",
    ),
}


def day_field(
    label: str, *, help_text: str = "", required: bool = True
) -> forms.DateField:
    """Return a box for a London day."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Choose the day.",
            "invalid": "Type a day that there is, as 2026-12-23.",
        },
    )


def instant_of(day: date, *, at: datetime) -> datetime:
    """Return when something of ``day`` happened: now, for today, else noon in London.

    Only its London day counts; noon is in that day whatever the clocks do.
    """
    if day == london_day(at):
        return at
    return datetime.combine(day, time(12), tzinfo=LONDON)


class AskForm(forms.Form):
    """What is asked of the person, and why (decision C2)."""

    basis = forms.ChoiceField(
        label="The provision that lets us charge", choices=list(FEE_BASES.items())
    )
    reason = long_text("", help_text=BY_MAIL)
    needed = long_text("")

    def __init__(self, *args: Any, what: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason, needed, hint = _ASKS[what]
        self.fields["reason"].label = reason
        self.fields["needed"].label = needed
        self.fields["needed"].help_text = f"{hint} {BY_MAIL}"
        if what is Asked.IDENTITY:
            self.fields["basis"] = least_field()
            self.order_fields(["reason", "needed", "basis"])
        elif what is not Asked.FEE:
            del self.fields["basis"]


def least_field() -> forms.ChoiceField:
    """Return the choice of the least that settles a doubt about who asks (C2)."""
    return forms.ChoiceField(
        label="The least that settles the doubt",
        help_text="For footage a photograph to find them in it, no document.",
        choices=[(one.value, words.CHECKS[one]) for one in LEAST],
    )


class ReceivedForm(forms.Form):
    """That what was asked for came."""

    came_on = day_field(
        "When did all of it come?",
        help_text="The day it reached us, not the day somebody looked at it.",
    )
    note = long_text(
        "What came?",
        help_text="In a word; no copy of a document.",
        required=False,
    )


class DropForm(forms.Form):
    """Why something is not asked for any more."""

    reason = long_text(
        "Why do we not need it any more?",
        help_text="For colleagues. The clock goes on as if it had never been asked.",
    )


class ExtendForm(forms.Form):
    """Why we need two months more (UK GDPR Article 12A(3))."""

    ground = forms.ChoiceField(
        label="Ground",
        choices=ground_choices(EXTENSION_GROUNDS),
        error_messages={"required": "Choose one of the two grounds of the law."},
    )
    reason = long_text("The reasons", help_text=BY_MAIL)


class NoReplyForm(forms.Form):
    """Why a case is closed that waits for the person (C9)."""

    reason = long_text("Why do we close it?", help_text=BY_MAIL)


class TakeUpForm(forms.Form):
    """What came, so that the case goes on."""

    reason = long_text("What came, and when?", help_text="For colleagues.")


class ReceiptForm(forms.Form):
    """When the request really came (decision C38)."""

    received_on = day_field("On which day did it reach us?")
    reason = long_text(
        "Who said so, and how do you know?", help_text="For colleagues; it is kept."
    )


class PostedForm(forms.Form):
    """How a letter left by post."""

    posted_on = day_field("When was it posted?")
    method = forms.CharField(
        label="How was it sent?",
        help_text="For example first class, recorded delivery with its number, or read "
        "out by telephone.",
        max_length=200,
        error_messages={"required": "Write how it was sent."},
    )


class TakenBackForm(forms.Form):
    """What became of a printed answer that never left us."""

    words = long_text(
        "Who took it back, and what became of it?",
        help_text="For colleagues; it is kept.",
        missing="Write who took it back, and what became of it.",
    )


class DispatchForm(PostedForm):
    """How an answer left the house on paper or on a medium (decision C36)."""

    to = long_text("To which address?", missing="Write the address it was sent to.")
    tracking = forms.CharField(label="Tracking number", required=False, max_length=200)
