"""What a person asked themselves waits for nobody's authority, whoever says so."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lumina_privacy.lib.verdict import Refused
from requests_app.actions import timekeeping
from requests_app.models import Letter
from requests_app.timekeeping import Asked
from tests.factories.accounts import make_staff, staff_client
from tests.factories.authority import make_authority
from tests.factories.cases import make_case
from tests.factories.clock import again, ask, noon
from tests.requests_app.shown import text_of

pytestmark = pytest.mark.django_db
AT = noon("2026-11-05")
WHY = "The person asked themselves: their request waits for nobody’s authority."


def test_authority_recorded_on_an_own_request_moves_no_day():
    case = make_case()
    days = (case.due_on, case.safe_due_on, case.clock_state)
    make_authority(case, at=AT)

    with pytest.raises(Refused, match="waits for nobody’s authority"):
        timekeeping.ask(
            again(case),
            what=Asked.AUTHORITY,
            reason="A firm says that it acts.",
            needed="a signed authority",
            by=make_staff(),
            at=AT,
        )

    case = again(case)
    assert (case.due_on, case.safe_due_on, case.clock_state) == days
    assert not Letter.objects.exists()


def test_reason_stands_beside_the_control():
    case = make_case()
    make_authority(case, at=AT)
    client, args = staff_client(), [case.reference]

    page = client.get(reverse("staff-case", args=args))
    form = client.get(reverse("case-ask", args=[*args, Asked.AUTHORITY]))

    assert WHY in text_of(page)
    assert WHY in text_of(form)


def test_authority_for_an_agents_request_is_asked_and_starts_the_month():
    case = make_case()

    ask(case, Asked.AUTHORITY, at=AT)

    assert again(case).due_on is None
