"""`manage.py demo`: demonstration systems, staff and people. Never in production."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lumina_privacy.lib.days import london_day


class Command(BaseCommand):
    """Fill the demonstration; a second run changes nothing."""

    help = "Fill the demonstration systems and name the people in them (LUMINA_DEMO=1)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the size of the crowd."""
        parser.add_argument("--people", type=int, default=300)

    def handle(self, *args: object, **options: object) -> None:
        """Fill what is empty and write the lists that ./run prints."""
        if not settings.LUMINA_DEMO:
            raise CommandError("This is no demonstration: LUMINA_DEMO is not set.")
        # The demonstration is not part of the image: see dev/.
        from dev.demo.generate import fill
        from dev.demo.people import listing
        from dev.demo.tables import SYSTEMS

        urls = {name: os.environ[f"{name.upper()}_DATABASE_URL"] for name in SYSTEMS}
        people = options["people"]
        assert isinstance(people, int)  # noqa: S101 (argparse's type, for mypy)
        new = fill(urls, people=people, today=london_day(timezone.now()))
        state = Path(settings.DATA_DIR)
        (state / "demo-people.txt").write_text(listing(), encoding="utf-8")
        with (state / "demo-staff.txt").open("w", encoding="utf-8") as staff:
            call_command("demo_staff", stdout=staff)
        self.stdout.write("Filled." if new else "The demonstration is there already.")
