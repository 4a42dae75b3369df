"""A form field for a telephone number that can be called."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lumina_privacy.lib.subject_ref import canonical_phone


class PhoneField(forms.CharField):
    """A telephone number; its clean value is E.164, or nothing. It is never required.

    Read as British when it has no country code.
    """

    def __init__(self, *, autocomplete: str = "tel", **kwargs: Any) -> None:
        attrs = {"type": "tel", "autocomplete": autocomplete}
        widget = forms.TextInput(attrs=attrs)
        super().__init__(required=False, max_length=40, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the number as E.164, or nothing. What is wrong is said in words."""
        text = str(super().clean(value))
        if not text:
            return ""
        try:
            return canonical_phone(text)
        except ValueError:
            raise ValidationError(
                "Write a telephone number with its area code, like 01442 500890."
            ) from None
