"""Encrypted files: bound to their id, a key each, gone when the key is gone."""

from __future__ import annotations

import os
import resource
import tracemalloc
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings as portal
from django.core.files.storage import storages
from django.db import IntegrityError, transaction

from audit.models import Event
from lumina_privacy.lib.actor import system
from vault import actions, queries
from vault.actions import Unreadable
from vault.models import StoredFile
from vault.states import FilePurpose

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
BY = system("test")
MEGABYTE = 1_000_000

pytestmark = pytest.mark.django_db


def store(content=b"bees", name="ann-lee.csv", purpose=FilePurpose.UPLOAD):
    with writing(name, purpose) as sink:
        sink.write(content)
    return sink.file_id


def writing(name="ann-lee.csv", purpose=FilePurpose.UPLOAD):
    return actions.writing(purpose=purpose, about="case:1", name=name, by=BY, at=AT)


def read(file_id):
    with actions.reading(file_id) as plain:
        return plain.read()


def folder(alias):
    return Path(storages[alias].path(""))


def files(alias):
    return sorted(path for path in folder(alias).rglob("*") if path.is_file())


def content_of(file_id):
    return folder("vault") / file_id.hex[:2] / str(file_id)


def key_of(file_id):
    return folder("keys") / str(file_id)


def test_file_is_read_as_it_was_written_and_known_by_its_sum():
    content = bytes(range(256)) * 10_000  # 2.5 segments

    file_id = store(content)

    assert read(file_id) == content
    facts = queries.facts(file_id)
    assert (facts.size, facts.sha256) == (len(content), sha256(content).hexdigest())
    assert (facts.name, facts.about) == ("ann-lee.csv", "case:1")
    event = Event.objects.get()
    assert event.details == {"purpose": "upload", "about": "case:1", "bytes": 2_560_000}


@pytest.mark.parametrize("size", [0, 1, MEGABYTE, 1_048_576, 1_048_577])
def test_file_of_any_size(size):
    content = b"x" * size

    assert read(store(content)) == content


def test_nothing_of_a_file_stands_in_clear():
    store(b"the content of bees")

    stored = b"".join(path.read_bytes() for path in [*files("vault"), *files("keys")])
    assert b"bees" not in stored
    assert "ann-lee" not in "".join(map(str, files("vault")))


def test_each_file_has_a_key_of_its_own():
    first, second = store(), store()
    key_of(first).write_bytes(key_of(second).read_bytes())

    with pytest.raises(Unreadable):
        read(first)
    assert read(second) == b"bees"


def test_file_swapped_for_another_with_its_key_is_refused():
    """The id is authenticated: under the very key that wrote it, still refused."""
    mine, theirs = store(b"mine"), store(b"theirs")
    handle = actions._read_key(theirs)
    content_of(mine).write_bytes(content_of(theirs).read_bytes())
    key_of(mine).write_bytes(actions._wrap(mine, handle))

    with pytest.raises(Unreadable):
        read(mine)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw + b"x",
        lambda raw: raw[:100] + bytes([raw[100] ^ 1]) + raw[101:],
        lambda raw: raw[:0],
    ],
    ids=["shorter", "half", "longer", "changed", "empty"],
)
def test_changed_content_is_refused(spoil):
    file_id = store(b"bees" * MEGABYTE)
    path = content_of(file_id)
    path.write_bytes(spoil(path.read_bytes()))

    with pytest.raises(Unreadable):
        read(file_id)


def test_unknown_file_is_refused():
    with pytest.raises(Unreadable):
        read(uuid4())


# --- Nothing half written -------------------------------------------------------------


class StopIt(Exception):
    pass


def nothing_is_left():
    return (
        files("vault") == files("keys") == []
        and not list((Path(portal.DATA_DIR) / "tmp").iterdir())
        and not StoredFile.objects.exists()
        and not Event.objects.exists()
    )


def test_exception_while_writing_leaves_nothing():
    def write():
        with writing() as sink:
            sink.write(b"x" * 3 * MEGABYTE)
            raise StopIt

    with pytest.raises(StopIt):
        write()
    assert nothing_is_left()


