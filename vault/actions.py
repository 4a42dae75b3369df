"""Write, read, destroy and re-wrap encrypted files.

Each file has its own key (Tink streaming AEAD, AES-256-GCM-HKDF, 1 MB segments, the
file's id as associated data), wrapped by a master key and kept in a store of its own
that the ordinary backup leaves out (decision D8). ADR 0007.
"""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID, uuid4

import tink
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction
from tink import proto_keyset_format, secret_key_access, streaming_aead

from audit import actions as audit
from lumina_privacy.lib import crypto, durable
from lumina_privacy.lib.actor import Actor
from lumina_privacy.lib.reseal import Resealed
from lumina_privacy.lib.staged import NoRoom as NoRoom
from lumina_privacy.lib.staged import Staged, full_is_no_room
from vault.models import StoredFile
from vault.states import SCANNED, FilePurpose, ScanState

_TEMPLATE: Final = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB


class Unreadable(Exception):
    """A stored file was changed or is gone, or its key is not the one it had."""


class Sink:
    """Takes plain bytes; what was written is known when its context has ended."""

    def __init__(self, file_id: UUID, stream: BinaryIO, staged: Staged) -> None:
        self.file_id = file_id
        self.size = 0
        self._stream, self._staged, self._sum = stream, staged, sha256()

    @property
    def sha256(self) -> str:
        """The SHA-256 of the plain text so far, in hex."""
        return self._sum.hexdigest()

    def write(self, data: bytes, /) -> int:
        """Encrypt and keep ``data``. Raises NoRoom when the storage is full."""
        self._sum.update(data)
        self.size += len(data)
        try:
            self._stream.write(data)
        except tink.TinkError as error:
            raise self._staged.reason(error) from error
        return len(data)

    def flush(self) -> None:
        """Do nothing: ciphertext leaves in whole segments."""


@contextmanager
def writing(
    *, purpose: FilePurpose, about: str, name: str, by: Actor, at: datetime
) -> Iterator[Sink]:
    """Give a sink for a new file; it exists once the context has ended well.

    An exception inside, a full disk too (NoRoom), leaves neither file nor key nor row
    behind; the staged file has no name, so that a killed process leaves none either.
    Not in a transaction of the caller's, unless a rollback may leave the content to
    the orphans' sweep. Constant memory. Costs 2 queries.
    """
    file_id = uuid4()
    _registered()
    handle = tink.new_keyset_handle(_TEMPLATE)
    folder = Path(settings.DATA_DIR) / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with full_is_no_room(), tempfile.TemporaryFile(dir=folder) as file:
        staged = Staged(file)
        try:
            with _primitive(handle).new_encrypting_stream(
                staged, file_id.bytes
            ) as encrypting:
                sink = Sink(file_id, encrypting, staged)
                yield sink
        except tink.TinkError as error:
            raise staged.reason(error) from error
        file.seek(0)
        try:
            durable.keep(_keys(), str(file_id), ContentFile(_wrap(file_id, handle)))
            durable.keep(_contents(), _path(file_id), File(file, name=str(file_id)))
            _store(sink, purpose=purpose, about=about, name=name, by=by, at=at)
        except BaseException:
            _keys().delete(str(file_id))
            _contents().delete(_path(file_id))
            raise


@transaction.atomic
def _store(
    sink: Sink, *, purpose: FilePurpose, about: str, name: str, by: Actor, at: datetime
) -> None:
    key_id, _ = crypto.master_keys().newest
    StoredFile.objects.create(
        id=sink.file_id,
        purpose=purpose,
        about=about,
        name=name,
        size_bytes=sink.size,
        sha256=sink.sha256,
        wrapped_under=key_id,
        created_at=at,
        scan=ScanState.WAITING
        if settings.LUMINA_CLAMD_URL and purpose in SCANNED
        else ScanState.NONE,
    )
    audit.record(
        "vault.file.stored",
        about=f"file:{sink.file_id}",
        by=by,
        at=at,
        details={"purpose": purpose, "about": about, "bytes": sink.size},
    )


