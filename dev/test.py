"""`./test`: the suite on the same real parts as the portal."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from dev import environment, roles
from dev.servers import CannotStart, Postgres, Valkey
from dev.supervisor import ROOT, end

BIN = Path(sys.executable).parent
PLAIN = "not fault and not engines and (not journey or first)"
LOCKS = {
    "production": ("pyproject.toml",),
    "dev": ("pyproject.toml", "--group", "dev", "-c", "requirements/production.txt"),
}


def main(arguments: list[str]) -> int:
    """Do what was asked and return the exit code."""
    match arguments:
        case ["lock"]:
            return _lock(ROOT / "requirements")
        case ["check"]:
            return _with_servers(_check)
        case ["all", *rest]:
            return _with_servers(lambda env: _pytest(["-n", "2", *rest], env))
        case []:
            return _with_servers(lambda env: _pytest(["-n", "2", "-m", PLAIN], env))
        case _:
            return _with_servers(lambda env: _pytest(arguments, env))


def _with_servers(work: object) -> int:
    with tempfile.TemporaryDirectory(prefix="lumina-test-") as folder:
        state = Path(folder)
        state.chmod(0o755)  # the servers may run as nobody
        postgres, valkey = Postgres(state), Valkey(state)
        try:
            postgres.start()
            valkey.start()
            return work(_environment(state, postgres, valkey))  # type: ignore[no-any-return, operator]
        except CannotStart as problem:
            print(problem, file=sys.stderr)
            return 1
        finally:
            end(valkey.process)
            end(postgres.process)


def _environment(state: Path, postgres: Postgres, valkey: Valkey) -> dict[str, str]:
    """Return the environment of the suite: tests create databases, so as the owner."""
    urls = roles.prepare(postgres)
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


def _check(env: dict[str, str]) -> int:
    """Run every check, all of them, and return 1 when one complains."""
    templates = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    deploy = {
        **env,
        "LUMINA_ORIGIN": "https://privacy.example.org",
        "LUMINA_STAFF_TOTP": "0",
        "LUMINA_DEMO": "0",
    }
    checks = [
        ("ruff format", ["ruff", "format", "--check", "-q", "."], env),
        ("ruff", ["ruff", "check", "-q", "."], env),
        ("djade", ["djade", "--check", "--target-version", "5.2", *templates], env),
        ("imports", ["lint-imports", "--no-logo"], env),
        ("types", ["mypy", "."], env),
        ("migrations", ["python", "manage.py", "makemigrations", "--check"], env),
        (
            "deploy",
            ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            deploy,
        ),
    ]
    failed = [
        name
        for name, command, variables in checks
        if not _quiet(name, command, variables)
    ]
    if _locks_differ():
        failed.append("locks")
        print("locks: pyproject.toml and requirements/ differ; run ./test lock")
    print(f"check: {', '.join(failed)} complained" if failed else "check: all is well")
    return 1 if failed else 0


def _quiet(name: str, command: list[str], env: dict[str, str]) -> bool:
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"--- {name}\n{done.stdout}{done.stderr}")
    return done.returncode == 0


def _lock(folder: Path) -> int:
    for name, what in LOCKS.items():
        done = subprocess.run(
            [
                *(str(BIN / "uv"), "pip", "compile", "-q", *what),
                *("--universal", "--python-version", "3.11", "--generate-hashes"),
                *("--no-emit-index-url", "--no-emit-find-links", "--no-header"),
                *("-o", str(folder / f"{name}.txt")),
            ],
            cwd=ROOT,
            check=False,
        )
        if done.returncode:
            return done.returncode
    return 0


def _locks_differ() -> bool:
    """Whether a package that pyproject.toml names is missing from its lock file."""
    import re
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        "production": project["project"]["dependencies"],
        "dev": [
            *project["project"]["dependencies"],
            *project["dependency-groups"]["dev"],
        ],
    }
    for name, requirements in wanted.items():
        text = (ROOT / "requirements" / f"{name}.txt").read_text().lower()
        for requirement in requirements:
            package = re.split(r"[\[<>=~! ]", requirement)[0].lower()
            if f"\n{package}==" not in f"\n{text}":
                return True
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
