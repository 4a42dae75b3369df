"""`manage.py rotate_keys`: wrap every file's key under the newest master key."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from vault import actions


class Command(BaseCommand):
    """Re-wrap the keys of files."""

    help = "Wrap every file's key under the first key of LUMINA_MASTER_KEYS; resumable."

    def handle(self, *args: object, **options: object) -> None:
        """Say how many keys were wrapped anew."""
        self.stdout.write(f"{actions.rewrap()} keys wrapped anew.")