@contextmanager
def reading(file_id: UUID) -> Iterator[BinaryIO]:
    """Give the plain text of a file as a stream, each segment authenticated.

    Raises Unreadable for a destroyed or unknown file, for one that the virus scanner
    has not seen yet, for a key that cannot be unwrapped, and at the first segment that
    was changed or is missing. Costs 1 query where a scanner is set up.
    """
    if settings.LUMINA_CLAMD_URL and _waits(file_id):
        raise Unreadable(f"file {file_id} waits for the virus scanner")
    with decrypting(file_id) as plain:
        yield plain


def _waits(file_id: UUID) -> bool:
    return StoredFile.objects.filter(pk=file_id, scan=ScanState.WAITING).exists()


@contextmanager
def decrypting(file_id: UUID) -> Iterator[BinaryIO]:
    """Give the plain text whatever the scanner says: to the scanner, and nobody else.

    Raises Unreadable, as ``reading``.
    """
    try:
        handle = _read_key(file_id)
        source = _contents().open(_path(file_id))
    except FileNotFoundError as error:
        raise Unreadable(f"file {file_id} or its key is gone") from error
    except crypto.Undecryptable as error:
        raise Unreadable(f"the key of file {file_id} cannot be unwrapped") from error
    with source:
        try:
            with _primitive(handle).new_decrypting_stream(
                source, file_id.bytes
            ) as plain:
                yield plain
        except tink.TinkError as error:
            raise Unreadable(f"file {file_id} was changed in the storage") from error


@transaction.atomic
def destroy(file_id: UUID, *, reason: str, by: Actor, at: datetime) -> bool:
    """Destroy a file: its key first, then its content; return whether it was there.

    The key goes when the transaction commits, so that a rollback loses nothing; should
    the process die in between, ``clear_destroyed`` finishes the work. Costs 3 queries.
    """
    stored = StoredFile.objects.select_for_update().filter(pk=file_id).first()
    if stored is None or stored.destroyed_at is not None:
        return False
    stored.destroyed_at, stored.destroyed_for = at, reason
    stored.save(update_fields=["destroyed_at", "destroyed_for"])
    audit.record(
        "vault.file.destroyed",
        about=f"file:{file_id}",
        by=by,
        at=at,
        details={"purpose": stored.purpose, "about": stored.about, "reason": reason},
    )
    transaction.on_commit(lambda: _clear(file_id))
    return True


def _clear(file_id: UUID) -> None:
    durable.remove(_keys(), str(file_id), _spare(file_id))
    durable.remove(_contents(), _path(file_id))
    StoredFile.objects.filter(pk=file_id).update(content_gone=True)


def clear_destroyed() -> int:
    """Finish what a killed process left of destroyed files; return how many."""
    left = StoredFile.objects.filter(destroyed_at__isnull=False, content_gone=False)
    ids = list(left.values_list("pk", flat=True))
    for file_id in ids:
        _clear(file_id)
    return len(ids)


def clear_leftovers(*, before: datetime) -> int:
    """Remove contents and keys that no row knows, older than ``before``; count them.

    A process that was killed, or a caller's rollback, leaves them: unreadable to all.
    """
    gone = 0
    for store in (_keys(), _contents()):
        for folder in _folders(store):
            _, names = store.listdir(folder)
            ids = {name: known_id for name in names if (known_id := _id_of(name))}
            known = set(
                StoredFile.objects.filter(pk__in=ids.values())
                .filter(content_gone=False)
                .values_list("pk", flat=True)
            )
            for name, file_id in ids.items():
                path = f"{folder}/{name}" if folder else name
                if file_id in known or store.get_modified_time(path) >= before:
                    continue
                store.delete(path)
                gone += 1
    return gone


def _folders(store: Storage) -> list[str]:
    """Return the store's own folder and those in it."""
    try:
        folders, _ = store.listdir("")
    except FileNotFoundError:  # nothing was ever kept
        return []
    return ["", *sorted(folders)]


