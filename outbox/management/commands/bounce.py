"""`manage.py bounce`: note what became of a mail, from a report on standard input."""

from __future__ import annotations

import os
import sys
from typing import Final

from django.core.management.base import CommandError
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from lumina_privacy.lib.command import PlainCommand
from outbox import actions, rules

_MOST_BYTES: Final = 10 * 1024 * 1024


class Command(PlainCommand):
    """Read one returned mail (RFC 3464), as a mail server's pipe gives it."""

    help = (
        "Read one delivery report (RFC 3464) on standard input and note the mail it is "
        "of as bounced. Ends well whatever it is given, so that no mail server answers "
        "a report with another; with 75 (try again) while the database is away."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Say what was noted, in words that name nobody."""
        report = rules.report_in(sys.stdin.buffer.read(_MOST_BYTES))
        if report is None:
            self.stdout.write("No report of a mail of ours that did not arrive.")
            return
        try:
            noted = actions.bounce(
                report.public_id, status=report.status, at=timezone.now()
            )
        except (OperationalError, InterfaceError) as error:
            raise CommandError(
                "The database is away.", returncode=os.EX_TEMPFAIL
            ) from error
        self.stdout.write(
            f"Noted: came back with {report.status}."
            if noted
            else "No mail of ours that is known to have been sent, or noted before."
        )
