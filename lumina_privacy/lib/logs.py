"""Log lines without personal data: C12, and what the notice says about logs.

An exception's own words may quote a row ("Key (email)=(...) already exists"), so a line
names its type and shows where it was raised, and no more.
"""

from __future__ import annotations

import copy
import logging
import re
import traceback
from types import TracebackType
from typing import Any, Final

LINE: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"
_RULES: Final = (
    # Query strings: search terms, and what libraries put there.
    (re.compile(r"(?<=[\w/])\?[^\s\"'<>\]]+"), "?..."),
    (re.compile(r"[^\s\"'<>()=,;:]+@[\w-]+(?:\.[\w-]+)+"), "[address]"),
    # A link is a key until it is used; one that a team shares, until it is revoked.
    (re.compile(r"(/(?:staff/welcome|acts-for-me|for-colleagues)/)[^/\s]+"), r"\1..."),
)


def scrub(text: str) -> str:
    """Return ``text`` without query strings, mail addresses and secret links.

    >>> scrub("GET /cases/?q=Smith from a.b@example.org")
    'GET /cases/?... from [address]'
    >>> scrub("Not Found: /staff/welcome/c2VjcmV0/")
    'Not Found: /staff/welcome/.../'
    >>> scrub("GET /for-colleagues/c2VjcmV0/stop/ and /acts-for-me/c2VjcmV0/")
    'GET /for-colleagues/.../stop/ and /acts-for-me/.../'
    """
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


def to_console(level: str) -> dict[str, Any]:
    """Return the logging of a process that speaks to whoever collects its output."""
    # A sweep every five seconds: that one ran is in the heartbeats, not in the log.
    sweeps = "WARNING" if level == "INFO" else level
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"()": DiscreetFormatter, "format": LINE}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "plain"}
        },
        "root": {"handlers": ["console"], "level": level},
        # At DEBUG this one writes every statement with its values.
        "loggers": {
            "django.db.backends": {"level": "INFO"},
            "celery.beat": {"level": sweeps},
            "celery.worker.strategy": {"level": sweeps},
            "celery.app.trace": {"level": sweeps},
        },
    }


class DiscreetFormatter(logging.Formatter):
    """Formats a record, and keeps an exception's type and place but not its words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, scrubbed."""
        # Another handler may have written its own text of the exception already.
        record = copy.copy(record)
        record.exc_text = None
        if isinstance(record.args, dict) and "exc" in record.args:
            # Celery's report of a failed task quotes the exception in the message.
            error = record.exc_info[1] if record.exc_info else None
            record.args = {**record.args, "exc": type(error).__name__}
        return scrub(super().format(record))

    def formatException(  # noqa: N802 (the library's name)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Return the stack of each exception of the chain and its type."""
        parts: list[str] = []
        error = ei[1]
        while error is not None:
            stack = "".join(traceback.format_tb(error.__traceback__))
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            parts.insert(0, f"{stack}{kind}")
            hidden = error.__suppress_context__
            error = error.__cause__ or (None if hidden else error.__context__)
        return "\nwhich led to:\n".join(parts)
