"""Holds and the schedule: who is kept, why, and what may not yet be disposed of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Event
from lumina_privacy.lib.actor import Actor, ActorKind, system
from lumina_privacy.lib.verdict import Refused
from retention import actions, queries
from retention.models import Hold, HoldDataset, HoldIdentifier, ScheduleLine
from retention.portal import PORTS
from retention.rules import EndAction, HoldKind, Period

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
BY = system("test")
DCO = Actor(ActorKind.STAFF, "7")
ANN = ("email", "ann.lee@example.org")

pytestmark = pytest.mark.django_db


def place(*identifiers, **changed):
    known = {
        "kind": HoldKind.REQUEST,
        "placed_for": "case:1",
        "identifiers": identifiers or [ANN],
        "ground": "a request is being answered",
        "by": BY,
        "at": AT,
    }
    return actions.place_hold(**{**known, **changed})


def propose(**changed):
    known = {
        "code": "invoices",
        "name": "Invoices",
        "trigger": "paid",
        "period": "P6Y",
        "end_action": EndAction.DESTROY,
        "why": "tax",
        "owner": "dco",
        "review_on": date(2027, 1, 1),
        "by": BY,
        "at": AT,
    }
    return actions.propose_line(**{**known, **changed})


# --- Holds ----------------------------------------------------------------------------


def test_hold_stores_identifiers_encrypted_and_hashed():
    place(ANN, ("phone", "01442 500890"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT h::text FROM retention_holdidentifier h")
        stored = " ".join(row for (row,) in cursor.fetchall())
    assert [word in stored for word in ("ann.lee", "500890")] == [False, False]
    assert sorted(HoldIdentifier.objects.values_list("kind", "value")) == [
        ANN,
        ("phone", "01442 500890"),
    ]


def test_ledger_of_a_hold_names_nobody():
    hold = place()
    actions.release_hold(hold, reason="Ann Lee has her answer", by=BY, at=AT)

    assert list(
        Event.objects.order_by("pk").values_list("event", "about", "details")
    ) == [
        (
            "retention.hold.placed",
            f"hold:{hold}",
            {"kind": "request", "placed_for": "case:1", "provisional": False},
        ),
        ("retention.hold.released", f"hold:{hold}", {"placed_for": "case:1"}),
    ]


def test_hold_costs_what_it_says(django_assert_num_queries):
    place()  # the ledger's own look-ups are warm

    for identifiers in ([ANN], [ANN, ("phone", "01442 500890")]):
        with django_assert_num_queries(4 + 4 * len(identifiers)):
            place(*identifiers)


def test_change_of_whom_a_hold_covers_is_in_the_ledger_and_no_change_is_not():
    phone = ("phone", "01442 500890")
    hold = place(ANN, ("email", "eve@example.org"))
    before = Event.objects.count()

    actions.cover_only(hold, [ANN, phone], by=BY, at=AT)

    event = Event.objects.latest("pk")
    assert (event.event, event.about) == ("retention.hold.covers", f"hold:{hold}")
    assert event.details == {"placed_for": "case:1", "added": 1, "left_out": 1}
    actions.cover_only(hold, [phone, ANN], by=BY, at=AT)
    assert Event.objects.count() == before + 1


def test_second_unproved_hold_does_not_renew_the_first():
    day = date(2026, 11, 30)
    place(provisional_until=day)
    later = place(
        placed_for="case:2",
        provisional_until=day + timedelta(days=20),
        at=AT + timedelta(days=20),
    )
    other = place(
        ("email", "ben@example.org"), provisional_until=day + timedelta(days=20)
    )

    ends = dict(Hold.objects.values_list("pk", "provisional_until"))
    assert ends[later] == day
    assert ends[other] == day + timedelta(days=20)


def test_proved_hold_lasts():
    hold = place(provisional_until=date(2026, 11, 30))

    actions.confirm_hold(hold, by=BY, at=AT)

    facts = Hold.objects.get(placed_for="case:1")
    assert (facts.provisional_until, facts.released_at) == (None, None)


def test_release_needs_a_reason_and_twice_is_once():
    hold = place()
    with pytest.raises(Refused, match="Say why"):
        actions.release_hold(hold, reason=" ", by=BY, at=AT)

    actions.release_hold(hold, reason="answered", by=BY, at=AT)
    actions.release_hold(hold, reason="again", by=DCO, at=AT + timedelta(days=1))

    kept = Hold.objects.get()
    assert (kept.released_at, kept.released_because) == (AT, "answered")
    with pytest.raises(Refused, match="released"):
        actions.confirm_hold(hold, by=BY, at=AT)


def test_hold_of_datasets_says_which():
    place(datasets=[("crm", "contacts"), ("billing", "invoices")])

    assert sorted(HoldDataset.objects.values_list("system", "dataset")) == [
        ("billing", "invoices"),
        ("crm", "contacts"),
    ]


def test_person_reads_that_a_legal_hold_is_and_never_the_matter():
    place(kind=HoldKind.LEGAL, ground="Lee against Lumina, HQ26X")

    [row] = PORTS.portal_datasets[0].find({"email": frozenset({ANN[1]})})

    assert row.values == {
        "placed_at": None,
        "why": "kept because it may be needed for legal claims (Art 17(3)(e))",
    }


# --- The schedule ---------------------------------------------------------------------


def test_line_begins_as_proposed_and_a_version_follows_a_version():
    propose()
    second = propose(period="P7Y")

    assert second.version == 2
    assert queries.lines()["invoices"].period == "P7Y"
    assert not queries.lines()["invoices"].approved


def test_period_that_is_none_is_refused():
    with pytest.raises(ValueError, match="write P6Y"):
        propose(period="six years")

    assert ScheduleLine.objects.count() == 0


def test_line_is_approved_with_a_reason_once_and_only_the_newest():
    old, new = propose(), propose()
    for line, reason, said in (
        (new, " ", "Say why"),
        (old, "six years is the law", "newer version"),
    ):
        with pytest.raises(Refused, match=said):
            actions.approve_line(line.pk, reason=reason, by=DCO, at=AT)

    actions.approve_line(new.pk, reason="six years is the law", by=DCO, at=AT)

    assert queries.lines()["invoices"].approved
    assert Event.objects.latest("pk").details == {"code": "invoices", "version": 2}
    with pytest.raises(Refused, match="already"):
        actions.approve_line(new.pk, reason="again", by=DCO, at=AT)


@given(
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 400),
    st.dates(max_value=date(2200, 1, 1)),
)
def test_period_ends_after_it_began_and_never_in_a_day_that_is_not(
    years, months, days, day
):
    text = f"P{years}Y{months}M{days}D"

    end = Period.parse(text).after(day)

    assert end >= day
    whole = (end - timedelta(days=days)) if days else end
    assert (whole.year * 12 + whole.month) - (day.year * 12 + day.month) == (
        years * 12 + months
    )
    assert whole.day <= day.day


@pytest.mark.parametrize(
    "text", ["", "P", "6Y", "P6", "PT6H", "P6Y ", "p6y", "P-1Y", "P٦Y"]
)
def test_text_that_is_no_period(text):
    with pytest.raises(ValueError, match="no period"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("hold_kind_known", lambda: place(kind="whim")),
        (
            "hold_released_with_reason",
            lambda: (place(), Hold.objects.update(released_at=AT)),
        ),
        (
            "hold_provisional_only_for_a_request",
            lambda: place(kind=HoldKind.LEGAL, provisional_until=date(2026, 12, 1)),
        ),
        (
            "hold_identifier_is_a_keyed_hash",
            lambda: (place(), HoldIdentifier.objects.update(ref=ANN[1])),
        ),
        (
            "hold_identifier_once",
            lambda: HoldIdentifier.objects.create(
                hold_id=place(),
                kind="email",
                ref=HoldIdentifier.objects.get().ref,
                value="x",
            ),
        ),
        ("hold_dataset_once", lambda: place(datasets=[("crm", "a"), ("crm", "a")])),
        ("line_end_action_known", lambda: propose(end_action="sell")),
        (
            "line_approved_with_reason",
            lambda: (propose(), ScheduleLine.objects.update(approved_at=AT)),
        ),
        (
            "line_version_once",
            lambda: (propose(), propose(), ScheduleLine.objects.update(version=1)),
        ),
    ],
)
def test_database_refuses(constraint, make):
    with pytest.raises(IntegrityError, match=constraint):
        make()
