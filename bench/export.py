"""How fast one large package is made, beside a straight script. Never a timed test.

    .venv/bin/python -m bench.export [--rows 1000000] [--repeat 3]

Starts a PostgreSQL and a Valkey of its own in a temporary folder, fills a source
database with one person's rows, and has the portal's own tasks search it and build the
package, each in a fresh process. ``bench/README.md`` says what the figures mean.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from bench import source
from dev import environment, roles
from dev.servers import CannotStart, Postgres, Valkey
from dev.supervisor import ROOT, end

LEAST_RATIO: Final = 0.8
MOST_MEMORY_MB: Final = 200
FLAT: Final = 0.10


class Bench:
    """Servers, databases and the steps that run on them."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)  # the servers may run as nobody
        self.folder = folder
        self.postgres, self.valkey = Postgres(folder), Valkey(folder)

    def start(self) -> None:
        """Start the servers and make the portal's tables."""
        self.postgres.start()
        self.valkey.start()
        urls = roles.prepare(self.postgres)
        self.env = {
            **os.environ,
            **environment.portal(self.folder, port=8000, smtp_port=9, mailbox_port=9),
            **urls,
            source.VARIABLE: urls["CRM_DATABASE_URL"],
            "REDIS_URL": self.valkey.url(),
            "LUMINA_DEMO": "0",
            "PYTHONPATH": str(ROOT),
        }
        self.owner = {**self.env, "LUMINA_AS_OWNER": "1"}
        for command in (["migrate", "-v0"], ["grant_app_role"]):
            self._run(["manage.py", *command], self.owner)

    def stop(self) -> None:
        """Stop the servers."""
        end(self.valkey.process)
        end(self.postgres.process)

    def step(self, name: str) -> dict:
        """Do one step in a process of its own."""
        arguments = ["-m", "bench.step", name, str(self.folder)]
        return json.loads(self._run(arguments, self.env).splitlines()[-1])

    def _run(self, arguments: list[str], env: dict[str, str]) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=env,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            sys.exit(f"{arguments} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def portal(self, rows: int) -> dict[str, dict]:
        """Have the portal make the package; check what it holds."""
        self.step("case")
        search = self.step("search")
        assert search["result"] == {"rows": rows, "possible": 0}, search
        self.step("decide")
        build = self.step("build")
        return {"search": search, "build": build, "opened": self.step("open")}


def measure(bench: Bench, rows: int, repeat: int) -> list[dict]:
    """Measure all ways on the same rows, in turns."""
    source.fill(bench.env[source.VARIABLE], rows)
    runs = []
    for number in range(repeat):
        copy, script = bench.step("copy"), bench.step("script")
        run = {**bench.portal(rows), "copy": copy, "script": script}
        opened = run["opened"]
        assert opened["rows"] == rows, opened["rows"]
        for name, total in script["result"].items():
            assert opened["sums"][name] == total, f"{name} differs from the script's"
        runs.append(run)
        took = ", ".join(
            f"{name} {run[name]['seconds']:.1f} s, {run[name]['peak_mb']:.0f} MB"
            for name in ("search", "build", "script", "copy")
        )
        print(f"  run {number + 1}: members equal, byte for byte; {took}", flush=True)
    return runs


def figures(runs: list[dict], rows: int, of: str) -> dict[str, float]:
    """Return medians for a way (``whole`` is search and build) and ratios in a run."""
    parts = ("search", "build") if of == "whole" else (of,)

    def total(run: dict, key: str, names: tuple[str, ...] = parts) -> float:
        return sum(run[name][key] for name in names)

    return {
        "rows_s": rows / median(total(run, "seconds") for run in runs),
        "to_script": median(
            run["script"]["seconds"] / total(run, "seconds") for run in runs
        ),
        "cpu_to_script": median(
            run["script"]["cpu"] / total(run, "cpu") for run in runs
        ),
        "to_copy": median(
            run["copy"]["seconds"] / total(run, "seconds") for run in runs
        ),
        "peak_mb": max(run[name]["peak_mb"] for run in runs for name in parts),
    }


def table(runs: list[dict], rows: int) -> str:
    """Return the figures as a table for a page."""
    lines = [
        "| | rows/s | to the script | to the script, CPU | to COPY | peak MB |",
        "|---|---|---|---|---|---|",
    ]
    for of in ("search", "build", "whole", "script", "copy"):
        one = figures(runs, rows, of)
        lines.append(
            f"| {of} | {one['rows_s']:,.0f} | {one['to_script']:.2f} "
            f"| {one['cpu_to_script']:.2f} | {one['to_copy']:.2f} "
            f"| {one['peak_mb']:.0f} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and return 1 when a promise of the portal's is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lumina-bench-") as folder:
        bench = Bench(Path(folder))
        try:
            bench.start()
            few = max(options.rows // 10, 1)
            print(f"{few:,} rows", flush=True)
            small = measure(bench, few, 1)
            print(f"{options.rows:,} rows", flush=True)
            large = measure(bench, options.rows, options.repeat)
        except CannotStart as problem:
            print(problem, file=sys.stderr)
            return 1
        finally:
            bench.stop()
    print(
        f"\n{options.rows:,} rows; medians of {options.repeat}; ratios within a run\n"
    )
    print(table(large, options.rows))
    return _verdict(small, few, large, options.rows)


def _verdict(small: list[dict], few: int, large: list[dict], rows: int) -> int:
    kept = True
    for of in ("build", "whole"):
        ratio = figures(large, rows, of)["to_script"]
        good = ratio >= LEAST_RATIO
        kept &= good or of == "whole"
        print(f"\n{of}: {ratio:.2f} of the script's speed (wanted: {LEAST_RATIO})")
    for of in ("search", "build"):
        before = figures(small, few, of)["peak_mb"]
        after = figures(large, rows, of)["peak_mb"]
        kept &= after < MOST_MEMORY_MB and after <= before * (1 + FLAT)
        print(
            f"{of}: peak {before:.0f} MB for {few:,} rows, {after:.0f} MB for {rows:,}"
        )
    print("kept" if kept else "NOT KEPT")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
