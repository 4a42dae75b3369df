"""How far back recordings go is the register's to say, and no page's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from requests_app.queries import sightings
from tests.factories.cases import CCTV, CRM, make_revision

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)
LONGER = {**CCTV, "system": "gate", "overwrites_after_days": 60}
FOR_EVER = {**CCTV, "system": "door", "overwrites_after_days": None}


@pytest.mark.parametrize(
    ("systems", "first", "days", "gone"),
    [
        ((CCTV, LONGER), 30, 60, 0),
        ((CCTV, LONGER), 30, 61, 60),
        ((CCTV, FOR_EVER), 30, 400, 0),
        ((CRM,), None, 400, 0),
    ],
)
def test_day_is_gone_once_the_last_system_has_overwritten_it(
    systems, first, days, gone
):
    make_revision(systems)

    day = TODAY - timedelta(days=days)

    assert sightings.overwritten_after() == first
    assert sightings.days_gone_by(day, today=TODAY) == gone
