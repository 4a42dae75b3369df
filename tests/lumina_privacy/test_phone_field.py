"""A telephone number as it is typed, and as it is kept."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from lumina_privacy.lib.phone_field import PhoneField


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("(01442) 500890", "+441442500890"),
        (" +49 89 1234567 ", "+49891234567"),
        ("01442 500890 ext 23", "+441442500890;ext=23"),
        (" ", ""),
        ("", ""),
    ],
)
def test_number_is_kept_as_it_is_compared(typed, known):
    assert PhoneField().clean(typed) == known


@pytest.mark.parametrize("typed", ["twelve", "12", "500890 or Bob’s", "0" * 41])
def test_what_is_no_number_is_not_taken(typed):
    with pytest.raises(ValidationError):
        PhoneField().clean(typed)


def test_what_to_write_is_said():
    with pytest.raises(ValidationError, match="with its area code, like 01442 500890"):
        PhoneField().clean("twelve")
