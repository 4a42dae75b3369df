"""What a supervisor that was killed leaves: a free lock, and processes.

On Linux children end with the supervisor (``servers.die_with_parent``). Elsewhere, and
for the seconds that takes, the list of those it had started tells the next start whom
to stop.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TextIO

from dev.servers import CannotStart

_PATIENCE_SECONDS: Final = 15.0


def lock(state: Path) -> TextIO:
    """Return the open lock of the folder. Raises CannotStart when somebody has it."""
    file = (state / "lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise CannotStart(
            f"Another ./run uses {state}; stop it, or set DATA_DIR to another folder."
        ) from error
    return file


def note(state: Path, pids: list[int]) -> None:
    """Write down which processes run, each with the instant it began."""
    known = [[pid, _began(pid)] for pid in pids]
    path = state / "running.json"
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(known))
    fresh.replace(path)


def end_all(state: Path, say: Callable[[str], None]) -> None:
    """Stop what a killed supervisor left running: asked first, then without asking.

    A pid that was given to somebody else meanwhile began at another instant.
    """
    path = state / "running.json"
    try:
        known = json.loads(path.read_text())
    except (OSError, ValueError):
        return
    left = [pid for pid, began in known if began and _began(pid) == began]
    if left:
        say("The last ./run was killed; stopping what it left ...")
    for pid in reversed(left):
        _signal(pid, signal.SIGINT)  # PostgreSQL's fast shutdown; Celery's warm one
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until and any(_runs(pid, known) for pid in left):
        time.sleep(0.1)
    for pid in left:
        if _runs(pid, known):
            try:
                os.killpg(pid, signal.SIGKILL)
            except OSError:
                _signal(pid, signal.SIGKILL)
    path.unlink(missing_ok=True)


def _runs(pid: int, known: list[list[object]]) -> bool:
    return bool(began := _began(pid)) and [pid, began] in known


def _signal(pid: int, how: signal.Signals) -> None:
    try:
        os.kill(pid, how)
    except OSError:
        return


def _began(pid: int) -> str:
    """Return when the process began, in the system's own words; "" for none."""
    if sys.platform != "linux":
        asked = ["ps", "-o", "lstart=", "-p", str(pid)]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]
