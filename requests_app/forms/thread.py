"""What is written in the thread of a case."""

from __future__ import annotations

from typing import Any

from django import forms

from lumina_privacy.lib.phone_field import PhoneField
from requests_app.forms.staff import PERSON_READS, long_text
from requests_app.forms.staff_clock import day_field
from requests_app.grounds import Party
from requests_app.queries.questions import QUESTIONS


class WriteForm(forms.Form):
    """A message of the person; files may come with it, or alone."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    body = forms.CharField(
        label="Your message",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    conditional = ("body",)


class AnswerForm(forms.Form):
    """A message to the person."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.TypedChoiceField(
        label="To whom?",
        help_text="Each reads only their own. Until an authority is verified, name "
        "nothing of the person’s to whoever acts.",
        coerce=Party,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose to whom you write."},
    )
    body = long_text(
        "Your message", help_text=PERSON_READS, missing="Write the message."
    )

    def __init__(self, *args: Any, agent: str = "", **kwargs: Any) -> None:
        """Ask to whom, where an ``agent`` reads messages here too."""
        super().__init__(*args, **kwargs)
        if agent:
            self.fields["to"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
                (Party.PERSON.value, "The person"),
                (Party.AGENT.value, agent),
            ]
        else:
            del self.fields["to"]


class InternalForm(forms.Form):
    """A note for colleagues."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    body = long_text(
        "Your note",
        help_text="For colleagues. It does not stand on the person’s page, but it is "
        "their data: should they ask for a copy, it is reviewed for that.",
        missing="Write the note.",
    )


class TakenForm(forms.Form):
    """That a message answers what was asked."""

    note = long_text(
        "What came?", help_text="In a word; no copy of a document.", required=False
    )


class NoAnswerForm(forms.Form):
    """That a message answers nothing of what was asked."""

    reason = long_text(
        "Why is it no answer?",
        help_text="In a word: “asks where it is”, “thanks us”. It stays in the case.",
        missing="Write why it does not answer what was asked.",
    )


class ContactPreferenceForm(forms.Form):
    """How the person wants to be answered from now on."""

    reach = forms.ChoiceField(
        label="How do they want to be answered?",
        help_text="By telephone: call them too; what has to be in writing goes by "
        "e-mail or post.",
        choices=list(QUESTIONS["reach"].choices.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how they want to be answered."},
    )
    phone = PhoneField(
        label="Their telephone number, if it is another one", autocomplete="off"
    )
    postal = forms.CharField(
        label="Their postal address, if it is another one",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    reason = long_text("How did they tell you?", missing="Write how they told you.")


class CallForm(forms.Form):
    """A call to the person."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    called_on = day_field("On which day did you call?")
    said = long_text(
        "What was said?",
        help_text="What you told them and what they want. Nothing of their health.",
        missing="Write what was said.",
    )
