"""A form field for a day that somebody remembers: three boxes, no calendar to fight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

# Who writes 26 means no year of the emperor Tiberius.
_CENTURY = 100
_BOXES = (("day", "Day"), ("month", "Month"), ("year", "Year"))


class DayWidget(forms.MultiWidget):
    """Day, month and year, each a box with its own label."""

    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            widgets={
                code: forms.TextInput(
                    attrs={
                        "inputmode": "numeric",
                        "label": label,
                        "autocomplete": "off",
                    }
                )
                for code, label in _BOXES
            },
            attrs=attrs,
        )

    def decompress(self, value: date | None) -> list[int | None]:
        """Return what each box shows."""
        return [value.day, value.month, value.year] if value else [None, None, None]


class DayField(forms.MultiValueField):
    """A day; what is wrong is said in terms of what to type."""

    widget = DayWidget
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": "Enter a day, for example 27 3 2026.",
        "incomplete": "Enter a day, a month and a year.",
        "short": "Write the year with four figures, for example 2026.",
        "unreal": "That day does not exist. Enter a real day, for example 27 3 2026.",
    }

    def __init__(self, **kwargs: Any) -> None:
        boxes = tuple(
            forms.IntegerField(
                error_messages={"invalid": f"Enter the {code} in figures."}
            )
            for code, _ in _BOXES
        )
        super().__init__(fields=boxes, require_all_fields=True, **kwargs)

    def compress(self, data_list: Sequence[int]) -> date | None:
        """Return the day. Raises ValidationError for one that does not exist."""
        if not data_list:
            return None
        if None in data_list:  # of a day that need not be given at all
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        day, month, year = data_list
        if 0 < year < _CENTURY:
            raise ValidationError(self.error_messages["short"], code="short")
        try:
            return date(year, month, day)
        except (ValueError, OverflowError) as error:
            raise ValidationError(
                self.error_messages["unreal"], code="unreal"
            ) from error
