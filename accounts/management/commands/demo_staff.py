"""`manage.py demo_staff`: colleagues of the demonstration and their passwords."""

from __future__ import annotations

import shlex
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.actions import demo
from lumina_privacy.lib.command import PlainCommand
from lumina_privacy.lib.verdict import Refused


class Command(PlainCommand):
    """Make and list them; a second run changes nothing."""

    help = (
        "Make the demonstration's staff and print their passwords (LUMINA_DEMO=1 only)."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Print a line a colleague."""
        try:
            staff = demo.make_demo_staff(at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Demonstration staff (sign in at /staff/sign-in/):")
        for colleague in staff:
            self.stdout.write(
                f"  {colleague.role:<11} {colleague.address:<33} {colleague.password}"
                f"  ({colleague.name})"
            )
        self.stdout.write(
            "One browser is one person: take a private window for each, or sign out."
        )
        state = Path(settings.DATA_DIR)
        run = "./run"
        if state != Path(settings.BASE_DIR) / ".state":
            run = f"DATA_DIR={shlex.quote(str(state))} ./run"
        self.stdout.write(f"Token code, in another terminal: {run} --token <address>")
