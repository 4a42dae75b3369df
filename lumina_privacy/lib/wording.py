"""Machine text as people read it: information is given in intelligible form.

UK GDPR Article 12(1). What a program reads (JSON) keeps its codes and instants.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from lumina_privacy.lib.days import clock_words, day_words, instant_words

_CALLED: Final = {
    "email": "e-mail address",
    "phone": "telephone number",
    "postal": "postal address",
    "company": "company number",
}


# Codes that mean little to whom they are told.
_PLAIN: Final = {
    "unproved": "waits until the address is proved",
    "file_request": "to make a request",
    "sign_in": "to sign in",
    "download": "to download an answer",
}


class Reads(StrEnum):
    """What the text of a field is, where it is not plain."""

    DAY = "day"  # ISO 8601
    INSTANT = "instant"  # ISO 8601 with its zone


def humane(code: str) -> str:
    """Return a code as words; what belongs together in dots is parted by a colon.

    >>> humane("case.request_received"), humane("service-desk"), humane("")
    ('Case: request received', 'Service desk', '')
    """
    text = code.replace("_", " ").replace("-", " ").replace(".", ": ")
    return text[:1].upper() + text[1:]


def called(kind: str) -> str:
    """Return how people call a kind of identifier.

    >>> called("email"), called("ticket_id"), called("company"), called("serial_no")
    ('e-mail address', 'ticket number', 'company number', 'serial no')
    """
    said = kind.removesuffix("_id").replace("_", " ")
    return _CALLED.get(kind, f"{said} number" if kind.endswith("_id") else said)


def readable(value: object, reads: Reads | None) -> object:
    """Return a value as a page shows it; what is not ISO stays.

    >>> readable("2026-12-02", Reads.DAY), readable("[withheld]", Reads.DAY)
    ('2 December 2026', '[withheld]')
    >>> readable("2026-07-01T23:30:00+00:00", Reads.INSTANT)
    '2 July 2026 at 00:30'

    Some systems keep a day as its midnight, and some a clock without its zone.

    >>> readable("2024-03-01T00:00:00+00:00", Reads.DAY)
    '1 March 2024'
    >>> readable("2026-07-01T23:30:00", Reads.INSTANT)
    '1 July 2026 at 23:30'
    """
    if reads is None or not isinstance(value, str):
        return value
    try:
        day = date.fromisoformat(value[:10])
        # Without that letter a mere row of digits would pass for an instant.
        has_clock = value[10:11] in ("T", " ")
        at = datetime.fromisoformat(value) if has_clock else None
    except ValueError:
        return value
    if len(value) > 10 and at is None:
        return value
    if at is None or reads is Reads.DAY:
        return day_words(day)
    return instant_words(at) if at.tzinfo else clock_words(at)


def lines(facts: Mapping[str, object]) -> str:
    r"""Return codes and what they came to, one a line.

    >>> lines({"due_on": "2026-12-02", "alone": True, "right": "access", "old": ""})
    'Due on: 2 December 2026\nAlone: yes\nRight: access'
    >>> lines({"purpose": "file_request"})
    'Purpose: to make a request'
    """
    return "\n".join(
        f"{humane(name)}: {_said(value)}"
        for name, value in facts.items()
        if value not in ("", None)
    )


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    said = _PLAIN.get(str(value)) or str(readable(value, Reads.DAY))
    return said.replace("_", " ").replace(":", " ")
