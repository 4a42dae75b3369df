"""A day in three boxes: what no calendar has is refused in words."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from lumina_privacy.lib.day_field import DayField


@pytest.mark.parametrize("year", ["0", "10000", "2147483648", "9" * 30])
def test_year_that_no_calendar_has_is_refused(year):
    with pytest.raises(ValidationError, match="That day does not exist"):
        DayField().clean(["1", "2", year])


@pytest.mark.parametrize("year", ["1", "26", "99"])
def test_year_of_two_figures_is_asked_for_in_four(year):
    with pytest.raises(ValidationError, match="four figures, for example 2026"):
        DayField().clean(["1", "1", year])
