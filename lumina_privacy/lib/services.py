"""Addresses of servers, as settings take them: URLs, with the password beside or in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_BROKERS: Final = frozenset({"redis", "rediss", "unix"})
_MAIL_PORTS: Final = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def with_password(url: str, password: str) -> str:
    """Return ``url`` with ``password`` put in, unless it brings one of its own."""
    parts = urlsplit(url)
    if not password or parts.password is not None or not parts.netloc:
        return url
    user, _, place = parts.netloc.rpartition("@")
    netloc = f"{user.removesuffix(':')}:{quote(password, safe='')}@{place}"
    return parts._replace(netloc=netloc).geturl()


def database(url: str, name: str) -> dict[str, Any]:
    """Return Django's settings of the database at ``url``. Names ``name`` on error."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} must be postgresql://user:password@host:5432/name; the portal's "
            "own database is PostgreSQL only."
        )
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    host = unquote(options.pop("host", "")) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(_port(parts, name) or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **options},
    }


def broker(url: str, name: str) -> str:
    """Return ``url`` if a broker may stand there. Names ``name`` on error."""
    if urlsplit(url).scheme not in _BROKERS:
        raise ImproperlyConfigured(
            f"{name} must begin with redis://, rediss:// or unix://."
        )
    return url


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and how."""

    host: str
    port: int
    user: str
    password: str
    tls_from_start: bool
    starttls: bool


def mail(url: str, name: str) -> MailServer:
    """Return the mail server at ``url``. Names ``name`` on error."""
    parts = urlsplit(url)
    if parts.scheme not in _MAIL_PORTS or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name} must be smtp://, smtp+tls:// or smtps://host:port."
        )
    return MailServer(
        host=parts.hostname,
        port=_port(parts, name) or _MAIL_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls_from_start=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp+tls",
    )


def _port(parts: SplitResult, name: str) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name}: the port must be a number up to 65535."
        ) from error


def on_disk(folder: Path) -> dict[str, Any]:
    """Return Django's settings of a storage in ``folder``, readable by us alone."""
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(folder),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


def on_s3(bucket: str, access: Mapping[str, str | None]) -> dict[str, Any]:
    """Return Django's settings of a storage in an S3-compatible bucket."""
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            **access,
            "bucket_name": bucket,
            "file_overwrite": False,
            # Larger files are spooled to disk, still encrypted; the default is memory.
            "max_memory_size": 8 * 1024 * 1024,
        },
    }
