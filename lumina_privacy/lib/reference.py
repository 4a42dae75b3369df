"""Random references that can be read out on the telephone."""

from __future__ import annotations

import secrets
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 9
_PREFIX: Final = "LP"
# What people write when they copy by hand (Crockford base32).
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


def _check_character(body: str) -> str:
    """Return the character that makes the whole a multiple of x in GF(32).

    Finds every single wrong character and every two that changed places, neighbours or
    not, which a sum of values does not.

    >>> _check_character("000000001"), _check_character("000000010")
    ('2', '4')
    """
    value = 0
    for character in body:
        value = _times_x(value) ^ _ALPHABET.index(character)
    return _ALPHABET[_times_x(value)]


def _times_x(value: int) -> int:
    """Multiply by x modulo x^5 + x^2 + 1, which is primitive: weights do not repeat."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def new_reference() -> str:
    """Return a new one, LP-XXXXX-XXXXX: 45 random bits and a check character."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return _show(body + _check_character(body))


def _show(characters: str) -> str:
    return f"{_PREFIX}-{characters[:5]}-{characters[5:]}"


def read_reference(text: str) -> str | None:
    """Return the reference that ``text`` means, or None when it is none.

    Forgives case, blanks, hyphens and the letters O, I and L.

    >>> read_reference("lp 00000-00000")
    'LP-00000-00000'
    >>> read_reference("LP-00000-00001") is None
    True
    """
    compact = "".join(character for character in text.upper() if character.isalnum())
    compact = compact.removeprefix(_PREFIX).translate(_MISREAD)
    if len(compact) != _LENGTH + 1 or any(c not in _ALPHABET for c in compact):
        return None
    if _check_character(compact[:-1]) != compact[-1]:
        return None
    return _show(compact)
