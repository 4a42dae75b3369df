"""What the ledger costs its writers, beside plain inserts. Never a timed test.

    .venv/bin/python -m bench.audit [--writers 4] [--rows 1500] [--rounds 3]

Starts a PostgreSQL and a Valkey of its own. Every writer is a process with a connection
of its own; every row is one transaction. The ways take turns, round after round, and
the figures are medians of the ratios within a round: trust these, not the rates.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import Barrier, Process, Queue
from statistics import median
from typing import Any, Final

from dev.supervisor import ROOT
from dev.test import _with_servers

# Of a transaction that does something beside writing to the ledger.
_WORK_SECONDS: Final = 0.002
_COLUMNS: Final = "(at, event, actor, about, details)"
_ROW: Final = (
    "VALUES (now(), 'case.started', 'staff:7', 'case:184', '{\"status\": \"open\"}')"
)
_TABLES: Final = """
CREATE TABLE bench_plain (LIKE audit_event INCLUDING ALL);
CREATE TABLE bench_locked (LIKE audit_event INCLUDING ALL);
CREATE TABLE bench_head (id int PRIMARY KEY, seq bigint, hash text);
INSERT INTO bench_head VALUES (1, 0, repeat('0', 64));
"""


def plain(cursor: Any) -> None:
    """Insert a row; nothing guards it."""
    cursor.execute(f"INSERT INTO bench_plain {_COLUMNS} {_ROW}")


def queued(cursor: Any) -> None:
    """Insert a row of the ledger by SQL: its trigger queues it for the sealer."""
    cursor.execute(f"INSERT INTO audit_event {_COLUMNS} {_ROW}")


def locked(cursor: Any) -> None:
    """Insert a row under a lock on the chain's head: the way not taken."""
    from hashlib import sha256

    cursor.execute("SELECT seq, hash FROM bench_head WHERE id = 1 FOR UPDATE")
    seq, previous = cursor.fetchone()
    hashed = sha256(f"{seq}{previous}{_ROW}".encode()).hexdigest()
    cursor.execute(f"INSERT INTO bench_locked {_COLUMNS} {_ROW}")
    cursor.execute("UPDATE bench_head SET seq = %s, hash = %s", [seq + 1, hashed])


def recorded(_cursor: Any) -> None:
    """Write as the portal does."""
    from django.utils import timezone

    from audit import actions
    from lumina_privacy.lib.actor import system

    actions.record(
        "datamap.revision.approved",
        about="revision:1",
        by=system("bench"),
        at=timezone.now(),
        details={"sha256": "f" * 64},
    )


WAYS: Final[dict[str, Callable[[Any], None]]] = {
    "plain": plain,
    "queued": queued,
    "recorded": recorded,
    "locked": locked,
}


def _write(way: str, rows: int, work: float, start: Any, took: Any) -> None:
    from django.db import connection, transaction

    connection.close()
    write = WAYS[way]
    connection.ensure_connection()
    start.wait()
    began = time.perf_counter()
    for _ in range(rows):
        with transaction.atomic(), connection.cursor() as cursor:
            write(cursor)
            if work:
                cursor.execute("SELECT pg_sleep(%s)", [work])
    took.put((began, time.perf_counter()))


def rate(way: str, writers: int, rows: int, work: float) -> float:
    """Return the rows a second that ``writers`` processes wrote together."""
    start: Any = Barrier(writers)
    took: Any = Queue()
    processes = [
        Process(target=_write, args=(way, rows, work, start, took))
        for _ in range(writers)
    ]
    for process in processes:
        process.start()
    times = [took.get() for _ in processes]
    for process in processes:
        process.join()
    return (
        writers
        * rows
        / (max(end for _, end in times) - min(began for began, _ in times))
    )


def _measure(options: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.db import connection

    from audit import actions, queries

    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
    connection.close()
    for title, rows, work in (
        ("one insert a transaction", options.rows, 0.0),
        ("and 2 ms of other work in it", options.rows // 4, _WORK_SECONDS),
    ):
        rates: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(options.rounds):
            for way in WAYS:
                rates[way].append(rate(way, options.writers, rows, work))
        print(f"{options.writers} writers, {title}:")
        for way, measured in rates.items():
            ratios = [
                own / base for own, base in zip(measured, rates["plain"], strict=True)
            ]
            print(
                f"  {way:<9}{median(measured):8.0f} rows/s {median(ratios):.2f} of it"
            )
    began = time.perf_counter()
    sealed = actions.seal()
    print(f"sealer: {sealed / (time.perf_counter() - began):.0f} rows/s")
    began = time.perf_counter()
    finding = queries.verify()
    print(f"verify: {sealed / (time.perf_counter() - began):.0f} rows/s, {finding=}")


def main() -> int:
    """Start the servers, make the tables, measure in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if os.environ.get("LUMINA_BENCH_AUDIT"):
        del os.environ["LUMINA_BENCH_AUDIT"]
        _measure(options)
        return 0

    def work(env: dict[str, str]) -> int:
        python = sys.executable
        subprocess.run(
            [python, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True
        )
        return subprocess.run(
            [python, "-m", "bench.audit", *sys.argv[1:]],
            cwd=ROOT,
            env={**env, "LUMINA_BENCH_AUDIT": "1"},
            check=False,
        ).returncode

    return _with_servers(work)


if __name__ == "__main__":
    sys.exit(main())
