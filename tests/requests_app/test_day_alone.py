"""Of what came at a time that nobody noted, the day alone is shown."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from lumina_privacy.lib.days import instant_words
from requests_app.actions import colleagues
from requests_app.models import Case
from requests_app.states import EventKind
from tests.factories.accounts import staff_client
from tests.factories.cases import register_in_force
from tests.requests_app.test_colleagues import dco, path, stop, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "shown", "other"),
    [("", "2 November 2026<", " at 12:00"), ("16:40", " at 16:40", "2 November 2026<")],
)
def test_stop_by_a_link_shows_no_time_that_nobody_gave(typed, shown, other):
    register_in_force()
    link = path(colleagues.make(team="Reception", by=dco(), at=timezone.now()))

    stop(link, received_time=typed)

    case = Case.objects.get()
    made = case.events.get(kind=EventKind.STOPPED_AT_ONCE).recorded_at
    page = text_of(staff_client().get(reverse("staff-case", args=[case.reference])))
    told = page.split("What happened</h2>")[1]
    for line in ("Request received", "Stopped at once"):
        entry = told[told.index(line) :].split("</li>")[0]
        assert shown in entry
        assert other not in entry
        assert instant_words(made) in entry.split("written down")[1]
