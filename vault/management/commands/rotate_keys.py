"""`manage.py rotate_keys`: put everything under the newest master key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.core.management.base import CommandError
from django.db import ProgrammingError
from django.utils import timezone

from lumina_privacy.lib.actor import system
from lumina_privacy.lib.command import PlainCommand
from lumina_privacy.lib.reseal import Resealed, reseal
from vault import actions

_BY: Final = system("rotate-keys")


class Command(PlainCommand):
    """Re-wrap the keys of files and encrypt columns anew."""

    help = (
        "Put every file's key and every encrypted column under the first key of "
        "LUMINA_MASTER_KEYS. Restart web and workers with the new ring first, run this "
        "as the owner (LUMINA_AS_OWNER=1), and take the old key out of the ring a day "
        "later, when sessions and backups of the ring allow it. Resumable."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Say how much was put under the newest key; fail when something was lost."""
        now = timezone.now()
        files = actions.rewrap(by=_BY, at=now)
        try:
            columns = reseal()
        except ProgrammingError as error:
            raise CommandError(
                f"{files.keys} keys wrapped anew; columns need the owner, so set "
                f"LUMINA_AS_OWNER=1 and run it again ({str(error).splitlines()[0]})."
            ) from error
        actions.note_resealed(columns, by=_BY, at=now)
        self.stdout.write(
            f"{files.keys} keys wrapped anew, {columns.rows} rows sealed anew."
        )
        if lost := list(_lost(files, columns)):
            raise CommandError(" ".join(lost))


def _lost(files: actions.Rewrapped, columns: Resealed) -> Iterator[str]:
    """Say what could not be put under the newest key, and what may be done."""
    if files.gone:
        yield (
            f"The keys of {files.gone} files are gone, as they are after a restore: "
            "those files open no more, under any master key. Make found data and "
            "packages again by searching again."
        )
    if files.shut:
        yield (
            f"The keys of {files.shut} files cannot be opened with any key of the "
            "ring: put back the key that wrote them, and run it again."
        )
    if columns.lost:
        yield (
            f"{columns.lost} rows cannot be opened with any key of the ring: "
            "put back the key that wrote them, and run it again."
        )
