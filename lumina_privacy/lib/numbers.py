"""Numbers that a browser sends, which anybody may have written."""

from __future__ import annotations

from typing import Final

_MOST_DIGITS: Final = 9


def number_in(text: str) -> int | None:
    """Return the whole number of at most nine digits that an address carries, or None.

    >>> number_in("50"), number_in("-1"), number_in("²"), number_in("9" * 30)
    (50, None, None, None)
    """
    if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS:
        return int(text)
    return None
