"""The environment of a portal on this machine: keys made once, everything named."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import redis

from dev.servers import CannotStart

_ANSWER_SECONDS = 5


def writable(folder: Path) -> Path:
    """Return ``folder``, made and writable. Raises CannotStart."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"{folder} cannot be written to ({error.strerror}); set DATA_DIR to one "
            "that can."
        ) from error
    return folder


def _kept(folder: Path, name: str, made: str) -> str:
    path = folder / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(made)
    return path.read_text()


def _ring() -> str:
    return f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def keys(state: Path) -> dict[str, str]:
    """Return the portal's three secrets, made at the first start and kept (0600)."""
    folder = state / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {
        "LUMINA_SIGNING_KEY": _kept(folder, "signing-key", secrets.token_urlsafe(48)),
        "LUMINA_MASTER_KEYS": _kept(folder, "master-keys", _ring()),
        "LUMINA_REF_KEYS": _kept(folder, "ref-keys", _ring()),
    }


def portal(
    state: Path, *, port: int, smtp_port: int, mailbox_port: int
) -> dict[str, str]:
    """Return every variable that a demonstration portal needs, but the databases'."""
    return {
        **keys(state),
        "DJANGO_SETTINGS_MODULE": "lumina_privacy.settings",
        "DATA_DIR": str(state),
        "PORT": str(port),
        "LUMINA_ORIGIN": f"http://localhost:{port}",
        "LUMINA_EXTRA_HOSTS": "127.0.0.1",
        "LUMINA_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "LUMINA_MAIL_FROM": "privacy@luminatech.example",
        "LUMINA_MAILBOX_URL": f"http://localhost:{mailbox_port}/",
        "LUMINA_DEMO": "1",
        "LUMINA_STAFF_TOTP": "1",
    }


def given_settings() -> dict[str, str]:
    """Return the portal's own variables that the caller sets."""
    return {
        name: value for name, value in os.environ.items() if name.startswith("LUMINA_")
    }


def require_database(url: str, name: str) -> None:
    """Raise CannotStart unless PostgreSQL lets us in under ``url``."""
    form = f"{name} must be postgresql://user:password@host:5432/name."
    if urlsplit(url).scheme not in {"postgres", "postgresql"}:
        raise CannotStart(form)
    try:
        psycopg2.connect(url, connect_timeout=_ANSWER_SECONDS).close()
    except psycopg2.OperationalError as error:
        said = str(error).strip().splitlines()[0]
        raise CannotStart(f"{name} leads to no database: {said}") from error
    except psycopg2.Error as error:
        raise CannotStart(form) from error


def require_broker(url: str) -> None:
    """Raise CannotStart unless a Redis-protocol server answers under REDIS_URL."""
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=_ANSWER_SECONDS, socket_timeout=_ANSWER_SECONDS
        ) as client:
            client.ping()
    except ValueError as error:
        raise CannotStart("REDIS_URL must be redis://host:6379/0.") from error
    except redis.RedisError as error:
        raise CannotStart(f"REDIS_URL leads to no broker: {error}") from error


def given(*names: str) -> dict[str, str]:
    """Return those of the variables that the caller's environment sets."""
    return {name: os.environ[name] for name in names if os.environ.get(name)}
