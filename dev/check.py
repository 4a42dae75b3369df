"""`./test check`: everything that reads the code; the slow ones side by side."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from dev import locks
from dev.supervisor import ROOT

_BIN = Path(sys.executable).parent
# They stand inside a sentence, so they end without the line break djade insists on.
INLINE = frozenset({"badge.html", "day.html", "instant.html"})
_DIAGRAM = ROOT / "docs" / "case-states.md"


@dataclass(frozen=True)
class Check:
    """A command that complains by its exit code, or by not printing ``expected``."""

    name: str
    command: list[str]
    env: dict[str, str]
    expected: str | None = None

    def complaint(self) -> str:
        """Return what it said, or nothing when all is well."""
        done = subprocess.run(
            [str(_BIN / self.command[0]), *self.command[1:]],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return f"{done.stdout}{done.stderr}"
        if self.expected not in (None, done.stdout):
            return f"what {' '.join(self.command)} prints is not what is kept"
        return ""


def run(env: dict[str, str]) -> int:
    """Run every check, all of them, and return 1 when one complains."""
    checks = _checks(env)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        said = dict(
            zip(
                (check.name for check in checks),
                pool.map(Check.complaint, checks),
                strict=True,
            )
        )
    said["locks"] = "\n".join(locks.problems(ROOT))
    failed = [name for name, complaint in said.items() if complaint]
    for name in failed:
        print(f"--- {name}\n{said[name]}")
    print(f"check: {', '.join(failed)} complained" if failed else "check: all is well")
    return 1 if failed else 0


def _checks(env: dict[str, str]) -> list[Check]:
    """Return them, the slowest first."""
    manage = ["python", "manage.py"]
    live = {
        **env,
        "LUMINA_ORIGIN": "https://privacy.example.org",
        "LUMINA_PROXIES": "1",
        "LUMINA_STAFF_TOTP": "0",
        "LUMINA_DEMO": "0",
    }
    return [
        Check("types", ["mypy", "."], env),
        Check("imports", ["lint-imports", "--no-logo"], env),
        Check("migrations", [*manage, "makemigrations", "--check"], env),
        Check(
            "deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], live
        ),
        Check("diagram", [*manage, "case_states"], env, _DIAGRAM.read_text()),
        Check("ruff", ["ruff", "check", "-q", "."], env),
        Check("ruff format", ["ruff", "format", "--check", "."], env),
        Check("djade", ["djade", "--check", *_templates()], env),
    ]


def _templates() -> list[str]:
    pages = sorted((ROOT / "templates").rglob("*.html"))
    return [
        "--target-version",
        "5.2",
        *(str(page) for page in pages if page.name not in INLINE),
    ]
