"""Read settings from the environment, or stop with a sentence that helps."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# Names read so far. A variable of ours that nobody reads is a spelling mistake in
# somebody's deployment: `refuse_unknown` stops on it.
_known: set[str] = set()
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def _raw(name: str) -> str | None:
    _known.add(name)
    return os.environ.get(name) or None


def env_str(name: str, *, default: str | None = None, remedy: str = "") -> str:
    """Return the variable; without one the default; without that, stop."""
    value = _raw(name)
    if value is not None:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. {remedy}".strip())
    return default


def env_secret(name: str, *, default: str | None = None, remedy: str = "") -> str:
    """Return the variable, or what stands in the file that ``NAME_FILE`` names."""
    path = _raw(f"{name}_FILE")
    if path is None:
        return env_str(name, default=default, remedy=remedy)
    if _raw(name) is not None:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; unset one.")
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE names {path}, which cannot be read ({error.strerror})."
        ) from error
    if not value and default is None:
        raise ImproperlyConfigured(
            f"{name}_FILE names {path}, which is empty. {remedy}"
        )
    return value


def known_names() -> frozenset[str]:
    """Return the variables that the settings read, without their _FILE twins."""
    return frozenset(name for name in _known if not name.endswith("_FILE"))


def env_bool(name: str, *, default: bool) -> bool:
    """Return true for 1, true, yes or on; false for 0, false, no or off."""
    value = _raw(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; write 1 or 0.")


def env_int(name: str, *, default: int, at_least: int = 0) -> int:
    """Return a whole number of at least ``at_least``."""
    value = _raw(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit()) or int(value) < at_least:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write a whole number of at least {at_least}."
        )
    return int(value)


def env_choice(name: str, choices: tuple[str, ...], *, default: str) -> str:
    """Return one of ``choices``."""
    value = env_str(name, default=default)
    if value not in choices:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write one of: {', '.join(choices)}."
        )
    return value


def env_second_person(name: str) -> str:
    """Return when a second person looks: off, before or after (decision C19)."""
    return env_choice(name, ("off", "before", "after"), default="before")


def env_sender(name: str) -> str:
    """Return the address that mail comes from, with or without a name before it."""
    remedy = "Write the address that mail comes from, as privacy@example.org."
    value = env_str(name, remedy=remedy)
    local, at, domain = parseaddr(value)[1].rpartition("@")
    if not (at and local and domain) or not value.isprintable():
        raise ImproperlyConfigured(f"{name} is {value!r}. {remedy}")
    return value


def env_list(name: str, *, default: str = "") -> list[str]:
    """Return the comma-separated parts, without blanks."""
    return [
        part.strip()
        for part in env_str(name, default=default).split(",")
        if part.strip()
    ]


def env_days(name: str, *, default: str) -> tuple[int, ...]:
    """Return different whole numbers of days, the most first."""
    parts = env_list(name, default=default)
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ImproperlyConfigured(
            f"{name} is {','.join(parts)!r}; write whole numbers of days, as 7,3."
        )
    return tuple(sorted({int(part) for part in parts}, reverse=True))


def refuse_unknown(environ: Mapping[str, str], *, prefix: str = "LUMINA_") -> None:
    """Stop at a variable of ours that no setting reads."""
    unknown = sorted(
        name for name in environ if name.startswith(prefix) and name not in _known
    )
    if unknown:
        near = get_close_matches(unknown[0], sorted(_known), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ImproperlyConfigured(
            f"{', '.join(unknown)}: no setting of this name.{hint} "
            "See docs/settings.md."
        )
