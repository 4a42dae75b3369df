"""`manage.py audit verify`: whether the ledger is what was sealed."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import CommandError

from audit import actions, queries
from lumina_privacy.lib.command import PlainCommand


class Command(PlainCommand):
    """Verify the ledger."""

    help = "Seal what waits, then verify the whole chain; exit 1 at the first bad row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the verb."""
        parser.add_argument("verb", choices=["verify"])

    def handle(self, *args: object, **options: object) -> None:
        """Say how many rows are sound, or name the first bad one."""
        actions.seal()
        finding = queries.verify()
        if finding is not None:
            raise CommandError(f"row {finding.seq}: {finding.problem}")
        self.stdout.write(f"{queries.sealed_count()} rows, the chain is whole.")
