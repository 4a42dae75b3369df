"""`manage.py deadline`: the due day of a request, with every step and its source.

It needs no database and no variable, so that a day can be checked anywhere; only
``--holidays-from-db`` asks the portal's own table.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Container, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from lumina_privacy.lib.bank_holidays import any_year
from lumina_privacy.lib.command import PlainCommand
from requests_app import clock, deadline
from requests_app.states import Right

DAYS = (
    ("--id-requested", "identity was asked for, with its reason"),
    ("--id-received", "what was asked for was complete"),
    ("--authority-requested", "proof of authority was asked for"),
    ("--authority-received", "proof of authority came"),
    ("--fee-requested", "a fee under Article 12(5) was charged"),
    ("--fee-paid", "it was paid"),
)


class Command(PlainCommand):
    """Reckon one request from its days, or every row of a file of vectors."""

    help = (
        "Says when a request is due and how that was worked out. Days are London days, "
        "written YYYY-MM-DD."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the days of one request, or a file."""
        parser.add_argument("--received", metavar="D", help="the request came")
        parser.add_argument(
            "--right",
            default=str(Right.ACCESS),
            choices=[str(right) for right in deadline.RIGHTS],
            metavar="RIGHT",
            help="access unless told otherwise",
        )
        parser.add_argument("--extended", action="store_true", help="told in time")
        for name, meaning in DAYS:
            parser.add_argument(name, metavar="D", help=f"the day {meaning}")
        parser.add_argument(
            "--clarification",
            action="extend",
            nargs="+",
            default=[],
            metavar="D..D",
            help="asked..answered; nothing after the dots for no answer yet; several "
            "after one another, or each with the option before it",
        )
        parser.add_argument(
            "--vectors", metavar="FILE", help="a JSON list; prints a JSON object a line"
        )
        parser.add_argument(
            "--holidays-from-db", action="store_true", help="use the portal's table"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the steps, or a line for each vector. Raises CommandError in words."""
        if options["vectors"] and options["received"]:
            raise CommandError("Say --vectors or --received, not both.")
        holidays = _holidays(from_db=options["holidays_from_db"])
        try:
            if options["vectors"]:
                for found in _found(Path(options["vectors"]), holidays):
                    self.stdout.write(json.dumps(found))
            else:
                self.stdout.write(_words(_typed(options), holidays), ending="")
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        except OverflowError as problem:
            raise CommandError("A day lies too far ahead to be reckoned.") from problem


def _holidays(*, from_db: bool) -> Container[date]:
    if not from_db:
        return any_year()
    # Not at the top: it needs settings and a database, and nothing else here does.
    from datamap import queries as datamap  # noqa: PLC0415

    return datamap.holidays()


def _found(path: Path, holidays: Container[date]) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(_rows(path), start=1):
        try:
            yield deadline.answer(row, holidays=holidays)
        except ValueError as problem:
            raise ValueError(f"row {number} of {path}: {problem}") from problem


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        rows = json.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise ValueError(f"{path} cannot be read: {problem.strerror}") from problem
    except ValueError as problem:
        raise ValueError(f"{path} is no JSON in UTF-8: {problem}") from problem
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{path} is no JSON list of objects")
    return rows


def _typed(options: Mapping[str, Any]) -> clock.Timeline:
    spans = [span.partition("..") for span in options["clarification"]]
    if any(not dots for _, dots, _ in spans):
        raise ValueError("write a clarification as 2026-01-30..2026-02-02")
    pairs = [(asked, answered) for asked, _, answered in spans]
    return deadline.timeline_of({**options, "clarification": pairs})


def _words(timeline: clock.Timeline, holidays: Container[date]) -> str:
    reckoning = clock.reckon(timeline, holidays=holidays)
    lines = [f"{step.text} ({step.source})" for step in reckoning.steps]
    lines += ["", f"status: {reckoning.standing}"]
    if reckoning.days_left is not None:
        lines.append(f"days left: {reckoning.days_left}")
    for name, day in (
        ("due", reckoning.due),
        ("safe due", reckoning.safe_due),
        ("extension notice by", reckoning.extension_notice_by),
    ):
        lines.append(f"{name}: {day.isoformat() if day else 'none yet'}")
    return "\n".join(lines) + "\n"
