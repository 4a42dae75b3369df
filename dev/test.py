"""`./test`: the suite on the same real parts as the portal."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from dev import check, environment, locks, roles
from dev.servers import CannotStart, Postgres, Valkey
from dev.supervisor import ROOT, end

BIN = Path(sys.executable).parent
PLAIN = "not fault and not engines and not long and (not journey or first)"


def main(arguments: list[str]) -> int:
    """Do what was asked and return the exit code."""
    match arguments:
        case ["lock"]:
            return locks.make(ROOT)
        case ["check"]:
            return _with_servers(check.run)
        case ["all", *rest]:
            return _with_servers(lambda env: _pytest(["-n", "2", *rest], env))
        case []:
            return _with_servers(lambda env: _pytest(["-n", "2", "-m", PLAIN], env))
        case _:
            return _with_servers(lambda env: _pytest(arguments, env))


def _with_servers(work: Callable[[dict[str, str]], int]) -> int:
    with tempfile.TemporaryDirectory(prefix="lumina-test-") as folder:
        state = Path(folder)
        state.chmod(0o755)  # the servers may run as nobody
        postgres, valkey = Postgres(state, durable=False), Valkey(state)
        try:
            postgres.start()
            valkey.start()
            return work(_environment(state, postgres, valkey))
        except CannotStart as problem:
            print(problem, file=sys.stderr)
            return 1
        finally:
            end(valkey.process)
            end(postgres.process)


def _environment(state: Path, postgres: Postgres, valkey: Valkey) -> dict[str, str]:
    """Return the environment of the suite: tests create databases, so as the owner."""
    urls = roles.prepare(postgres)
    # Where a server of the tests looks for static files when it starts.
    (state / "static").mkdir()
    outer = {
        name: v for name, v in os.environ.items() if not name.startswith("LUMINA_")
    }
    return {
        **outer,
        **environment.portal(state, port=8000, smtp_port=9, mailbox_port=9),
        **urls,
        "REDIS_URL": valkey.url(),
        "LUMINA_AS_OWNER": "1",
        "LUMINA_EXTRA_HOSTS": "127.0.0.1,testserver",
        "LUMINA_DEMO": "0",
        "PYTHONPATH": str(ROOT),
    }


def _pytest(arguments: list[str], env: dict[str, str]) -> int:
    command = [str(BIN / "python"), "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
