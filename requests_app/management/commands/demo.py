"""`manage.py demo`: demonstration systems, staff, people and their requests."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from lumina_privacy.lib.command import PlainCommand

MOST_PEOPLE = 50_000
MOST_CASES = 5_000


class Command(PlainCommand):
    """Make the demonstration; a second run changes nothing. Never in production."""

    help = "Fill the demonstration and name the people in it (LUMINA_DEMO=1 only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the size of the crowd."""
        parser.add_argument(
            "--people", type=int, default=300, help=f"in the crowd, up to {MOST_PEOPLE}"
        )
        parser.add_argument(
            "--cases",
            type=int,
            default=0,
            help=f"of the crowd, beside those of the stories, up to {MOST_CASES}",
        )

        parser.add_argument(
            "--leave",
            action="append",
            default=[],
            metavar="SYSTEM",
            help="a system whose database is not ours to fill; may be given again",
        )

    def handle(self, *args: object, **options: object) -> None:
        """Make what is missing and say what was."""
        if not settings.LUMINA_DEMO:
            raise CommandError("This is no demonstration: LUMINA_DEMO is not set.")
        people = _bounded(options, "people", MOST_PEOPLE)
        cases = _bounded(options, "cases", MOST_CASES)
        # The production image leaves dev/ out.
        from dev.demo.build import build  # noqa: PLC0415 (dev/ is not there everywhere)
        from dev.demo.tables import SYSTEMS  # noqa: PLC0415 (nor here)

        state = Path(settings.DATA_DIR)
        leave = options["leave"]
        if not isinstance(leave, list):
            raise CommandError("--leave names a system.")
        if unknown := [one for one in leave if one not in SYSTEMS]:
            raise CommandError(
                f"The demonstration has no system “{unknown[0]}”: leave any of "
                f"{', '.join(SYSTEMS)}."
            )
        self.stdout.write(
            build(state, people=people, cases=cases, now=timezone.now(), leave=leave)
        )


def _bounded(options: Mapping[str, object], name: str, most: int) -> int:
    """Return an option as a number within its bounds. Raises CommandError."""
    value = options[name]
    if not isinstance(value, int) or not 0 <= value <= most:
        raise CommandError(f"--{name} is {value}; write a number from 0 to {most}.")
    return value
