"""Makes the whole demonstration: systems, colleagues, requests, printed lists."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from django.core.management import call_command

from dev.demo.cases import add_cases, add_crowd_cases, colleague
from dev.demo.generate import fill
from dev.demo.people import listing
from dev.demo.tables import SYSTEMS
from lumina_privacy.lib.days import london_day


def build(
    state: Path,
    *,
    people: int,
    cases: int,
    now: datetime,
    leave: Collection[str] = (),
) -> str:
    """Make what is missing and say in a sentence what was; lists go to ``state``.

    The databases of the systems in ``leave`` are neither read nor written.
    """
    urls = {
        name: os.environ[f"{name.upper()}_DATABASE_URL"]
        for name in SYSTEMS
        if name not in leave
    }
    filled = fill(urls, people=people, today=london_day(now))
    (state / "demo-people.txt").write_text(listing(), encoding="utf-8")
    with (state / "demo-staff.txt").open("w", encoding="utf-8") as staff:
        call_command("demo_staff", stdout=staff)
    by = colleague(now=now)
    new = add_cases(by)
    if "crm" in urls:
        new += add_crowd_cases(by, urls["crm"], cases=cases)
    if not (filled or new):
        return "The demonstration is there already."
    return f"{'Systems filled' if filled else 'Systems were full'}; {new} new requests."
