"""Files that are there, or gone, after a loss of power too."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.files import File
from django.core.files.storage import Storage


def keep(store: Storage, name: str, content: File[bytes]) -> None:
    """Write a file of ``store``; from here on no loss of power takes it away."""
    _flush(store, store.save(name, content))


def remove(store: Storage, *names: str) -> None:
    """Delete files of one folder; from here on no loss of power brings them back."""
    for name in names:
        store.delete(name)
    _flush(store, names[0])


def _flush(store: Storage, name: str) -> None:
    """Have the disk keep a file, and the folders that name it, as they are now."""
    try:
        path, root = Path(store.path(name)), Path(store.path(""))
    except NotImplementedError:  # an object store answers when it has kept it
        return
    for place in {path: None, path.parent: None, root: None}:
        if place.exists():
            handle = os.open(place, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
