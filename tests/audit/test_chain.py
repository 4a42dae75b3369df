"""The chain: whole under concurrent writers, and whatever breaks it is named."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from threading import Barrier
from threading import Event as Flag

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit import actions, queries
from audit.models import Event, Seal, Unsealed
from audit.rules import GENESIS, link
from lumina_privacy.lib.actor import system
from tests.database import at_once

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def record(number=1):
    actions.record(
        "datamap.revision.approved",
        about=f"revision:{number}",
        by=system("test"),
        at=AT + timedelta(seconds=number),
        details={"sha256": f"{number:064}a"[-64:]},
    )


def seals():
    return list(Seal.objects.order_by("seq").values_list("seq", "event_id"))


# --- Concurrent writers and sealers ---------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_four_writers_and_two_sealers_make_one_whole_chain():
    writers, sealers, each = 4, 2, 60
    start, done = Barrier(writers + sealers), Flag()

    def work(number):
        start.wait(10)
        if number >= writers:
            sealed = 0
            while not done.is_set():
                sealed += actions.seal()
            return sealed
        for count in range(each):
            with transaction.atomic():
                record(number * each + count)
        if all(Event.objects.filter(about=f"revision:{n}").exists() for n in last):
            done.set()
        return 0

    last = [n * each + each - 1 for n in range(writers)]
    sealed = sum(at_once(work, writers + sealers)) + actions.seal()

    assert sealed == writers * each
    assert [seq for seq, _ in seals()] == list(range(1, sealed + 1))
    assert {event for _, event in seals()} == set(
        Event.objects.values_list("pk", flat=True)
    )
    assert Unsealed.objects.count() == 0
    assert queries.verify() is None


@pytest.mark.django_db(transaction=True)
def test_row_that_commits_late_is_not_skipped():
    """A cursor on the id would have passed it by: its id is the lower one."""
    written, sealed = Flag(), Flag()

    def work(number):
        if number == 0:
            with transaction.atomic():
                record(0)
                written.set()
                assert sealed.wait(10)
            return actions.seal()
        assert written.wait(10)
        record(1)
        count = actions.seal()
        sealed.set()
        return count

    assert at_once(work, 2) == [1, 1]
    late, early = Event.objects.order_by("pk").values_list("pk", flat=True)
    assert seals() == [(1, early), (2, late)]
    assert queries.verify() is None


@pytest.mark.django_db(transaction=True)
def test_writers_wait_neither_for_each_other_nor_for_the_sealer():
    """A writer and a sealer that do not come to their ends hold nobody up."""
    open_, finished = Barrier(3), Flag()

    def work(number):
        if number == 2:
            open_.wait(10)
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '300ms'")
            with transaction.atomic():
                record(number)
            finished.set()
            return
        with transaction.atomic():
            if number == 0:
                record(number)
            else:
                actions._seal_batch()
            open_.wait(10)
            assert finished.wait(10)

    record(9)
    at_once(work, 3)

    assert Event.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_second_sealer_goes_home():
    sealing, tried = Flag(), Flag()

    def work(number):
        if number:
            assert sealing.wait(10)
            count = actions.seal()
            tried.set()
            return count
        with transaction.atomic():
            count = actions._seal_batch()
            sealing.set()
            assert tried.wait(10)
        return count

    record()
    assert at_once(work, 2) == [1, 0]


@pytest.mark.django_db
def test_seal_takes_batch_after_batch(monkeypatch):
    monkeypatch.setattr(actions, "_BATCH", 3)
    for number in range(9):
        record(number)

    assert (actions.seal(), actions.seal()) == (9, 0)
    assert queries.verify() is None


@pytest.mark.django_db
def test_link_is_the_hash_of_place_predecessor_and_every_column():
    record()
    actions.seal()
    event, seal = Event.objects.get(), Seal.objects.get()

    assert seal.previous_hash == GENESIS
    assert seal.hash == link(1, GENESIS, queries.sealable(event))


# --- Tampering: as the owner, triggers off --------------------------------------------


def tamper(*statements):
    with connection.cursor() as cursor:
        for table in ("audit_event", "audit_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in ("audit_event", "audit_seal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def verify():
    """Return what `manage.py audit verify` says."""
    with pytest.raises(CommandError) as bad:
        call_command("audit", "verify")
    return str(bad.value)


@pytest.fixture
def ledger(db):
    """Return the ids of five sealed events, their head published outside."""
    for number in range(5):
        record(number)
    actions.seal()
    actions.publish_head(at=AT)
    ids = list(Event.objects.order_by("pk").values_list("pk", flat=True))
    assert queries.verify() is None
    return ids


def test_whole_ledger_is_said_to_be_whole(ledger, capsys):
    record(5)

    call_command("audit", "verify")

    assert capsys.readouterr().out == "6 rows, the chain is whole.\n"


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "event = 'datamap.revision.proposed'",
        "actor = 'staff:7'",
        "about = 'revision:99'",
        "subject = '00000000-0000-0000-0000-000000000001'",
        'details = \'{"sha256": "b"}\'',
    ],
)
def test_changed_row_is_named(ledger, change):
    tamper(f"UPDATE audit_event SET {change} WHERE id = {ledger[2]}")

    assert verify() == f"row 3: event {ledger[2]} is not what was sealed"


def test_changed_row_with_its_seal_made_anew_is_found_at_the_next(ledger):
    event = Event.objects.get(pk=ledger[2])
    event.about = "revision:99"
    second = Seal.objects.get(seq=2)
    forged = link(3, second.hash, queries.sealable(event))
    tamper(
        f"UPDATE audit_event SET about = 'revision:99' WHERE id = {event.pk}",
        f"UPDATE audit_seal SET hash = '{forged}' WHERE seq = 3",
    )

    assert verify() == "row 4: the seal does not follow the one before it"


def test_chain_made_anew_from_a_changed_row_differs_from_the_published_head(ledger):
    statements = [f"UPDATE audit_event SET about = 'x:1' WHERE id = {ledger[2]}"]
    previous = Seal.objects.get(seq=2).hash
    for seq, event in enumerate(Event.objects.filter(pk__in=ledger[2:]), start=3):
        event.about = "x:1" if event.pk == ledger[2] else event.about
        forged = link(seq, previous, queries.sealable(event))
        statements.append(
            f"UPDATE audit_seal SET hash = '{forged}', previous_hash = '{previous}' "
            f"WHERE seq = {seq}"
        )
        previous = forged
    tamper(*statements)

    assert verify() == "row 5: the seal differs from the head published outside"


def test_row_deleted_in_the_middle_is_named(ledger):
    tamper(f"DELETE FROM audit_event WHERE id = {ledger[2]}")

    assert verify() == f"row 3: event {ledger[2]} is missing"


def test_row_deleted_with_its_seal_is_named(ledger):
    tamper(
        f"DELETE FROM audit_event WHERE id = {ledger[2]}",
        "DELETE FROM audit_seal WHERE seq = 3",
    )

    assert verify() == "row 3: a seal is missing"


def test_last_row_deleted_with_its_seal_is_known_by_the_published_head(ledger):
    tamper(
        f"DELETE FROM audit_event WHERE id = {ledger[4]}",
        "DELETE FROM audit_seal WHERE seq = 5",
    )

    assert verify() == "row 5: seals after 4 are missing: 5 was published"


def test_last_row_deleted_and_the_chain_grown_again_is_known(ledger):
    tamper(
        f"DELETE FROM audit_event WHERE id = {ledger[4]}",
        "DELETE FROM audit_seal WHERE seq = 5",
    )
    record(7)

    assert verify() == "row 5: the seal differs from the head published outside"


def test_row_deleted_before_its_seal_is_named(ledger):
    record(5)
    waiting = Unsealed.objects.get().event_id
    tamper(f"DELETE FROM audit_event WHERE id = {waiting}")

    assert verify() == f"row 6: event {waiting} was deleted before it was sealed"


def test_row_put_in_past_the_queue_is_named(ledger):
    tamper(
        "INSERT INTO audit_event (id, at, event, actor, about, details) "
        "VALUES (999999, now(), 'x', 'staff:7', 'x:1', '{}')"
    )

    assert verify() == "row 6: event 999999 was put in past the queue"


def test_row_put_in_between_is_named(ledger):
    tamper(
        "INSERT INTO audit_event (id, at, event, actor, about, details) "
        "VALUES (999999, now(), 'x', 'staff:7', 'x:1', '{}')",
        "UPDATE audit_seal SET seq = -seq WHERE seq > 2",
        "UPDATE audit_seal SET seq = 1 - seq WHERE seq < 0",
        "INSERT INTO audit_seal SELECT 3, 999999, hash, repeat('0', 64) "
        "FROM audit_seal WHERE seq = 2",
    )

    assert verify() == "row 3: event 999999 is not what was sealed"


def test_swapped_rows_are_named(ledger):
    first, second = ledger[1], ledger[3]
    tamper(
        f"UPDATE audit_event SET id = 0 WHERE id = {first}",
        f"UPDATE audit_event SET id = {first} WHERE id = {second}",
        f"UPDATE audit_event SET id = {second} WHERE id = 0",
    )

    assert verify() == f"row 2: event {first} is not what was sealed"


def test_swapped_seals_are_named(ledger):
    first, second = ledger[1], ledger[3]
    tamper(
        "UPDATE audit_seal SET event_id = 0 WHERE seq = 2",
        f"UPDATE audit_seal SET event_id = {first} WHERE seq = 4",
        f"UPDATE audit_seal SET event_id = {second} WHERE seq = 2",
    )

    assert verify() == f"row 2: event {second} is not what was sealed"


# --- The published heads --------------------------------------------------------------


def test_head_is_published_outside_the_database(ledger, settings):
    path = settings.JOURNAL_DIR / "audit-heads.jsonl"

    assert json.loads(path.read_text()) == {
        "at": AT.isoformat(),
        "seq": 5,
        "hash": Seal.objects.get(seq=5).hash,
    }
    assert path.parent.stat().st_mode & 0o777 == 0o700
    record(6)
    actions.seal()
    actions.publish_head(at=AT + timedelta(days=1))
    assert [json.loads(line)["seq"] for line in path.read_text().splitlines()] == [5, 6]


def test_empty_ledger_publishes_nothing(db, settings):
    actions.publish_head(at=AT)

    assert not (settings.JOURNAL_DIR / "audit-heads.jsonl").exists()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text + text[:20], "line 2 .* cannot be read"),
        (
            lambda text: text + re.sub(r"[0-9a-f]{64}", "0" * 64, text),
            "line 2 .* contra",
        ),
    ],
)
def test_spoilt_heads_are_said(ledger, settings, spoil, said):
    path = settings.JOURNAL_DIR / "audit-heads.jsonl"
    path.write_text(spoil(path.read_text()))

    assert re.match(f"row 0: {said}", verify())
