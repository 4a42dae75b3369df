"""When somebody looks at a case next: planned by a colleague, and no day of the law."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from lumina_privacy.lib.days import london_day
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import casework
from requests_app.models import Case
from requests_app.queries.subject import story_of
from requests_app.states import EventKind
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import happen, make_case
from tests.factories.clock import again, noon
from tests.requests_app.shown import text_of

pytestmark = pytest.mark.django_db
AT = noon("2026-11-05")
DAY = date(2026, 11, 12)


def plan(case: Case, on: date | None = DAY, what="Ring her again.", by=None):
    casework.plan(case, on=on, what=what, by=by or make_staff(), at=AT)


def test_day_is_kept_with_what_it_is_for_and_moves_no_other():
    case = make_case()
    due = case.due_on

    plan(case)

    planned = again(case)
    assert (planned.next_action_on, planned.due_on) == (DAY, due)
    event = case.events.get(kind=EventKind.ACTION_PLANNED)
    assert event.text.body == "Ring her again."
    assert len(story_of(planned)) == 2, "the person reads nothing of it"
    out = StringIO()
    call_command("rebuild_cases", stdout=out)
    assert "0 differ" in out.getvalue()


def test_the_newest_plan_counts_and_none_takes_it_away():
    case = make_case()
    plan(case)
    plan(case, DAY + timedelta(days=1))
    assert again(case).next_action_on == DAY + timedelta(days=1)

    plan(again(case), None, what="")

    assert again(case).next_action_on is None


def test_a_case_that_ended_waits_for_nobody():
    case = make_case()
    plan(case)

    happen(case, EventKind.WITHDRAWN)

    assert again(case).next_action_on is None


@pytest.mark.parametrize(
    ("on", "what", "role", "why"),
    [
        (date(2026, 11, 4), "So.", Role.CASEWORKER, "That day is over"),
        (DAY, " ", Role.CASEWORKER, "Write what is to be done"),
        (None, "", Role.CASEWORKER, "No day is planned"),
        (DAY, "So.", Role.AUDITOR, "who work cases"),
    ],
)
def test_what_cannot_be_planned_is_refused(on, what, role, why):
    case = make_case()

    with pytest.raises(Refused, match=why):
        plan(case, on, what, by=make_staff(role))

    assert again(case).next_action_on is None


def test_page_plans_it_and_queue_and_case_show_the_day():
    case, client = make_case(), staff_client()
    day = london_day(timezone.now()) + timedelta(days=3)
    said = {"on": day.isoformat(), "what": "Ring her again."}

    done = client.post(reverse("case-plan", args=[case.reference]), said)

    assert done.status_code == 302
    shown = f'<time datetime="{day.isoformat()}">'
    page = client.get(done.url).content.decode()
    assert "Planned for" in page
    assert shown in page
    assert "Ring her again." in page
    queue = client.get(reverse("case-queue")).content.decode()
    assert f"Planned for {shown}" in queue


def test_form_says_beside_its_field_what_is_missing_and_which_day_the_law_names():
    case, client = make_case(), staff_client()
    url = reverse("case-plan", args=[case.reference])
    shown = text_of(client.get(url))
    assert "The day by the law is Wednesday 2 December 2026" in shown
    assert "(optional)" not in shown

    refused = client.post(url, {"on": "", "what": ""})
    assert refused.context["form"].errors == {"on": ["Choose a day."]}
    day = max(london_day(timezone.now()), case.due_on) + timedelta(days=1)
    refused = client.post(url, {"on": day.isoformat(), "what": " "})
    assert list(refused.context["form"].errors) == ["what"]
    done = client.post(url, {"on": day.isoformat(), "what": "Ring her."}, follow=True)

    assert "It is planned, for later than the day by the law." in text_of(done)
    assert "Leave it empty to plan nothing any more." in text_of(client.get(url))
    client.post(url, {"on": "", "what": ""})
    assert again(case).next_action_on is None
