"""`manage.py agree_change NUMBER`: the second person where one officer is alone.

It prints a name and a reason, as no other command does: ADR 3 says why.
"""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import CommandError
from django.utils import timezone

from accounts.actions import role_changes
from accounts.models import COMMAND
from accounts.queries import officers
from lumina_privacy.lib.command import PlainCommand
from lumina_privacy.lib.verdict import Refused


class Command(PlainCommand):
    """Agree to what an officer proposed, when no other officer can sign in."""

    help = (
        "Agree, as the second person, to a change of a staff account that the only "
        "officer proposed. Says what it is; without --execute it changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the number that the page of the change names."""
        parser.add_argument("number", type=int)
        parser.add_argument("--execute", action="store_true", help="agree to it")

    def handle(self, *args: object, **options: object) -> None:
        """Say what is proposed, by whom and why; agree; print a link once."""
        number = int(str(options["number"]))
        found = officers.staff_change(number)
        if found is None:
            raise CommandError("No change has this number.")
        self.stdout.write(
            f"{found.whom}: {found.brings}. Proposed by {found.proposed_by}. "
            f"Why: {found.change.why}"
        )
        if not options["execute"]:
            self.stdout.write("Ask them, not by mail. To agree, add --execute.")
            return
        try:
            _, link = role_changes.agree(number, by=COMMAND, at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Agreed.")
        if link:
            self.stdout.write(f"Within 3 days, hand over to {found.whom}:\n{link}")
