"""A changed holiday never leaves a wrong day behind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.roles import Role
from datamap import queries as datamap
from datamap.models import Holiday
from lumina_privacy.lib.verdict import Refused
from requests_app.actions import calendar
from requests_app.models import Case, CaseEvent
from requests_app.states import EventKind
from requests_app.tasks import jobs
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import happen, make_case
from tests.ledger import events_about

pytestmark = pytest.mark.django_db
# Received on Thursday 5 November 2026: due on Monday 7 December, the 5th is a Saturday.
RECEIVED = datetime(2026, 11, 5, 10, tzinfo=UTC)
MONDAY, TUESDAY = date(2026, 12, 7), date(2026, 12, 8)
AT = RECEIVED + timedelta(days=2)


def due(case) -> date:
    return Case.objects.get(pk=case.pk).due_on


def test_proclaimed_holiday_moves_open_cases_and_says_which():
    moved, still = make_case(received_at=RECEIVED), make_case()
    assert due(moved) == MONDAY
    by = make_staff(Role.DCO)

    told = calendar.add_holiday(MONDAY, name="Coronation", by=by, at=AT)

    assert [(one.reference, one.was, one.now) for one in told] == [
        (moved.reference, MONDAY, TUESDAY)
    ]
    assert (due(moved), due(still)) == (TUESDAY, still.due_on)
    last = events_about(moved.about)[-1]
    assert (last.event, last.actor, last.details) == (
        "case.reckoned",
        str(by.actor),
        {"was": "2026-12-07", "due_on": "2026-12-08"},
    )
    [added] = events_about("holiday:2026-12-07")
    assert added.event == "datamap.holiday.added"


def test_removed_holiday_moves_them_back_and_no_night_brings_it_again():
    by = make_staff(Role.DCO)
    case = make_case(received_at=RECEIVED)
    calendar.add_holiday(MONDAY, name="Coronation", by=by, at=AT)
    Holiday.objects.create(day=date(2026, 12, 25), name="Christmas Day")

    calendar.cancel_holiday(MONDAY, by=by, at=AT)
    calendar.cancel_holiday(date(2026, 12, 25), by=by, at=AT)
    jobs.seed_holidays(AT)

    assert due(case) == MONDAY
    assert date(2026, 12, 25) not in datamap.holidays()
    assert date(2027, 12, 27) in datamap.holidays()
    with pytest.raises(Refused, match="no holiday"):
        calendar.cancel_holiday(MONDAY, by=by, at=AT)
    calendar.add_holiday(MONDAY, name="Coronation", by=by, at=AT)
    assert due(case) == TUESDAY


def test_night_adds_the_years_to_come_and_reckons_what_a_new_list_knows():
    case = make_case(received_at=datetime(2026, 11, 25, 10, tzinfo=UTC))
    assert due(case) == date(2026, 12, 25)

    jobs.seed_holidays(AT)

    assert due(case) == date(2026, 12, 29)  # Christmas, Saturday, Sunday, Boxing Day
    years = {day.year for day in datamap.holidays()}
    assert (min(years), max(years)) == (2018, 2029)
    jobs.seed_holidays(AT.replace(year=2027))
    assert max(day.year for day in datamap.holidays()) == 2030


def test_case_that_cannot_be_reckoned_keeps_no_other_from_its_day():
    broken = make_case(received_at=RECEIVED)
    CaseEvent.objects.create(
        case=broken,
        seq=9,
        kind=EventKind.ANSWERED,
        happened_at=AT,
        recorded_at=AT,
        actor="staff:1",
    )
    case = make_case(received_at=datetime(2026, 11, 25, 10, tzinfo=UTC))

    with pytest.raises(jobs.RowsFailed):
        jobs.seed_holidays(AT)

    assert due(case) == date(2026, 12, 29)


def test_closed_case_near_the_day_keeps_what_its_events_say():
    case = happen(make_case(received_at=RECEIVED), EventKind.WITHDRAWN)

    calendar.add_holiday(MONDAY, name="X", by=make_staff(Role.DCO), at=AT)

    assert due(case) == TUESDAY
    assert "0 differ" in rebuilt()


def test_known_day_is_refused_and_nothing_moves():
    calendar.add_holiday(MONDAY, name="Coronation", by=make_staff(Role.DCO), at=AT)

    with pytest.raises(Refused, match="already: Coronation"):
        calendar.add_holiday(MONDAY, name="Y", by=make_staff(Role.DCO), at=AT)


# --- The page -------------------------------------------------------------------------


def test_page_adds_and_removes_and_lists_whose_day_moved():
    case = make_case(received_at=RECEIVED)
    client = staff_client(Role.DCO)
    said = {
        "day_day": "7",
        "day_month": "12",
        "day_year": "2026",
        "name": "Coronation",
    }

    added = client.post(reverse("holidays"), said)
    text = added.content.decode()

    assert added.status_code == 200
    assert "Coronation is added." in text
    assert case.reference in text
    assert "Tuesday 8 December 2026" in text
    again = client.post(reverse("holidays"), said)
    assert (again.status_code, "already: Coronation" in again.content.decode()) == (
        422,
        True,
    )
    removed = client.post(reverse("holiday-remove", args=[2026, 12, 7]))
    assert case.reference in removed.content.decode()
    assert due(case) == MONDAY
    gone = client.post(reverse("holiday-remove", args=[2026, 12, 7]))
    assert gone.status_code == 422
    assert client.post("/staff/holidays/2026-13-7/remove/").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DCO])
def test_holidays_are_for_the_dco(role):
    client = staff_client(role)

    assert client.get(reverse("holidays")).status_code == 403
    page = reverse("holiday-remove", args=[2026, 12, 25])
    assert client.post(page).status_code == 403
    with pytest.raises(Refused, match="Data Compliance Officer"):
        calendar.cancel_holiday(date(2026, 12, 25), by=make_staff(role), at=AT)


# --- manage.py rebuild_cases ----------------------------------------------------------


def rebuilt(*args: str) -> str:
    out = StringIO()
    call_command("rebuild_cases", *args, stdout=out)
    return out.getvalue()


def test_rebuild_counts_and_writes_only_when_told():
    case, other = make_case(received_at=RECEIVED), make_case()
    Case.objects.filter(pk=case.pk).update(due_on=date(2030, 1, 1), status="decided")

    dry = rebuilt()

    assert dry == (
        "2 cases, 1 differ from their events (due_on 1, status 1); nothing was "
        "written, see --execute.\n"
    )
    assert due(case) == date(2030, 1, 1)
    assert "written anew" in rebuilt("--execute")
    assert due(case) == MONDAY
    assert rebuilt() == "2 cases, 0 differ from their events.\n"
    assert Case.objects.get(pk=other.pk).status == other.status


def test_rebuild_names_a_case_whose_events_have_no_legal_order():
    case = make_case()
    CaseEvent.objects.create(
        case=case,
        seq=9,
        kind=EventKind.ANSWERED,
        happened_at=AT,
        recorded_at=AT,
        actor="staff:1",
    )

    with pytest.raises(CommandError, match=f"no legal order: {case.pk}"):
        rebuilt()
