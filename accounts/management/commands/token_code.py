"""`manage.py token_code ROLE`: what the demonstration's authenticator app shows."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import CommandError
from django.utils import timezone

from accounts.actions import demo
from lumina_privacy.lib.command import PlainCommand
from lumina_privacy.lib.verdict import Refused


class Command(PlainCommand):
    """Print a code."""

    help = "Print the token code of a demonstration colleague (LUMINA_DEMO=1 only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, or what stands before its @."""
        parser.add_argument("email")

    def handle(self, *args: object, **options: object) -> None:
        """Print the code, or say why there is none."""
        try:
            code = demo.token_code(str(options["email"]), at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        except ValueError as wrong:
            raise CommandError(f"“{options['email']}” is {wrong}.") from wrong
        self.stdout.write(code)
