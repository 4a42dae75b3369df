"""What is written down about somebody who acts for the person (decision D9)."""

from __future__ import annotations

from typing import Any

from django import forms

from lumina_privacy.lib.address_field import AddressField
from lumina_privacy.lib.subject_ref import IdentifierKind
from requests_app.forms.staff import PERSON_READS, long_text
from requests_app.forms.staff_clock import day_field
from requests_app.grounds import AnswerGoesTo, AuthorityEvidence, ChildSays
from requests_app.queries import words


class AuthorityForm(forms.Form):
    """Who acts, for whom, and what they showed."""

    agent = forms.CharField(
        label="Who acts?",
        help_text="Their name, and of which firm or body.",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write who acts."},
    )
    agent_email = AddressField(
        label="Their e-mail address",
        help_text="Of whoever acts, not of the person. They sign in with it and see "
        "what concerns them. It is never searched.",
        autocomplete="off",
        required=False,
    )
    agent_reach = forms.CharField(
        label="Their postal address",
        help_text="For letters, if they have no e-mail address.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    acts_for = forms.CharField(
        label="For whom?",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write for whom they act."},
    )
    evidence = forms.TypedChoiceField(
        label="What shows that they may?",
        coerce=AuthorityEvidence,
        choices=list(words.EVIDENCE.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what was shown."},
    )
    scope = long_text(
        "Which rights does it cover, and over what?",
        help_text="As it stands in what was shown.",
    )
    valid_from = day_field("From when? Leave it open if it does not say")
    expires_on = day_field("Until when? Leave it open if it does not say")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # whatever a form takes
        for name in ("valid_from", "expires_on"):
            self.fields[name].required = False


class JudgeForm(forms.Form):
    """Whether what was shown is enough."""

    verified = forms.TypedChoiceField(
        label="Does it show that they may act here?",
        coerce=lambda value: value == "yes",
        choices=[("yes", "Yes"), ("no", "No, or not for this")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
    child = forms.TypedChoiceField(
        label="What does the child say?",
        help_text="The right is the child’s own. In England and Wales no age is fixed: "
        "a child who can understand it decides. In Scotland one of twelve is presumed "
        "to.",
        coerce=ChildSays,
        choices=[
            (ChildSays.TOO_YOUNG.value, "Too young to understand it"),
            (ChildSays.WANTS_IT.value, "The child wants it"),
        ],
        required=False,
        empty_value=ChildSays.NOT_ASKED,
        widget=forms.RadioSelect,
    )
    reason = long_text(
        "What did you see, and why is it enough or not?", help_text="For colleagues."
    )

    def __init__(self, *args: Any, of_a_parent: bool = False, **kwargs: Any) -> None:
        """Ask for the child where a parent acts."""
        super().__init__(*args, **kwargs)
        if not of_a_parent:
            del self.fields["child"]


class RecipientForm(forms.Form):
    """Who gets the answer."""

    to = forms.TypedChoiceField(
        label="Who gets the answer?",
        coerce=AnswerGoesTo,
        choices=[
            (AnswerGoesTo.AGENT.value, "Whoever acts for them"),
            (AnswerGoesTo.PERSON.value, "The person"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who gets the answer."},
    )
    reason = long_text(
        "Why?",
        help_text="For example: it is plain that the person knows what is disclosed.",
    )


class RevokeForm(forms.Form):
    """That the person took it back."""

    reason = long_text("How do you know that they took it back?")


class SetAsideForm(forms.Form):
    """An address that the person asked us not to use."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[(kind.value, words.identifier(kind)) for kind in IdentifierKind],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is."},
    )
    value = forms.CharField(
        label="Which one?",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"required": "Write the address or number."},
    )
    said = long_text("Who asked for it, and how?", help_text="For colleagues.")


class AskPersonForm(forms.Form):
    """The person is asked whether somebody acts for them."""

    email = AddressField(
        label="The person’s e-mail address",
        help_text="One that we hold of theirs is better than one that whoever acts "
        "gave us.",
        autocomplete="off",
        error_messages={"required": "Write the person’s e-mail address."},
    )
    reason = long_text("Why are you in doubt?", help_text=PERSON_READS)


class EndForm(forms.Form):
    """That the request is closed, because nobody may act."""

    reason = long_text(
        "Why?",
        help_text="Whoever asked will read this. Say nothing of what we hold, nor of "
        "what the person told us.",
    )
