"""Nothing in an append-only table is changed: Python, triggers and rights say so."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg2
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from audit import actions
from audit.models import Event
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.append_only import AppendOnly
from lumina_privacy.lib.verdict import Refused
from tests.database import as_application

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
TABLES = sorted(
    model._meta.db_table for model in apps.get_models() if issubclass(model, AppendOnly)
)


@pytest.fixture(scope="module")
def _granted(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        call_command("grant_app_role", verbosity=0)
        connection.close()


@pytest.fixture
def role(_granted):
    """Give a cursor of the application's role; what it does is undone."""
    with as_application() as opened, opened.cursor() as cursor:
        yield cursor


def record():
    actions.record(
        "datamap.revision.approved",
        about="revision:1",
        by=system("test"),
        at=AT,
        details={"sha256": "0" * 64},
    )
    return Event.objects.latest("pk")


def test_tables_that_are_append_only():
    assert TABLES == [
        "audit_event",
        "audit_seal",
        "consent_permissionentry",
        "datamap_telling",
        "requests_app_caseevent",
        "requests_app_decision",
        "requests_app_identifierruling",
        "requests_app_letter",
        "requests_app_ruling",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda event: Event(pk=event.pk, at=AT, event="x").save(force_update=True),
        lambda event: Event.objects.update(event=event.event),
        lambda event: Event.objects.filter(pk=event.pk).delete(),
        lambda event: Event.objects.bulk_update([event], ["event"]),
        lambda event: Event.objects.update_or_create(
            pk=event.pk, defaults={"event": "x"}
        ),
        lambda event: Event.objects.bulk_create(
            [event],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["event"],
        ),
    ],
    ids=["save", "delete", "force", "update", "deletes", "bulk", "or_create", "upsert"],
)
def test_python_refuses(change):
    event = record()
    event.event = "x"

    with pytest.raises((Refused, IntegrityError)):
        change(event)


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_every_append_only_table_has_its_trigger(table):
    """The owner too, who has every right, is refused by the trigger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgtype, tgenabled FROM pg_trigger JOIN pg_proc p "
            "ON p.oid = tgfoid WHERE tgrelid = %s::regclass AND p.proname = "
            "'lumina_append_only'",
            [table],
        )
        # 1 row-level + 2 before + 8 delete + 16 update
        assert cursor.fetchall() == [(f"{table}_append_only", 27, "O")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql", ["UPDATE audit_event SET event = 'x'", "DELETE FROM audit_event"]
)
def test_trigger_refuses_the_owner(sql):
    record()

    with (
        pytest.raises(IntegrityError, match="audit_event is append-only"),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {} SET {} = {}",
        "DELETE FROM {0}",
        "TRUNCATE {0}",
        "DROP TABLE {0}",
        "ALTER TABLE {0} DISABLE TRIGGER ALL",
        "DROP TRIGGER {0}_append_only ON {0}",
        "SET lumina.disposal = 'on'; DELETE FROM {0}",
    ],
)
def test_application_role_cannot_touch_what_was_written(role, table, sql):
    column = {"audit_seal": "hash"}.get(table, "id")
    role.execute(f"SELECT count(*) FROM {table}")

    with pytest.raises(
        psycopg2.errors.InsufficientPrivilege, match=r"permission denied|must be owner"
    ):
        role.execute(sql.format(table, column, column))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE x ()",
        "TRUNCATE accounts_user CASCADE",
        "TRUNCATE audit_unsealed",
        "ALTER TABLE outbox_message ADD x int",
        "DROP TABLE audit_heartbeat",
        "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER FUNCTION lumina_append_only() RENAME TO x",
        "SET session_replication_role = replica",
        "SELECT setval('audit_event_id_seq', 1)",
        "DELETE FROM django_migrations",
        "CREATE ROLE other SUPERUSER",
    ],
)
def test_application_role_has_no_right_to(role, sql):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        role.execute(sql)


@pytest.mark.django_db
def test_application_role_can_do_its_work(role):
    """It writes to the ledger, its event is queued, and it seals."""
    role.execute(
        "INSERT INTO audit_event (at, event, actor, about, details) "
        "VALUES (now(), 'x', 'system:x', 'x', '{}') RETURNING id"
    )
    event = role.fetchone()
    role.execute("SELECT event_id FROM audit_unsealed WHERE event_id = %s", event)
    assert role.fetchall() == [event]
    role.execute(
        "INSERT INTO audit_seal (seq, event_id, previous_hash, hash) "
        "VALUES (-1, %s, '', '')",
        event,
    )
    role.execute("DELETE FROM audit_unsealed WHERE event_id = %s", event)

    assert role.rowcount == 1


@pytest.mark.django_db
def test_one_role_for_both_is_said(settings, capsys):
    settings.DATABASE_URL = settings.DATABASE_OWNER_URL

    call_command("grant_app_role")

    assert "guarded by its triggers only" in capsys.readouterr().out


@pytest.mark.django_db
def test_grant_that_the_database_refuses_is_told_in_a_sentence(settings):
    settings.DATABASE_URL = "postgresql://nobody@localhost/lumina"

    with pytest.raises(CommandError, match=r"AS_OWNER=1.*nobody") as said:
        call_command("grant_app_role")

    assert len(str(said.value).splitlines()) == 1
