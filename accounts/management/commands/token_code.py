"""`manage.py token_code ROLE`: what the demonstration's authenticator app shows."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions import demo
from lumina_privacy.lib.verdict import Refused


class Command(BaseCommand):
    """Print a code."""

    help = "Print the token code of a demonstration colleague (LUMINA_DEMO=1 only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, or what stands before its @."""
        parser.add_argument("email")

    def handle(self, *args: object, **options: object) -> None:
        """Print the code, or say why there is none."""
        try:
            code = demo.token_code(str(options["email"]), at=timezone.now())
        except (Refused, ValueError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(code)
