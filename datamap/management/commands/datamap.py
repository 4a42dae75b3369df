"""`manage.py datamap check | diff | load | show`: the register and the live systems."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from datamap import actions, queries
from datamap.registry.diff import differences
from datamap.registry.load import RegisterBroken, load_register
from datamap.registry.schema import Register
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.command import PlainCommand


class Command(PlainCommand):
    """Check, compare, load or show the register."""

    help = (
        "check: compare the register's files with the live systems, exit 1 on errors. "
        "diff: print how the files differ from the revision in force. "
        "load: keep the files as a revision that waits for the DCO. "
        "show: print what the revision in force declares."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the verb."""
        parser.add_argument("verb", choices=["check", "diff", "load", "show"])

    def handle(self, *args: object, **options: object) -> None:
        """Do what was asked."""
        if options["verb"] in {"show", "diff"} and not queries.has_revision():
            raise CommandError("No register is in force yet: run `manage.py setup`.")
        if options["verb"] == "show":
            self._show(queries.register())
            return
        try:
            register = load_register(Path(settings.LUMINA_REGISTER_DIR))
        except RegisterBroken as broken:
            raise CommandError(str(broken)) from broken
        if options["verb"] == "diff":
            self._diff(register)
            return
        if options["verb"] == "load":
            by, at = system("datamap-load"), timezone.now()
            revision = actions.propose(register, by=by, at=at)
            self.stdout.write(f"Revision {revision.pk}, {revision.sha256[:12]}.")
            return
        self._check(register)

    def _check(self, register: Register) -> None:
        problems = actions.check(register)
        for problem in problems:
            place = f"{problem.system}.{problem.dataset}".rstrip(".")
            self.stdout.write(f"{problem.severity}: {place}: {problem.text}")
        errors = sum(problem.severity == "error" for problem in problems)
        if errors:
            raise CommandError(
                f"{errors} differences between the register and the systems."
            )
        self.stdout.write("The register and the systems agree.")

    def _diff(self, register: Register) -> None:
        changes = differences(queries.register(), register)
        for change in changes:
            self.stdout.write(str(change))
        if not changes:
            self.stdout.write("The files declare what the revision in force does.")

    def _show(self, register: Register) -> None:
        for declared in register.systems:
            self.stdout.write(f"{declared.id}: {declared.name} ({declared.location})")
            for dataset in declared.datasets.values():
                found_by = ", ".join(dataset.find_by)
                self.stdout.write(f"  {dataset.id}: found by {found_by}")
