"""A new master key: everything is put under it, then the old one may go."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from lumina_privacy.lib import crypto, reseal
from lumina_privacy.lib.append_only import AppendOnly
from outbox.models import Message
from requests_app.models import Decision
from requests_app.states import DeliveryForm, Outcome
from tests.factories.cases import make_case
from tests.ledger import events_about
from tests.outbox.conftest import queue
from tests.vault.test_files import BY, content_of, key_of, read, store
from vault import actions
from vault.models import StoredFile

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
KEYS = {
    name: f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"
    for name in ("k1", "k2", "k3")
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(settings):
    """Give the way to set the ring of master keys, newest first."""

    def use(*names):
        settings.LUMINA_MASTER_KEYS = ",".join(KEYS[name] for name in names)
        crypto.master_keys.cache_clear()

    use("k1")
    yield use
    crypto.master_keys.cache_clear()


def rotate(capsys):
    call_command("rotate_keys")
    return capsys.readouterr().out.strip()


def test_after_rotation_the_old_key_may_go(ring, capsys):
    file_id, mail = store(), queue(text="Dear Ann\n")
    content = content_of(file_id).read_bytes()
    case = make_case()
    decision = decide(case, "We give what you asked for.")
    ring("k2", "k1")
    before = key_of(file_id).read_bytes()

    said = rotate(capsys)
    ring("k2")

    assert said.startswith("1 keys wrapped anew, ")
    assert read(file_id) == b"bees"
    assert Message.objects.get(pk=mail).text == "Dear Ann\n"
    assert Decision.objects.get(pk=decision.pk).words == "We give what you asked for."
    assert StoredFile.objects.get().name == "ann-lee.csv"
    assert key_of(file_id).read_bytes() != before
    assert content_of(file_id).read_bytes() == content  # terabytes need not be written
    assert rotate(capsys) == "0 keys wrapped anew, 0 rows sealed anew."


def decide(case, words):
    decision = Decision(
        case=case,
        outcome=Outcome.GRANTED,
        words=words,
        form=DeliveryForm.DOWNLOAD,
        by="staff:7",
        at=AT,
    )
    decision.save()
    return decision


def test_without_rotation_the_old_key_may_not_go(ring):
    file_id, mail = store(), queue()
    ring("k2")

    with pytest.raises(actions.Unreadable):
        read(file_id)
    with pytest.raises(crypto.Undecryptable):
        Message.objects.get(pk=mail)


def test_every_sealed_column_of_every_table_is_put_under_the_new_key(ring, capsys):
    """By the catalogue: a column that is added tomorrow is found too."""
    queue(), store(), decide(make_case(), "words")
    ring("k2", "k1")

    rotate(capsys)

    for model, fields in reseal.sealed_columns():
        for field in fields:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT count(*) FROM {model._meta.db_table} "
                    f"WHERE \"{field.column}\" LIKE 'k1:%'"
                )
                assert cursor.fetchone() == (0,), field


def test_many_rows_are_sealed_batch_by_batch(ring, capsys, monkeypatch):
    monkeypatch.setattr(reseal, "_BATCH", 2)
    for _ in range(5):
        queue()
    ring("k2", "k1")

    assert rotate(capsys) == "0 keys wrapped anew, 5 rows sealed anew."


def rotated(about):
    """Return what the ledger says was put under the newest key."""
    return [
        (event.actor, event.event, event.details)
        for event in events_about(about)
        if event.event in {"vault.key.rewrapped", "vault.columns.resealed"}
    ]


def test_ledger_says_what_was_put_under_the_newest_key_and_no_more(ring):
    file_id = store()
    queue()
    ring("k2", "k1")

    call_command("rotate_keys")

    by, of_file = "system:rotate-keys", rotated(f"file:{file_id}")
    assert of_file == [(by, "vault.key.rewrapped", {})]
    # A row of the mail, and one of the file.
    resealed = {"rows": 2, "lost": 0}
    assert rotated("vault") == [(by, "vault.columns.resealed", resealed)]
    call_command("rotate_keys")
    assert rotated(f"file:{file_id}") == of_file
    assert len(rotated("vault")) == 1


def test_row_no_key_opens_is_counted_and_the_others_go_on(ring, capsys):
    lost, kept = queue(), queue()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_message SET text = 'k9:xx' WHERE id = %s", [lost])
    ring("k2", "k1")

    with pytest.raises(CommandError, match="1 rows cannot be opened"):
        call_command("rotate_keys")
    ring("k2")
    assert Message.objects.get(pk=kept).text == "Dear Ann\n"


def test_file_whose_key_a_restore_left_out_is_counted_and_the_rest_goes_on(
    ring, capsys
):
    """`keys` is in no backup (D8): a restored row may have no key any more."""
    lost, shut, kept = store(), store(), store()
    mail = queue(text="Dear Ann\n")
    key_of(lost).unlink()
    key_of(shut).write_text("k9:xx")
    ring("k2", "k1")

    with pytest.raises(CommandError) as said:
        call_command("rotate_keys")

    assert "1 keys wrapped anew, 4 rows sealed anew." in capsys.readouterr().out
    assert str(said.value) == (
        "The keys of 1 files are gone, as they are after a restore: those files open "
        "no more, under any master key. Make found data and packages again by "
        "searching again. The keys of 1 files cannot be opened with any key of the "
        "ring: put back the key that wrote them, and run it again."
    )
    ring("k2")
    assert read(kept) == b"bees"
    assert Message.objects.get(pk=mail).text == "Dear Ann\n"


def test_append_only_row_may_change_its_key_and_nothing_else(ring):
    decide(make_case(), "words")
    ring("k2", "k1")

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lumina.rotation = 'on'")
        for change in ("by = 'staff:8'", "words = '', by = 'staff:8'"):
            with (
                pytest.raises(IntegrityError, match="append-only"),
                transaction.atomic(),
            ):
                cursor.execute(f"UPDATE requests_app_decision SET {change}")
        cursor.execute("SET LOCAL lumina.rotation = 'off'")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute("UPDATE requests_app_decision SET words = ''")


def test_trigger_of_an_append_only_table_names_its_sealed_columns():
    for model, fields in reseal.sealed_columns():
        if issubclass(model, AppendOnly):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT tgargs FROM pg_trigger WHERE tgname = %s",
                    [f"{model._meta.db_table}_append_only"],
                )
                [[named]] = cursor.fetchall()
            assert bytes(named).split(b"\0")[:-1] == [f.column.encode() for f in fields]


# --- Cut off in between ---------------------------------------------------------------


@pytest.mark.parametrize("spare_too", [False, True])
def test_rewrapping_that_was_cut_off_goes_on_and_never_loses_the_key(
    ring, monkeypatch, spare_too
):
    """Killed before the key returns to its place; then before the spare does, too."""
    file_id = store()
    ring("k2", "k1")
    with monkeypatch.context() as patched:
        cut_off(patched, str(file_id))
        assert not key_of(file_id).exists()
        assert read(file_id) == b"bees"
        if spare_too:
            cut_off(patched, f"{file_id}.new")
            assert read(file_id) == b"bees"

    assert actions.rewrap(by=BY, at=AT) == actions.Rewrapped(keys=1)
    ring("k2")
    assert read(file_id) == b"bees"
    assert [path.name for path in key_of(file_id).parent.iterdir()] == [str(file_id)]


def cut_off(patched, file):
    """Run a re-wrapping that dies when ``file``, just deleted, is to be written."""
    keys = actions._keys()
    save, deleted = type(keys).save, []

    def remember(name):
        deleted.append(name)
        return type(keys).delete(keys, name)

    def die(name, content):
        if name == file and name in deleted:
            raise KeyboardInterrupt
        return save(keys, name, content)

    patched.setattr(keys, "delete", remember, raising=False)
    patched.setattr(keys, "save", die, raising=False)
    with pytest.raises(KeyboardInterrupt):
        actions.rewrap(by=BY, at=AT)
    patched.undo()


def test_destroyed_files_are_left_alone(ring):
    file_id = store()
    actions.destroy(file_id, reason="expired", by=BY, at=AT)
    ring("k2", "k1")

    assert actions.rewrap(by=BY, at=AT) == actions.Rewrapped()
