"""What it takes to look for a person in a table that has no index for it.

    .venv/bin/python -m bench.search [--rows 1000000] [--repeat 5]

Starts a PostgreSQL of its own, fills a table in which twenty rows are one person's, and
has the portal's own connector find them, beside plain statements. The ways take turns;
the figures are medians, and ratios within a run. ``bench/README.md`` says what they
mean. Never a timed test.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

import django
import psycopg2

from dev import environment, roles
from dev.servers import CannotStart, Postgres
from dev.supervisor import end

VARIABLE: Final = "CRM_DATABASE_URL"
EMAIL, PHONE = "ann@example.org", "+441442500890"
HELD: Final = 20
_FILL: Final = """
    CREATE TABLE people (
        id bigint PRIMARY KEY, email text NOT NULL, phone text, note text
    );
    INSERT INTO people
    SELECT n,
        CASE WHEN n % {every} = 0 THEN 'Ann@Example.org'
             ELSE 'person' || n || '@example' || n % 50 || '.org' END,
        CASE WHEN n % {every} = 0 THEN '01442 500 890'
             ELSE '0' || (7700000000 + n)::text END,
        'Wrote on day ' || n % 3650 || ' about ' || md5(n::text)
    FROM generate_series(1, {rows}) AS n;
    ANALYZE people;
"""
_FIELD: Final = {"category": "contact", "purposes": ["services"]}


class Bench:
    """The table, the portal's connector, and plain statements beside it."""

    def __init__(self, url: str) -> None:
        from datamap.connectors.base import Wanted
        from datamap.connectors.sql.connector import SqlConnector
        from datamap.registry.systems import System

        self.plain = psycopg2.connect(url)
        self.plain.autocommit = True
        self.connector, self._wanted, self._system = SqlConnector(), Wanted, System

    def system(self, kind: str, *, single: bool) -> Any:
        """Return a system in which ``kind`` is looked for in its own column."""
        dataset = {
            "name": "People",
            "table": "people",
            "key": "id",
            "find_by": {kind: {"column": kind, "single": single}},
            "fields": dict.fromkeys(("id", "email", "phone", "note"), _FIELD),
        }
        return self._system.model_validate(
            {
                "system": "crm",
                "name": "People",
                "owner": "sales@luminatech.example",
                "location": "GB",
                "connector": "sql",
                "connection": VARIABLE,
                "datasets": {"people": dataset},
            }
        )

    def find(self, kind: str, value: str, *, single: bool) -> Callable[[], int]:
        """Return how the portal finds ``value``."""
        system = self.system(kind, single=single)
        wanted = self._wanted({kind: frozenset({value})})

        def found() -> int:
            batches = self.connector.find(
                system, system.datasets["people"], wanted, identifiers_only=False
            )
            return sum(map(len, batches))

        return found

    def select(self, where: str, value: str) -> Callable[[], int]:
        """Return a plain statement that finds it."""

        def found() -> int:
            with self.plain.cursor() as cursor:
                cursor.execute(f"SELECT * FROM people WHERE {where}", [value])
                return len(cursor.fetchall())

        return found

    def run(self, statement: str) -> None:
        """Change the table."""
        with self.plain.cursor() as cursor:
            cursor.execute(statement)


def measure(ways: dict[str, Callable[[], int]], repeat: int) -> dict[str, float]:
    """Return the median seconds of each way; all of them find the person's rows."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeat + 1):
        for name, way in ways.items():
            began = time.perf_counter()
            found = way()
            if turn:  # the first turn fills the caches
                took[name].append(time.perf_counter() - began)
            assert found == HELD, (name, found)
    return {name: median(seconds) for name, seconds in took.items()}


def table(found: dict[str, float], raw: str) -> str:
    """Return the figures as a table for a page, beside the plain scan ``raw``."""
    lines = ["| | ms | to the plain scan |", "| --- | --- | --- |"]
    for name, seconds in found.items():
        lines.append(f"| {name} | {seconds * 1000:,.1f} | {found[raw] / seconds:.2f} |")
    return "\n".join(lines)


def compare(bench: Bench, repeat: int) -> None:
    """Measure without an index and with those that may help, and print both."""
    from datamap.connectors.sql.where import _BLANKS

    raw = "plain: lower(email) = …, no index"
    ways = {
        raw: bench.select("lower(email) = %s", EMAIL),
        "plain: email LIKE '%…%'": bench.select("lower(email) LIKE %s", f"%{EMAIL}%"),
        "find: e-mail, among others": bench.find("email", EMAIL, single=False),
        "find: e-mail, `single`": bench.find("email", EMAIL, single=True),
        "find: telephone": bench.find("phone", PHONE, single=False),
    }
    print(f"\nWithout an index\n\n{table(measure(ways, repeat), raw)}", flush=True)
    with bench.plain.cursor() as cursor:
        index = "CREATE INDEX ON people (lower(translate(email, %s, '')))"
        cursor.execute(index, [_BLANKS])
    bench.run("ANALYZE people")
    print(
        "\nWith an index on `lower(translate(email, <blanks>, ''))`\n\n"
        f"{table(measure(ways, repeat), raw)}",
        flush=True,
    )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lumina-bench-") as made:
        folder = Path(made)
        folder.chmod(0o755)  # the server may run as nobody
        postgres = Postgres(folder)
        try:
            postgres.start()
            urls = roles.prepare(postgres)
            portal = environment.portal(folder, port=8000, smtp_port=9, mailbox_port=9)
            os.environ.update({**portal, **urls, "LUMINA_DEMO": "0"})
            os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:9/0")  # never asked
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lumina_privacy.settings")
            django.setup()
            bench = Bench(urls[VARIABLE])
            every = options.rows // HELD
            bench.run(_FILL.format(rows=every * HELD, every=every))
            print(f"{every * HELD:,} rows, {HELD} of them the person's")
            compare(bench, options.repeat)
        except CannotStart as problem:
            print(problem, file=sys.stderr)
            return 1
        finally:
            end(postgres.process)
    return 0


if __name__ == "__main__":
    sys.exit(main())
