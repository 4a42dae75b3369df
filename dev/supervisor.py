"""Starts processes, starts them again when they die, and stops them all."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from dev import environment, leftovers, roles
from dev.servers import (
    CannotStart,
    Postgres,
    Server,
    Valkey,
    die_with_parent,
    free_port,
    kept_port,
)

ROOT = Path(__file__).resolve().parent.parent
_LONGEST_WAIT = 30.0
_GRACE_SECONDS = 10.0
# Runs several management commands in one process.
SEVERAL = """
import json, sys
import django
from django.core.management import call_command
django.setup()
for command in json.loads(sys.argv[1]):
    call_command(*command)
"""


_CELERY = [sys.executable, "-m", "celery", "-A", "lumina_privacy", "--quiet"]
# As docker-compose.yml starts them: how many of each, the settings say.
PROCESSES = {
    "web": [
        *(sys.executable, "-m", "gunicorn"),
        *("-c", "python:lumina_privacy.gunicorn_conf"),
    ],
    "worker": [*_CELERY, "worker", "--loglevel", "WARNING"],
    "beat": [*_CELERY, "beat", "--loglevel", "WARNING"],
}


@dataclass
class Child:
    """A process of ours that should be running."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    start_at: float = 0.0
    started: float = 0.0


@dataclass
class Portal:
    """The portal with everything it needs, under one supervisor."""

    state: Path
    port: int
    quiet: bool = False
    variables: dict[str, str] = field(default_factory=dict)
    servers: list[Server] = field(default_factory=list)
    children: dict[str, Child] = field(default_factory=dict)
    stopping: bool = False
    _lock: TextIO | None = None

    def say(self, words: str) -> None:
        """Tell the person at the terminal."""
        if not self.quiet:
            print(words, flush=True)

    @property
    def mail(self) -> Path:
        """The folder into which mail is delivered."""
        return self.state / "mail"

    def prepare(self) -> None:
        """Start the servers and collect every variable. Raises CannotStart."""
        environment.writable(self.state)
        self._lock = leftovers.lock(self.state)
        leftovers.end_all(self.state, self.say)
        refuse_used_port(self.port)
        smtp_port, page_port = free_port(), kept_port(self.state / "mailbox-port")
        self.variables = environment.portal(
            self.state, port=self.port, smtp_port=smtp_port, mailbox_port=page_port
        )
        given = environment.given("DATABASE_URL", roles.OWNERS, "REDIS_URL")
        self.variables |= given | environment.given_settings()
        self._judge_settings()
        for name in given:
            if name == "REDIS_URL":
                environment.require_broker(given[name])
            else:
                environment.require_database(given[name], name)
        self._start_servers(given)
        self.variables |= environment.given(*map(roles.variable, roles.DEMO_DATABASES))
        self._demo_databases_for_external()
        self.add(
            "mailbox",
            [
                *(sys.executable, "-m", "dev.mailbox"),
                *(str(self.mail), str(smtp_port), str(page_port)),
            ],
        )

    def _judge_settings(self) -> None:
        """Have the settings judge what was given, before any server is started."""
        later = {"DATABASE_URL": "postgresql://x/x", "REDIS_URL": "redis://x"}
        self.run(
            ["-c", "import lumina_privacy.settings"], {**later, **self.environment()}
        )

    def _start_servers(self, given: dict[str, str]) -> None:
        ours = {"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Valkey"}
        if started := [name for url, name in ours.items() if url not in given]:
            self.say(f"Starting {' and '.join(started)} ...")
        if "DATABASE_URL" not in given:
            postgres = Postgres(self.state)
            self.servers.append(postgres)
            postgres.start()
            self._note()
            self.variables |= roles.prepare(postgres)
        if "REDIS_URL" not in given:
            valkey = Valkey(self.state)
            self.servers.append(valkey)
            valkey.start()
            self._note()
            self.variables["REDIS_URL"] = valkey.url()

    def _demo_databases_for_external(self) -> None:
        """Give demonstration systems a database file each when ours is not running."""
        for name in roles.DEMO_DATABASES:
            path = self.state / "demo" / f"{name}.sqlite"
            self.variables.setdefault(roles.variable(name), f"sqlite:///{path}")
            path.parent.mkdir(exist_ok=True)

    def environment(self, *, as_owner: bool = False) -> dict[str, str]:
        """Return the environment of a process of the portal.

        The owner's URL is for what migrates, as docker-compose.yml has it: no process
        that serves knows it.
        """
        told = {**os.environ, **self.variables, "PYTHONUNBUFFERED": "1"}
        if as_owner:
            return {**told, "LUMINA_AS_OWNER": "1"}
        return {name: value for name, value in told.items() if name != roles.OWNERS}

    def _note(self) -> None:
        """Note what runs, for the next start should this one be killed."""
        processes = [
            *(server.process for server in self.servers),
            *(child.process for child in self.children.values()),
        ]
        leftovers.note(self.state, [one.pid for one in processes if one is not None])

    def manage(self, *arguments: str) -> str:
        """Run a management command and return what it printed. Raises CannotStart."""
        return self.run(["manage.py", *arguments], self.environment())

    def run(self, arguments: list[str], variables: dict[str, str]) -> str:
        """Run Python and return what it printed. Raises CannotStart."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CannotStart(_last_line(done.stderr) or f"{arguments[0]} failed.")
        return done.stdout

    def migrate(self) -> None:
        """Bring the database up to date, as its owner, and fill the demonstration.

        Two processes instead of five: each costs a second of a second start.
        """
        migrate = ["migrate", "--no-input", "-v", "0"]
        self._manage_all([migrate, ["grant_app_role"]], as_owner=True)
        collect = ["collectstatic", "--no-input", "-v", "0"]
        # What the caller named is the caller's: nothing is written there.
        theirs = [
            name
            for name in roles.DEMO_DATABASES
            if environment.given(roles.variable(name))
        ]
        demo = ["demo", *(f"--leave={name}" for name in theirs)]
        self._manage_all([collect, ["setup"], demo])

    def _manage_all(self, commands: list[list[str]], *, as_owner: bool = False) -> None:
        told = self.environment(as_owner=as_owner)
        self.run(["-c", SEVERAL, json.dumps(commands)], told)

    def serve(self) -> None:
        """Start web, worker and beat."""
        for name, command in PROCESSES.items():
            self.add(name, command)

    def add(self, name: str, command: list[str]) -> Child:
        """Start a process and keep it running."""
        child = Child(name, command)
        self.children[name] = child
        self.start(name)
        return child

    def start(self, name: str) -> None:
        """Start one process now; its words go to a log file."""
        child = self.children[name]
        with (self.state / f"{name}.log").open("ab") as log:
            child.process = subprocess.Popen(
                child.command,
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 (one thread)
            )
        child.started = time.monotonic()
        self._note()

    def keep_environment(self) -> None:
        """Keep every variable for ``./run --token`` in another terminal (0600)."""
        path = self.state / "secrets" / "environment.json"
        path.touch(mode=0o600)
        told = {n: v for n, v in self.variables.items() if n != roles.OWNERS}
        path.write_text(json.dumps(told))

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Return once the web server answers. Raises CannotStart."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.revive()
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise CannotStart(
            f"The web server did not start; see {self.state / 'web.log'}."
        )

    def revive(self) -> None:
        """Start again what died, with a growing wait, and say so."""
        now = time.monotonic()
        for server in self.servers:
            if server.process is not None and server.process.poll() is not None:
                raise CannotStart(
                    f"{type(server).__name__} stopped; its log is in {server.state}."
                )
        for child in self.children.values():
            if child.process is not None and child.process.poll() is not None:
                kill_group(child.process.pid)  # what it had started itself
                long_lived = now - child.started > _LONGEST_WAIT
                child.failures = 1 if long_lived else child.failures + 1
                wait = min(2.0 ** (child.failures - 1), _LONGEST_WAIT)
                child.start_at, child.process = now + wait, None
                self.say(
                    f"{child.name} stopped; it starts again in {wait:.0f} s "
                    f"(log: {self.state / child.name}.log)."
                )
            if child.process is None and child.start_at <= now:
                self.start(child.name)

    def watch(self) -> None:
        """Keep everything running until told to stop."""
        while not self.stopping:
            self.revive()
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop everything, last started first; nothing is left behind."""
        self.stopping = True
        for child in reversed(list(self.children.values())):
            end(child.process)
        for server in reversed(self.servers):
            # SIGINT is PostgreSQL's fast shutdown; Valkey takes it as a stop.
            end(server.process, signal.SIGINT)
        if self._lock is not None:
            leftovers.note(self.state, [])
            self._lock.close()


def kill_group(leader: int) -> None:
    """Kill what is left of a process group whose leader is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def end(
    process: subprocess.Popen[bytes] | None, how: signal.Signals = signal.SIGTERM
) -> None:
    """Stop a process group: asked first, then without asking."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(how)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_SECONDS)
    kill_group(process.pid)
    process.wait()


def refuse_used_port(port: int) -> None:
    """Raise CannotStart when somebody listens on the loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} cannot be used ({error.strerror}); set PORT to another."
            ) from error


def _last_line(text: str) -> str:
    """Return the sentence at the end of a traceback or of a refused command."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    for prefix in ("django.core.exceptions.ImproperlyConfigured: ", "CommandError: "):
        last = last.removeprefix(prefix)
    return last
