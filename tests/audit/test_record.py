"""What may be written into the ledger, and what may not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from audit import actions, queries
from audit.models import Event, Pseudonym
from audit.portal import PORTS
from lumina_privacy.lib import ports
from lumina_privacy.lib.actor import Actor, ActorKind, system
from lumina_privacy.lib.subject_ref import subject_ref
from requests_app.states import EventKind
from tests.ledger import events_about

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
BY = system("test")

pytestmark = pytest.mark.django_db


def record(**changed):
    known = {
        "about": "hold:1",
        "by": BY,
        "at": AT,
        "details": {"kind": "legal", "placed_for": "case:1", "provisional": False},
    }
    actions.record("retention.hold.placed", **{**known, **changed})


def test_record_is_kept_as_given():
    record()

    assert events_about("hold:1") == [
        queries.EventFacts(
            Event.objects.get().pk,
            AT,
            "retention.hold.placed",
            "system:test",
            "hold:1",
            {"kind": "legal", "placed_for": "case:1", "provisional": False},
        )
    ]


def test_record_goes_with_the_transaction_it_tells_of():
    with transaction.atomic():
        record()
        transaction.set_rollback(True)

    assert Event.objects.count() == 0


def test_record_of_an_event_nobody_declares_is_refused():
    with pytest.raises(LookupError, match=r"'hold\.dropped'"):
        actions.record("hold.dropped", about="hold:1", by=BY, at=AT)


def test_record_of_a_detail_nobody_declares_is_refused():
    with pytest.raises(LookupError, match="may not carry name"):
        record(details={"name": "x"})


@pytest.mark.parametrize(
    "value",
    [
        "ann@example.org",
        "Ann Lee",
        "ann lee",
        "Lee",
        "01442500890",
        "+441442500890",
        "01442-500890",
        "37 Mark Road, HP2 7DN",
        "müller",
        "ok\nAnn",
        "x" * 81,
        None,
        1.5,
        ["a"],
    ],
)
def test_record_of_a_detail_that_could_name_somebody_is_refused(value):
    with pytest.raises(ValueError, match="see kind") as refusal:
        record(details={"kind": value})

    assert str(value) not in str(refusal.value).replace("see kind", "")
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    "about", ["ann@example.org", "case:ann@example.org", "Ann", "case:1\nAnn", ""]
)
def test_record_about_somebody_by_name_is_refused(about):
    with pytest.raises(ValueError, match="see about"):
        record(about=about)


def test_record_by_somebody_by_name_is_refused():
    with pytest.raises(ValueError, match="see by"):
        record(by=Actor(ActorKind.SUBJECT, "ann@example.org"))


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("event_actor_is_opaque", {"actor": "Ann Lee"}),
        ("event_about_is_opaque", {"about": "ann@example.org"}),
    ],
)
def test_database_refuses_names_too(constraint, columns):
    row = {"at": AT, "event": "x", "actor": "system:x", "about": "x", **columns}
    with pytest.raises(IntegrityError, match=constraint):
        Event.objects.create(**row)


def test_subject_is_a_pseudonym_that_dies_with_its_row():
    ann, ben = subject_ref("email", "ann@example.org"), subject_ref("email", "b@x.org")
    for subject in (ann, ben, ann):
        record(subject=subject)

    of_ann, of_ben, again = Event.objects.order_by("pk").values_list(
        "subject", flat=True
    )
    assert of_ann == again != of_ben
    assert str(of_ann) not in ann
    assert Pseudonym.objects.get(ref=ann).token == of_ann
    find = PORTS.portal_datasets[0].find
    known = {"email": frozenset({"ann@example.org"})}
    assert [row.values["event"] for row in find(known)] == ["A hold was placed"] * 2
    Pseudonym.objects.get(ref=ann).delete()
    assert list(find(known)) == []


def test_cost_of_a_record(django_assert_num_queries):
    subject = subject_ref("email", "ann@example.org")
    record(subject=subject)
    with django_assert_num_queries(1):
        record()
    with django_assert_num_queries(2):
        record(subject=subject)


def test_heartbeat_moves_and_costs_one_query(django_assert_num_queries):
    later = datetime(2026, 11, 2, 10, 5, tzinfo=UTC)
    actions.beat("sweep", at=AT)
    with django_assert_num_queries(1):
        actions.beat("sweep", at=later)

    assert queries.heartbeats() == [queries.Beat("sweep", later)]


def test_every_app_declares_its_events_under_its_own_words():
    """An event of two apps would have the details of the last one only."""
    from importlib import import_module

    from lumina_privacy.wiring import APPS

    names = [
        name for app in APPS for name in import_module(f"{app}.portal").PORTS.events
    ]
    assert len(names) == len(set(names))
    assert set(names) == set(ports.wired().events)


def test_whatever_happens_in_a_case_may_be_recorded():
    assert {f"case.{kind}" for kind in EventKind} <= set(ports.wired().events)
