"""What runs by itself is named once, seen by staff, and missed when it is late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as conf
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from accounts.models import EmailCode
from accounts.roles import Role
from audit import actions as ledger
from audit import queries as audit
from lumina_privacy.lib import ports
from requests_app.tasks.jobs import JOBS, forget_codes
from requests_app.tasks.jobs import clear_sessions as clear
from retention import actions as retention
from retention.rules import EndAction
from tests.factories.accounts import make_staff, staff_client
from tests.factories.cases import make_revision

pytestmark = pytest.mark.django_db


def beat_all(at):
    for run in ports.wired().runs:
        ledger.beat(run.name, at=at)


def test_every_job_of_the_night_is_named_for_staff_in_its_order():
    nights = [run.name for run in ports.wired().runs if run.name in JOBS]

    assert nights == list(JOBS)


def test_every_task_of_the_schedule_notes_a_heartbeat_that_staff_see():
    named = {run.name for run in ports.wired().runs if run.name not in JOBS}

    # The night is many, and the mail server beats beside its sweep.
    assert len(named) == len(conf.CELERY_BEAT_SCHEDULE)


def test_runs_that_are_overdue_say_so():
    at = timezone.now()
    beat_all(at)
    late = {"audit-seal": 6, "chase-owners": 27 * 60, "clear-sessions": 25 * 60}
    for name, minutes in late.items():
        ledger.beat(name, at=at - timedelta(minutes=minutes))

    said = {run.name: run.late for run in audit.runs(at=at) if run.late}

    assert said == {
        "audit-seal": "Late: it came to its end 6 minutes ago, and should at least "
        "every 5 minutes.",
        "chase-owners": "Late: it came to its end 27 hours ago, and should at least "
        "every 26 hours.",
    }


def test_page_of_systems_shows_what_runs_and_what_is_late():
    make_revision()
    beat_all(timezone.now())
    ledger.beat("destroy-packages", at=timezone.now() - timedelta(days=3))

    text = staff_client(Role.OPERATIONS).get(reverse("system-list")).content.decode()

    assert "Destroy copies whose time is over" in text
    assert text.count("in time</td>") == len(ports.wired().runs) - 1
    assert "Late: it came to its end 3 days ago" in text


def test_portal_is_not_ready_while_a_sweep_is_late_and_a_late_night_stops_nobody(
    client,
):
    never = client.get("/readyz")
    assert never.status_code == 503
    assert "package-sweep" in never.json()["late"]

    beat_all(timezone.now())
    ledger.beat("chase-owners", at=timezone.now() - timedelta(days=9))
    well = client.get("/readyz")
    assert (well.status_code, well.json()["late"]) == (200, [])

    ledger.beat("search-sweep", at=timezone.now() - timedelta(minutes=6))
    dead = client.get("/readyz")
    assert (dead.status_code, dead.json()["late"]) == (503, ["search-sweep"])


def test_sessions_that_have_ended_are_erased():
    for lasts in (-60, 3600):
        session = SessionStore()
        session["x"] = 1
        session.set_expiry(lasts)
        session.save()

    clear(timezone.now())

    assert Session.objects.get().expire_date > timezone.now()


def test_codes_go_at_the_end_of_their_line_once_the_dco_has_approved_it():
    at = timezone.now()
    for days in (91, 89):
        EmailCode.objects.create(
            address_ref=f"r{days}",
            purpose="sign_in",
            salt="s",
            code_hash="h",
            created_at=at - timedelta(days=days),
            expires_at=at - timedelta(days=days) + timedelta(minutes=15),
        )

    forget_codes(at)
    assert EmailCode.objects.count() == 2
    line = retention.propose_line(
        code="portal-working",
        name="Working data",
        trigger="last use",
        period="P90D",
        end_action=EndAction.DESTROY,
        why="Faults are found in it.",
        owner="dco",
        review_on=at.date(),
        by=make_staff().actor,
        at=at,
    )
    retention.approve_line(line.pk, reason="Yes.", by=make_staff().actor, at=at)
    forget_codes(at)

    assert EmailCode.objects.get().address_ref == "r89"
