"""The questions of filing, one a page. Shape only: what is allowed is the policy's."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from django import forms

from lumina_privacy.lib.address_field import AddressField
from lumina_privacy.lib.phone_field import PhoneField
from requests_app.forms.rights import one_of
from requests_app.queries.questions import QUESTIONS
from requests_app.states import ContactMethod

_JOINERS = "\u200c\u200d"


class AboutForm(forms.Form):
    """Whose data it is."""

    about = forms.ChoiceField(
        label=QUESTIONS["about"].asks,
        choices=[
            ("me", "Yes, it is about my own data"),
            ("other", "No, I act for somebody else"),
            ("died", "No, it is about somebody who has died"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose for whom you ask."},
    )


class NameField(forms.CharField):
    """A name in one line: it stands in letters, lists and file names of ours.

    Without line breaks and without signs that turn the text around; the joiners that
    some scripts need within a name stay.
    """

    def to_python(self, value: Any) -> str:
        """Return the name with single blanks."""
        text = str(super().to_python(value))
        return " ".join("".join(map(_shown, text)).split())


def _shown(sign: str) -> str:
    hidden = unicodedata.category(sign) in {"Cc", "Cf"} and sign not in _JOINERS
    return " " if hidden else sign


class NameForm(forms.Form):
    """The person's name."""

    name = NameField(
        label=QUESTIONS["name"].asks,
        help_text="As we are likely to have it in our records.",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Write your name."},
    )


# What each way of being answered needs.
_NEEDS: Final = {
    ContactMethod.PHONE: ("phone", "Write the telephone number that we should call."),
    ContactMethod.POST: ("postal", "Write the postal address for our letters."),
}


class ReachForm(forms.Form):
    """How the person is reached; the code goes to this address."""

    conditional: tuple[str, ...] = ("reach", "postal")

    email = AddressField(
        label=QUESTIONS["email"].asks,
        help_text="Use the address we are likely to know. We send a code there.",
        error_messages={"required": "Write your e-mail address."},
    )
    phone = PhoneField(
        label=QUESTIONS["phone"].asks,
        help_text="It helps us to be sure it is you before we send anything.",
    )

    reach = forms.ChoiceField(
        label=QUESTIONS["reach"].asks,
        help_text="As suits you; you need not say why. By telephone: we call you, and "
        "what the law wants in writing goes by e-mail.",
        choices=list(QUESTIONS["reach"].choices.items()),
        required=False,
        initial=ContactMethod.EMAIL,
        widget=forms.RadioSelect,
    )
    postal = forms.CharField(
        label=QUESTIONS["postal"].asks,
        help_text="For our letters, if you want them by post.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way of being answered needs."""
        cleaned = super().clean() or {}
        name, missing = _NEEDS.get(cleaned.get("reach", ""), ("", ""))
        if name and not cleaned.get(name, "").strip() and name not in self.errors:
            self.add_error(name, missing)
        return cleaned


class OnlyStopForm(ReachForm):
    """Where it stops, when nothing but stopping is asked. No code goes there (C34)."""

    conditional = ()
    reach = None  # type: ignore[assignment]  # it is confirmed by mail, or not at all
    postal = None  # type: ignore[assignment]

    email = AddressField(
        label=QUESTIONS["email"].asks,
        help_text="It stops for this address at once, without a code.",
        error_messages={"required": "Write your e-mail address."},
    )
    phone = PhoneField(
        label=QUESTIONS["phone"].asks,
        help_text="If calls and text messages should stop too.",
    )


class HowForm(forms.Form):
    """How the answer should come."""

    conditional = ("postal",)

    how = one_of("how", "Choose how you want your copy.")
    postal = forms.CharField(
        label=QUESTIONS["postal"].asks,
        help_text="Where we send the paper copy.",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
    )

    def __init__(self, *args: Any, known: str = "", **kwargs: Any) -> None:
        """Offer the postal address that is ``known`` already."""
        super().__init__(*args, **kwargs)
        self.known = known
        self.fields["postal"].initial = known

    def clean(self) -> dict[str, Any]:
        """Paper needs an address."""
        cleaned = super().clean() or {}
        if not cleaned.get("postal", "").strip():
            cleaned["postal"] = self.known
        if cleaned.get("how") == "print" and not cleaned.get("postal", "").strip():
            self.add_error("postal", "Write the postal address for the paper copy.")
        return cleaned


class CodeForm(forms.Form):
    """A code from a mail."""

    code = forms.CharField(
        label="The code we sent you",
        help_text="Six digits.",
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
        error_messages={"required": "Type the code from our mail."},
    )


class AddressForm(forms.Form):
    """A corrected e-mail address."""

    email = ReachForm.base_fields["email"]
