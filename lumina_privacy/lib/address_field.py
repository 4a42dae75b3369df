"""A form field for an e-mail address that mail can be sent to."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from lumina_privacy.lib.subject_ref import canonical_email

_LONGEST: Final = 254  # RFC 5321
# No bare host: our mail server would take "ann@intranet" for a machine next to it.
_validate: Final = EmailValidator(allowlist=[])
# Legal in a quoted local part or an address literal, and in practice always a slip.
_NEVER: Final = frozenset('"<>[](),;:\\')


class AddressField(forms.CharField):
    """An e-mail address; its clean value is the canonical spelling.

    What is wrong is said in terms of what to type. A domain in any script is taken and
    written in ASCII (IDNA); the part before the @ is ASCII, as mail servers want it.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": "Write an e-mail address, like name@example.com.",
        "at": "Write an e-mail address with an @, like name@example.com.",
        "dot": "What follows the @ needs a dot, like name@example.com.",
        "signs": "Write the address alone, without spaces, brackets, quotation marks "
        "or other signs, like name@example.com.",
    }

    def __init__(self, *, autocomplete: str = "email", **kwargs: Any) -> None:
        attrs = {"autocomplete": autocomplete, "spellcheck": "false"}
        widget = forms.EmailInput(attrs=attrs)
        super().__init__(max_length=_LONGEST, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the canonical address, or nothing where nothing is allowed."""
        text = str(super().clean(value))
        if not text:
            return ""
        local, at, domain = text.rpartition("@")
        if not at or not local.strip() or not domain.strip():
            raise self._wrong("at")
        if any(map(_never, text)):
            raise self._wrong("signs")
        if "." not in domain.strip("."):
            raise self._wrong("dot")
        try:
            known = canonical_email(text)
            _validate(known)
        except (ValueError, ValidationError):
            raise self._wrong("signs") from None
        return known

    def _wrong(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


def _never(sign: str) -> bool:
    """Whether no address we write to has this sign: a blank, a symbol, an emoji."""
    if sign.isascii():
        return sign.isspace() or sign in _NEVER
    return unicodedata.category(sign)[0] in "CSZ"
