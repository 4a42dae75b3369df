"""A day in three boxes: what no calendar has is refused in words."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from lumina_privacy.lib.day_field import DayField


@pytest.mark.parametrize("year", ["0", "10000", "2147483648", "9" * 30])
def test_year_that_no_calendar_has_is_refused(year):
    with pytest.raises(ValidationError, match="That day does not exist"):
        DayField().clean(["1", "2", year])
