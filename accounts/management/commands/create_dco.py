"""`manage.py create_dco EMAIL`: the first Data Compliance Officer of a portal.

Where one can sign in, ``--another`` adds a further one. A new link for an officer who
has an account is only for when no other officer can sign in to propose it (ADR 3).
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Final

from django.core.management.base import CommandError
from django.utils import timezone

from accounts import queries
from accounts.actions import role_changes
from accounts.roles import Role
from accounts.states import ChangeKind
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.command import PlainCommand
from lumina_privacy.lib.verdict import Refused

_WHY: Final = "manage.py create_dco"


class Command(PlainCommand):
    """Add the account and print its one-time enrolment link."""

    help = "Add the first Data Compliance Officer and print a one-time enrolment link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, the name, and whether there may be another one."""
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--another",
            action="store_true",
            help="add one although a Data Compliance Officer can sign in already",
        )

    def handle(self, *args: object, **options: object) -> None:
        """Print the link; the token in it is kept nowhere in clear."""
        if queries.officer_with_device_exists() and not options["another"]:
            raise CommandError(
                "A Data Compliance Officer can sign in already: add colleagues under "
                "/staff/people/, or say --another."
            )
        address, name = str(options["email"]), str(options["name"])
        by, at = system("create_dco"), timezone.now()
        # Nobody may be there to look first: it is listed until somebody does.
        try:
            known = queries.staff_at(address)
            if known is not None and known.role == Role.DCO:
                # The first link was lost or ran out before a device was enrolled.
                _, link = role_changes.propose_way_in(
                    known.pk, what=ChangeKind.LINK, why=_WHY, by=by, at=at
                )
            else:
                _, link = role_changes.propose_colleague(
                    address=address,
                    name=name,
                    role=Role.DCO,
                    why=_WHY,
                    by=by,
                    at=at,
                )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        except ValueError as wrong:
            raise CommandError(f"“{address}” is {wrong}.") from wrong
        self.stdout.write(f"Within 3 days, open once and enrol a key:\n{link}")
