"""``./run``: clear refusals, clean stops, and starts after a kill."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from functools import partial
from pathlib import Path

import pytest

from dev.servers import free_port
from dev.supervisor import ROOT
from tests.faults.stand import until

pytestmark = pytest.mark.fault
READY = "Ctrl-C stops everything"
OURS = ("DATA_DIR", "PORT", "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
CHILDREN = {"web": "gunicorn", "worker": " worker ", "beat": " beat "}
# The first start is a newcomer's; the later ones need not have two of everything.
SMALL = {"LUMINA_WEB_WORKERS": "1", "LUMINA_WORKER_TASKS": "1"}


def newcomer(**variables: str) -> dict[str, str]:
    """Return the environment of somebody who has set nothing but ``variables``."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if name not in OURS
        and not name.startswith(("LUMINA_", "DJANGO_", "PYTEST_"))
        and not name.endswith("_DATABASE_URL")
    }
    return {**plain, **variables}


def refused(*arguments: str, **variables: str) -> str:
    """Return the one sentence with which ``./run`` refuses to start."""
    done = subprocess.run(
        ["./run", *arguments],
        cwd=ROOT,
        env=newcomer(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


class Run:
    """A ``./run`` under way."""

    def __init__(self, state: Path, **variables: str) -> None:
        self.state, self.port = state, free_port()
        self.variables = {"DATA_DIR": str(state), "PORT": str(self.port), **variables}
        self.out = state.parent / f"{state.name}-{self.port}.log"
        with self.out.open("wb") as out:
            self.popen = subprocess.Popen(
                ["./run"],
                cwd=ROOT,
                env=newcomer(**self.variables),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.out.read_text()

    def ready(self, seconds: float = 120) -> float:
        """Wait until the portal is served; return the seconds it took."""
        began = time.monotonic()
        until(lambda: READY in self.said or self.popen.poll() is not None, seconds)
        assert self.popen.poll() is None, self.said
        return time.monotonic() - began

    def stop(self, how: signal.Signals) -> int:
        self.popen.send_signal(how)
        return self.popen.wait(40)

    def answers(self) -> bool:
        try:
            url = f"http://localhost:{self.port}/healthz"
            with urllib.request.urlopen(url, timeout=5) as page:
                return page.status == 200
        except OSError:
            return False


def processes_of(state: Path) -> dict[int, str]:
    """Return the living processes that were started for the portal in ``state``."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().decode(errors="replace")
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
            status = (folder / "stat").read_text()
        except OSError:
            continue
        ours = f"DATA_DIR={state}\0" in environment or str(state) in command
        if ours and status.rpartition(")")[2].split()[0] != "Z":
            found[int(folder.name)] = command.replace("\0", " ")
    return found


def child(run: Run, words: str) -> int:
    """Return the leader of the child whose command holds ``words``."""
    known = json.loads((run.state / "running.json").read_text())
    leaders = {pid for pid, _ in known}
    return next(
        pid
        for pid, command in processes_of(run.state).items()
        if pid in leaders and words in command
    )


def test_port_in_use_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(DATA_DIR=str(tmp_path), PORT=str(port))

    assert said == (
        f"Port {port} cannot be used (Address already in use); set PORT to another."
    )


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PORT": "http"}, "PORT is 'http'; write a number from 1 to 65535."),
        (
            {"DATABASE_URL": "mysql://x@127.0.0.1/x"},
            (
                "DATABASE_URL must be postgresql://user:password@host:5432/name; the "
                "portal's own database is PostgreSQL only."
            ),
        ),
        (
            {"DATABASE_URL": "postgresql://x:secret@127.0.0.1:1/x"},
            (
                "DATABASE_URL leads to no database: connection to server at "
                '"127.0.0.1", port 1 failed: Connection refused'
            ),
        ),
        (
            {"REDIS_URL": "amqp://127.0.0.1"},
            "REDIS_URL must begin with redis://, rediss:// or unix://.",
        ),
        (
            {"REDIS_URL": "redis://127.0.0.1:1/0"},
            (
                "REDIS_URL leads to no broker: Error 111 connecting to 127.0.0.1:1. "
                "Connection refused."
            ),
        ),
        (
            {"LUMINA_SERCH_TRIES": "3"},
            (
                "LUMINA_SERCH_TRIES: no setting of this name. Did you mean "
                "LUMINA_SEARCH_TRIES? See docs/settings.md."
            ),
        ),
        (
            {"LUMINA_SEARCH_TRIES": "many"},
            "LUMINA_SEARCH_TRIES is 'many'; write a whole number of at least 1.",
        ),
    ],
)
def test_wrong_variable_is_one_sentence(tmp_path, variables, sentence):
    folder = {"DATA_DIR": str(tmp_path / "state"), "PORT": str(free_port())}

    assert refused(**{**folder, **variables}) == sentence
    assert processes_of(tmp_path / "state") == {}


def test_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("no folder")

    said = refused(DATA_DIR=str(tmp_path / "file" / "state"), PORT=str(free_port()))

    assert said == (
        f"{tmp_path}/file/state cannot be written to (Not a directory); set DATA_DIR "
        "to one that can."
    )


def test_people_and_tokens_before_the_first_start_say_what_to_do(tmp_path):
    folder = {"DATA_DIR": str(tmp_path)}
    start = f"start DATA_DIR={tmp_path} ./run"

    assert f"{start} once" in refused("--people", **folder)
    assert start in refused("--token", "dco@luminatech.example", **folder)


def test_portal_starts_is_killed_and_stops(tmp_path):
    """One folder's life, start by start: the demonstration is made once."""
    state = tmp_path / "state"
    _first_start_shows_people_and_ends_by_ctrl_c(state)
    left = _second_start_brings_back_children_and_is_killed(state)
    _third_start_is_rid_of_the_killed_one_and_ends_by_sigterm(state, left)
    _fourth_start_ends_when_a_server_does(state)


def _first_start_shows_people_and_ends_by_ctrl_c(state: Path) -> None:
    run = Run(state)
    run.ready()
    try:
        until(run.answers)
        people = told(run, "--people")
        assert "Edith Marlow" in people
        assert re.search(r"dco@luminatech.example +[\w-]{19}", people)
        code = told(run, "--token", "dco@luminatech.example").strip()
        assert re.fullmatch(r"\d{6}", code), "a copied line works in another terminal"
        nobody = refused("--token", "nobody@x.example", **run.variables)
        assert nobody.startswith(
            "Nobody of the staff has an authenticator app under this address. "
        )
        assert re.fullmatch(r"\d{6}", told(run, "--token", "dco").strip())
        twice = {**run.variables, "PORT": str(free_port())}
        assert refused(**twice).startswith(f"Another ./run uses {state};")
    finally:
        ended = run.stop(signal.SIGINT)

    assert ended == 0
    assert "Stopping ..." in run.said
    assert processes_of(state) == {}
    assert f"start DATA_DIR={state} ./run" in refused(
        "--token", "dco@luminatech.example", **run.variables
    )


def told(run: Run, *arguments: str) -> str:
    done = subprocess.run(
        ["./run", *arguments],
        cwd=ROOT.parent,
        executable=str(ROOT / "run"),
        env=newcomer(DATA_DIR=str(run.state)),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def _second_start_brings_back_children_and_is_killed(state: Path) -> set[int]:
    """Return the processes that the supervisor had when it was killed."""
    run = Run(state, **SMALL)
    took = run.ready()
    assert took < 40, "seconds, also on a machine that is busy"
    old = {name: child(run, words) for name, words in CHILDREN.items()}
    for leader in old.values():
        os.kill(leader, signal.SIGKILL)
    for name, words in CHILDREN.items():
        until(partial(_is_told, run, name))
        until(partial(_is_new, run, words, old[name]))
    until(run.answers)

    left = set(processes_of(state))
    run.popen.kill()
    run.popen.wait(10)
    return left


def _is_told(run: Run, name: str) -> bool:
    return f"{name} stopped; it starts again in 1 s" in run.said


def _is_new(run: Run, words: str, old: int) -> bool:
    try:
        return child(run, words) != old
    except StopIteration:
        return False


def _third_start_is_rid_of_the_killed_one_and_ends_by_sigterm(
    state: Path, left: set[int]
) -> None:
    run = Run(state, **SMALL)
    run.ready()
    try:
        until(run.answers)
        assert not left & set(processes_of(state)), "nothing of the old one"
    finally:
        code = run.stop(signal.SIGTERM)

    assert code == 0
    assert processes_of(state) == {}


def _fourth_start_ends_when_a_server_does(state: Path) -> None:
    run = Run(state, **SMALL)
    run.ready()

    os.kill(child(run, "postgres"), signal.SIGKILL)

    assert run.popen.wait(60) == 1
    assert run.said.splitlines()[-1].startswith("Postgres stopped; its log is in ")
    assert processes_of(state) == {}
