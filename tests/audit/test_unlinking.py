"""Pseudonyms die at the end of the ledger's line; the chain stays whole (C21)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from audit import actions, queries
from audit.models import Event, Pseudonym
from audit.portal import PORTS
from lumina_privacy.lib.actor import Actor, ActorKind, system
from lumina_privacy.lib.subject_ref import subject_ref
from requests_app.tasks import jobs
from retention import actions as retention
from retention import queries as lines
from retention.rules import EndAction, HoldKind

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
BY = system("test")
ANN, BEN = ("email", "ann@example.org"), ("email", "ben@example.org")
OVER = AT + timedelta(days=6 * 365 + 3)


def speak_of(subject, at=AT):
    actions.record(
        "consent.recorded",
        about="permission:1",
        by=BY,
        at=at,
        subject=subject_ref(*subject),
        details={"act": "given", "purpose": "news", "channel": "email"},
    )


def rows_of(subject):
    kind, value = subject
    return list(PORTS.portal_datasets[0].find({kind: frozenset({value})}))


def approve_line():
    retention.propose_line(
        code="ledger",
        name="Ledger",
        trigger="last entry",
        period="P6Y",
        end_action=EndAction.DESTROY,
        why="claims",
        owner="dco",
        review_on=date(2027, 1, 1),
        by=BY,
        at=AT,
    )
    line = lines.lines()["ledger"]
    retention.approve_line(line.id, reason="law", by=Actor(ActorKind.STAFF, "7"), at=AT)


def test_whom_the_ledger_has_not_spoken_of_for_six_years_is_unlinked():
    approve_line()
    speak_of(ANN)
    speak_of(BEN)
    speak_of(BEN, at=AT + timedelta(days=400))
    events = Event.objects.count()
    actions.seal()
    assert len(rows_of(ANN)) == 1

    jobs.unlink_ledger(OVER)

    assert (rows_of(ANN), len(rows_of(BEN))) == ([], 2)
    assert Pseudonym.objects.count() == 1
    last = Event.objects.latest("pk")
    assert (last.event, last.details) == ("audit.unlinked", {"people": 1})
    assert Event.objects.count() == events + 1
    actions.seal()
    assert queries.verify() is None

    jobs.unlink_ledger(OVER)
    assert Event.objects.count() == events + 1


def test_nobody_is_unlinked_a_day_too_early():
    approve_line()
    speak_of(ANN)

    jobs.unlink_ledger(datetime(2032, 11, 1, 12, tzinfo=UTC))
    assert len(rows_of(ANN)) == 1

    jobs.unlink_ledger(datetime(2032, 11, 3, 12, tzinfo=UTC))
    assert rows_of(ANN) == []


def test_line_that_nobody_approved_unlinks_nobody():
    speak_of(ANN)

    jobs.unlink_ledger(OVER)

    assert len(rows_of(ANN)) == 1


def test_whose_data_is_held_stays_linked_until_it_is_released():
    approve_line()
    speak_of(ANN)
    hold = retention.place_hold(
        kind=HoldKind.LEGAL,
        placed_for="matter:1",
        identifiers=[ANN],
        ground="claim",
        by=BY,
        at=AT,
    )

    jobs.unlink_ledger(OVER)
    assert len(rows_of(ANN)) == 1

    retention.release_hold(hold, reason="settled", by=BY, at=OVER)
    jobs.unlink_ledger(OVER)
    assert rows_of(ANN) == []


def test_ledger_gives_a_colleague_what_their_account_did_each_row_once():
    staff = Actor(ActorKind.STAFF, "7")
    actions.record("audit.unlinked", about="ledger", by=staff, at=AT)
    actions.record(
        "consent.recorded",
        about="permission:1",
        by=staff,
        at=AT,
        subject=subject_ref(*ANN),
    )
    speak_of(BEN)

    known = {"email": frozenset({ANN[1]}), "account": frozenset({"staff:7"})}
    rows = list(PORTS.portal_datasets[0].find(known))

    assert sorted((row.matched_kind, row.values["event"]) for row in rows) == [
        ("account", "The ledger let go of people, at the end of its line"),
        ("email", "A permission or a stop was recorded"),
    ]
