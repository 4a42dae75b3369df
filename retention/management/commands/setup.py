"""`manage.py setup`: load the register, the calendar and facts staff pages keep."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from datamap import actions as datamap
from datamap import queries as register_queries
from datamap.registry.first import FIRST, FirstLine
from datamap.registry.load import RegisterBroken, load_first, load_register
from lumina_privacy.lib.actor import system
from lumina_privacy.lib.bank_holidays import bank_holidays
from lumina_privacy.lib.command import PlainCommand
from lumina_privacy.lib.days import london_day
from retention import actions, queries
from retention.rules import EndAction

SETUP = system("setup")


class Command(PlainCommand):
    """Prepare a portal; idempotent, run it after every deployment."""

    help = (
        "Load the register as a revision (the first is put in force, later ones wait "
        "for the DCO), the bank holidays, contact points, recipients and proposed "
        "schedule lines that are missing. Changes nothing that staff have changed."
    )

    @transaction.atomic
    def handle(self, *args: object, **options: object) -> None:
        """Say in one line what was new."""
        now = timezone.now()
        folder = Path(settings.LUMINA_REGISTER_DIR)
        try:
            register = load_register(folder)
            first = {name: load_first(folder, name) for name in FIRST}
        except RegisterBroken as broken:
            raise CommandError(f"the register is broken:\n{broken}") from broken
        none_yet = not register_queries.has_revision()
        revision = datamap.propose(register, by=SETUP, at=now)
        if none_yet:
            revision = datamap.approve(revision, by=SETUP, at=now)
        today = london_day(now)
        days = datamap.seed_holidays(bank_holidays(today))
        datamap.seed_contacts(first["contacts"], by=SETUP, at=now)
        datamap.seed_recipients(
            recipient.model_dump() for recipient in first["recipients"]
        )
        lines = self._propose_lines(first["schedule"], today)
        waiting = "" if revision.approved_at else ", waiting for the DCO's approval"
        self.stdout.write(
            f"Revision {revision.pk}{waiting}; {days} new bank holidays; "
            f"{lines} new schedule lines."
        )

    def _propose_lines(self, lines: list[FirstLine], today: date) -> int:
        known = queries.lines()
        new = [line for line in lines if line.code not in known]
        for line in new:
            actions.propose_line(
                code=line.code,
                name=line.name,
                trigger=line.trigger,
                period=line.period,
                end_action=EndAction(line.end_action),
                why=line.why,
                owner="dco",
                review_on=today + timedelta(days=365),
                by=SETUP,
                at=timezone.now(),
            )
        return len(new)