def test_full_storage_leaves_nothing():
    """A limit on the size of files stands for the disk: the kernel's own refusal."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MEGABYTE, hard))
    try:
        with pytest.raises(OSError, match=r"large|full"), writing() as sink:
            sink.write(b"x" * 5 * MEGABYTE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert nothing_is_left()


def test_row_that_cannot_be_written_leaves_nothing():
    with pytest.raises(IntegrityError, match="purpose_known"), transaction.atomic():
        store(purpose="holiday")

    assert nothing_is_left()


def test_leftovers_of_a_rollback_go_a_day_later_and_nothing_else_does():
    kept = store()
    with transaction.atomic():
        lost = store()
        transaction.set_rollback(True)
    (folder("keys") / "README").write_text("not ours")
    assert [content_of(lost).exists(), key_of(lost).exists()] == [True, True]

    now = datetime.now(UTC)
    assert actions.clear_leftovers(before=now - timedelta(days=1)) == 0
    assert actions.clear_leftovers(before=now + timedelta(minutes=1)) == 2

    assert [content_of(lost).exists(), key_of(lost).exists()] == [False, False]
    assert read(kept) == b"bees"
    assert (folder("keys") / "README").exists()


def test_memory_stays_flat_whatever_the_size():
    def peak(megabytes):
        tracemalloc.start()
        with writing() as sink:
            for _ in range(megabytes):
                sink.write(b"x" * MEGABYTE)
        with actions.reading(sink.file_id) as plain:
            while plain.read(MEGABYTE):
                pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)  # imports and caches
    assert peak(64) < peak(8) + 2 * MEGABYTE


# --- Destroyed ------------------------------------------------------------------------


def destroy(file_id):
    return actions.destroy(file_id, reason="expired", by=BY, at=AT)


def test_destroyed_file_is_gone_with_its_key(django_capture_on_commit_callbacks):
    file_id = store()
    with django_capture_on_commit_callbacks(execute=True):
        assert destroy(file_id)

    assert files("vault") == files("keys") == []
    with pytest.raises(Unreadable):
        read(file_id)
    assert not destroy(file_id)
    assert Event.objects.filter(event="vault.file.destroyed").count() == 1
    assert StoredFile.objects.get().content_gone


def test_restored_content_stays_unreadable_without_its_key(
    django_capture_on_commit_callbacks,
):
    """What a backup brings back: the content and the row, never the key (D8)."""
    file_id = store()
    backup = content_of(file_id).read_bytes()
    with django_capture_on_commit_callbacks(execute=True):
        destroy(file_id)
    content_of(file_id).write_bytes(backup)
    StoredFile.objects.update(destroyed_at=None, destroyed_for="", content_gone=False)

    with pytest.raises(Unreadable):
        read(file_id)


def test_rollback_of_a_destruction_loses_nothing():
    file_id = store()
    with transaction.atomic():
        destroy(file_id)
        transaction.set_rollback(True)

    assert read(file_id) == b"bees"


def test_destruction_that_was_cut_off_is_finished():
    file_id = store()
    destroy(file_id)  # the test's transaction never commits: nothing is removed yet
    assert key_of(file_id).exists()

    assert (actions.clear_destroyed(), actions.clear_destroyed()) == (1, 0)
    assert files("vault") == files("keys") == []


def test_keys_are_kept_apart_and_for_the_portal_alone(settings):
    stores = settings.STORAGES
    vault, keys = (stores[a]["OPTIONS"] for a in ("vault", "keys"))

    assert Path(keys["location"]) not in Path(vault["location"]).parents
    assert Path(vault["location"]) not in [
        Path(keys["location"]),
        *Path(keys["location"]).parents,
    ]
    assert {o["file_permissions_mode"] for o in (vault, keys)} == {0o600}
    assert {o["directory_permissions_mode"] for o in (vault, keys)} == {0o700}
    file_id = store()
    assert key_of(file_id).stat().st_mode & 0o777 == 0o600


def test_kept_since_before_lists_what_is_old_and_kept():
    old, gone = store(), store()
    store(purpose=FilePurpose.SPOOL)
    destroy(gone)

    kept = queries.kept_since_before(FilePurpose.UPLOAD, AT + timedelta(seconds=1))
    assert [facts.id for facts in kept] == [old]
    assert queries.kept_since_before(FilePurpose.UPLOAD, AT) == []


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("stored_file_purpose_known", {"purpose": "holiday"}),
        ("stored_file_destroyed_for_a_reason", {"destroyed_at": AT}),
        ("stored_file_destroyed_for_a_reason", {"destroyed_for": "expired"}),
    ],
)
def test_database_refuses(constraint, changes):
    store()

    with pytest.raises(IntegrityError, match=constraint):
        StoredFile.objects.update(**changes)


def test_ids_are_random():
    assert isinstance(store(), UUID)
    assert store() != store()


# --- A loss of power ------------------------------------------------------------------


@pytest.fixture
def flushed(monkeypatch):
    """Note what the disk was told to keep, and how many rows there were by then."""
    seen, fsync = [], os.fsync

    def note(handle):
        path = Path(f"/proc/self/fd/{handle}").readlink()
        seen.append((path, StoredFile.objects.filter(content_gone=False).count()))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", note)
    return seen


def test_key_and_content_are_on_the_disk_before_the_row_is_written(flushed):
    file_id = store()

    key, content = key_of(file_id).resolve(), content_of(file_id).resolve()
    places = [key, key.parent, content, content.parent, content.parent.parent]
    assert flushed == [(place, 0) for place in places]


def test_key_is_off_the_disk_before_the_row_says_so(
    flushed, django_capture_on_commit_callbacks
):
    file_id = store()
    flushed.clear()

    with django_capture_on_commit_callbacks(execute=True):
        actions.destroy(file_id, reason="expired", by=BY, at=AT)

    assert (folder("keys").resolve(), 1) in flushed
    assert not key_of(file_id).exists()
