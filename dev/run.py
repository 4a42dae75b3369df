"""`./run`: the portal with everything it needs, on this machine."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Final

from dev import leftovers
from dev.servers import CannotStart
from dev.supervisor import ROOT, Portal

PEOPLE = "demo-people.txt"
STAFF = "demo-staff.txt"
_LAST_PORT: Final = 65535


def main() -> int:
    """Serve until Ctrl-C; return the exit code."""
    options = _options()
    state = Path(os.environ.get("DATA_DIR") or ROOT / ".state").resolve()
    if options.people:
        return _print_people(state)
    if options.token:
        return _print_token(state, options.token)
    port = port_of(os.environ.get("PORT") or "8000")
    if port is None:
        return _fail(
            f"PORT is {os.environ['PORT']!r}; write a number from 1 to {_LAST_PORT}."
        )
    portal = Portal(state, port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _Stop(portal))
    try:
        portal.prepare()
        portal.say("Preparing the database ...")
        portal.migrate()
        portal.serve()
        portal.keep_environment()
        portal.wait_until_ready()
        _welcome(portal)
        portal.watch()
    except CannotStart as problem:
        return _fail(str(problem))
    except KeyboardInterrupt:
        portal.say("Stopping ...")
    finally:
        portal.stop()
    return 0


def port_of(written: str) -> int | None:
    """Return the port that is written, or None when it is none.

    >>> [port_of(written) for written in ("1", "65535", "0", "65536", "-1", "x", "")]
    [1, 65535, None, None, None, None, None]
    """
    if not (written.isascii() and written.isdecimal()):
        return None
    port = int(written)
    return port if 1 <= port <= _LAST_PORT else None


def run_words(state: Path) -> str:
    """Return what to type for the portal whose folder is ``state``.

    >>> run_words(ROOT / ".state"), run_words(Path("/srv/two words"))
    ('./run', "DATA_DIR='/srv/two words' ./run")
    """
    if state == ROOT / ".state":
        return "./run"
    return f"DATA_DIR={shlex.quote(str(state))} ./run"


class _Stop:
    """A signal ends the watch; during the start it ends the start."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._portal.stopping:
            return
        self._portal.stopping = True
        raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run", description=__doc__)
    parser.add_argument(
        "--people", action="store_true", help="print the demonstration people and stop"
    )
    parser.add_argument(
        "--token",
        metavar="ROLE",
        help="print the token code of a demonstration colleague (such as dco, or their "
        "e-mail address) and stop",
    )
    return parser.parse_args()


def _print_people(state: Path) -> int:
    path = state / PEOPLE
    if not path.exists():
        run = run_words(state)
        return _fail(f"There are no demonstration people yet: start {run} once.")
    print(path.read_text(encoding="utf-8"))
    print((state / STAFF).read_text(encoding="utf-8"))
    return 0


def _print_token(state: Path, address: str) -> int:
    """Ask the portal that runs, with the environment that it was started with."""
    path = state / "secrets" / "environment.json"
    try:
        leftovers.lock(state).close()
    except (CannotStart, FileNotFoundError) as held:
        running = isinstance(held, CannotStart) and path.exists()
    else:
        running = False
    if not running:
        run = run_words(state)
        return _fail(f"The portal does not run here: start {run}, then ask again.")
    portal = Portal(state, 0, variables=json.loads(path.read_text()))
    try:
        print(portal.manage("token_code", address).strip())
    except CannotStart as problem:
        return _fail(str(problem))
    return 0


def _welcome(portal: Portal) -> None:
    portal.say((portal.state / PEOPLE).read_text(encoding="utf-8"))
    portal.say((portal.state / STAFF).read_text(encoding="utf-8"))
    portal.say(f"The portal:       {portal.variables['LUMINA_ORIGIN']}/")
    portal.say(f"Staff sign in at: {portal.variables['LUMINA_ORIGIN']}/staff/sign-in/")
    portal.say(f"Delivered mail:   {portal.variables['LUMINA_MAILBOX_URL']}")
    run = run_words(portal.state)
    portal.say(f"Ctrl-C stops everything; {run} --people prints the people again.")


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
