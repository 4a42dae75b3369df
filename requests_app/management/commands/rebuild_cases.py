"""`manage.py rebuild_cases [--execute]`: project every case again from its events."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from datamap import queries as datamap
from lumina_privacy.lib.command import PlainCommand
from requests_app.actions.projection import rebuild
from requests_app.models import Case


class Command(PlainCommand):
    """Compare what is projected with the events; write it anew when told to (E3)."""

    help = (
        "Count the cases whose status, days or clock are not what their events say. "
        "Writes nothing without --execute."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the leave to write."""
        parser.add_argument("--execute", action="store_true", help="write them anew")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the cases one by one, each in a transaction of its own."""
        holidays = datamap.holidays()
        total = differ = 0
        columns: Counter[str] = Counter()
        broken: list[int] = []
        for case in Case.objects.order_by("pk").iterator():
            total += 1
            try:
                with transaction.atomic():
                    changed = rebuild(case, holidays=holidays)
                    transaction.set_rollback(not options["execute"])
            except ValueError:
                broken.append(case.pk)
                continue
            differ += bool(changed)
            columns.update(changed)
        self.stdout.write(_words(total, differ, columns, done=options["execute"]))
        if broken:
            listed = ", ".join(map(str, broken))
            raise CommandError(
                f"The events of these cases have no legal order: {listed}."
            )


def _words(total: int, differ: int, columns: Counter[str], *, done: bool) -> str:
    said = f"{total} cases, {differ} differ from their events"
    if columns:
        said += f" ({', '.join(f'{name} {n}' for name, n in sorted(columns.items()))})"
    if differ:
        said += "; written anew" if done else "; nothing was written, see --execute"
    return f"{said}."
