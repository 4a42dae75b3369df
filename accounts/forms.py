"""What people type to sign in. Shape only: whether it is right, actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.models import User
from accounts.roles import ROLE_NAMES, Role
from audit import queries as ledger
from lumina_privacy.lib.address_field import AddressField


def _one_time_code(label: str, hint: str, length: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=length,
        error_messages={"required": "Type the code."},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "spellcheck": "false",
            }
        ),
    )


class AddressForm(forms.Form):
    """The address a person wants to sign in with."""

    address = AddressField(
        label="Your e-mail address",
        help_text="The one you gave when you sent your request. We send a code to it.",
    )


class CodeForm(forms.Form):
    """The code that was sent."""

    code = _one_time_code("Code", "6 digits, from the newest mail.", 20)


class PasswordForm(forms.Form):
    """The first factor of staff."""

    address = AddressField(label="E-mail address")
    password = forms.CharField(
        label="Password",
        max_length=1000,
        strip=False,
        error_messages={"required": "Type your password."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class TotpForm(forms.Form):
    """A code of an authenticator app."""

    token = _one_time_code("Code from your app", "6 digits, new every half minute.", 10)


class RecoveryForm(forms.Form):
    """A recovery code, as printed."""

    code = forms.CharField(
        label="Recovery code",
        help_text="16 letters and digits from your printed list.",
        max_length=40,
        error_messages={"required": "Type one of your recovery codes."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label="New password",
        help_text="At least 12 characters. Three or four unrelated words are good.",
        max_length=1000,
        strip=False,
        error_messages={"required": "Type a new password."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="The same password again",
        max_length=1000,
        strip=False,
        error_messages={"required": "Type the new password a second time."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Return the password when it is strong enough for this person."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        typed = self.cleaned_data
        if "password" in typed and typed.get("again") not in {None, typed["password"]}:
            self.add_error(
                "again", "The two passwords differ. Type the same one twice."
            )
        return typed


class KeyNameForm(forms.Form):
    """What its owner calls a key."""

    name = forms.CharField(
        label="Name of the key",
        help_text="So that you can tell your keys apart, for example: blue, key ring.",
        max_length=64,
        required=False,
    )


def _why(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text="Officers read this; your colleague may ask to.",
        max_length=2000,
        error_messages={"required": "Write why."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


_FOR = {
    Role.DCO: "everything",
    Role.CASEWORKER: "works and decides cases",
    Role.REVIEWER: "works, decides and releases",
    Role.AUDITOR: "reads only, with the ledger",
    Role.OPERATIONS: "systems, no case content",
}
_ROLES = [(role.value, f"{ROLE_NAMES[role]}: {_FOR[role]}") for role in Role]


class RoleForm(forms.Form):
    """What a colleague is here for."""

    role = forms.ChoiceField(label="Role", choices=_ROLES)
    why = _why("Why")

    def clean_role(self) -> Role:
        """Return the role."""
        return Role(self.cleaned_data["role"])


class ColleagueForm(RoleForm):
    """A new member of staff."""

    name = forms.CharField(
        label="Name",
        max_length=200,
        error_messages={"required": "Type the colleague's name."},
    )
    address = AddressField(label="E-mail address")
    field_order = ["name", "address", "role", "why"]


class WayInForm(forms.Form):
    """Why an account is opened or closed, or a colleague gets a new link."""

    why = _why("Why")


class TurnDownForm(forms.Form):
    """Why a change of a staff account is not to be."""

    why = _why("Why not")


class AbsenceForm(forms.Form):
    """Until when somebody is away, and who stands in."""

    until = forms.DateField(
        label="Away until and including",
        help_text="Leave empty when back.",
        required=False,
        error_messages={"invalid": "Type a date, as 2026-12-24."},
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    deputy = forms.ChoiceField(label="Who stands in", required=False)

    def __init__(self, *args: Any, deputies: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(user.pk), user.name or user.email) for user in deputies]
        self.fields["deputy"].choices = [("", "Nobody"), *known]  # type: ignore[attr-defined]

    def clean_deputy(self) -> int | None:
        """Return the deputy's id, or None."""
        chosen = self.cleaned_data["deputy"]
        return int(chosen) if chosen else None


class LedgerFilterForm(forms.Form):
    """Which rows of the ledger to show: opaque words, so they may be in the URL."""

    event = forms.ChoiceField(label="What happened", required=False)
    about = forms.RegexField(
        r"^[a-z_-]+(:[A-Za-z0-9_-]+)?$",
        label="About",
        help_text="As case:184 or staff:7.",
        max_length=80,
        required=False,
        error_messages={"invalid": "Type a kind and an id, as case:184."},
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer every event by its words; the address keeps its code."""
        super().__init__(*args, **kwargs)
        events = ledger.event_words().items()
        self.fields["event"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", "Anything"),
            *sorted(events, key=lambda one: one[1]),
        ]