def _id_of(name: str) -> UUID | None:
    try:
        return UUID(name.removesuffix(".new"))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How many keys were wrapped anew; how many are gone or no key of the ring opens.

    A key that is gone is what a restore leaves on purpose (decision D8).
    """

    keys: int = 0
    gone: int = 0
    shut: int = 0


def rewrap(*, by: Actor, at: datetime) -> Rewrapped:
    """Wrap every file's key under the newest master key; what cannot be is counted.

    Resumable: what is done is not done again. Columns are another matter: lib.reseal.
    """
    newest, _ = crypto.master_keys().newest
    stale = StoredFile.objects.filter(destroyed_at__isnull=True).exclude(
        wrapped_under=newest
    )
    changed = gone = shut = 0
    for file_id in list(stale.order_by("pk").values_list("pk", flat=True)):
        try:
            changed += _rewrap_one(file_id, newest, by=by, at=at)
        except FileNotFoundError:
            gone += 1
        except crypto.Undecryptable:
            shut += 1
    return Rewrapped(changed, gone, shut)


@transaction.atomic
def _rewrap_one(file_id: UUID, newest: str, *, by: Actor, at: datetime) -> bool:
    stored = StoredFile.objects.select_for_update().get(pk=file_id)
    if stored.destroyed_at is not None or stored.wrapped_under == newest:
        return False
    keys, name = _keys(), str(file_id)
    handle = _read_key(file_id)
    if not keys.exists(name):
        # A re-wrapping was cut off: the spare is the only key there is. Never lose it.
        with keys.open(_spare(file_id)) as spare:
            durable.keep(keys, name, ContentFile(spare.read()))
    # The new wrapping is written beside the old one and read back before that goes.
    fresh = _wrap(file_id, handle)
    _unwrap(file_id, fresh.decode())
    keys.delete(_spare(file_id))
    durable.keep(keys, _spare(file_id), ContentFile(fresh))
    keys.delete(name)
    durable.keep(keys, name, ContentFile(fresh))
    keys.delete(_spare(file_id))
    stored.wrapped_under = newest
    stored.save(update_fields=["wrapped_under"])
    audit.record("vault.key.rewrapped", about=f"file:{file_id}", by=by, at=at)
    return True


def note_resealed(done: Resealed, *, by: Actor, at: datetime) -> None:
    """Write into the ledger that columns were put under the newest key, if any were."""
    if done.rows or done.lost:
        audit.record(
            "vault.columns.resealed",
            about="vault",
            by=by,
            at=at,
            details={"rows": done.rows, "lost": done.lost},
        )


def _read_key(file_id: UUID) -> Any:
    """Return the file's key; its spare when a re-wrapping was cut off in between."""
    keys = _keys()
    name = str(file_id) if keys.exists(str(file_id)) else _spare(file_id)
    with keys.open(name) as wrapped:
        return _unwrap(file_id, wrapped.read().decode())


def _spare(file_id: UUID) -> str:
    return f"{file_id}.new"


def _wrap(file_id: UUID, handle: Any) -> bytes:
    raw = proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
    return crypto.seal(base64.b64encode(raw).decode(), use=f"vault:{file_id}").encode()


def _unwrap(file_id: UUID, wrapped: str) -> Any:
    raw = base64.b64decode(crypto.unseal(wrapped, use=f"vault:{file_id}"))
    return proto_keyset_format.parse(raw, secret_key_access.TOKEN)


@cache
def _registered() -> None:
    streaming_aead.register()


def _primitive(handle: Any) -> Any:
    _registered()
    return handle.primitive(streaming_aead.StreamingAead)


def _keys() -> Storage:
    return storages["keys"]


def _contents() -> Storage:
    return storages["vault"]


def _path(file_id: UUID) -> str:
    """Spread files over 256 folders: a folder with a million entries is slow."""
    return f"{file_id.hex[:2]}/{file_id}"
