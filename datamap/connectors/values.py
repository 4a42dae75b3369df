"""Values as they are compared, named and written: one spelling each."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from types import NoneType
from typing import Any, Final
from uuid import UUID

import phonenumbers

from datamap.registry.schema import Register
from datamap.registry.systems import PLACEHOLDERS, Match
from lumina_privacy.lib.subject_ref import (
    canonical_email,
    canonical_phone,
    canonical_text,
)

_FEWEST_DIGITS: Final = 6
# What people type when a form insists on a number: 01234 567890, 07123 456789.
_TYPED_IN_ORDER: Final = ("01234567890", "09876543210")
# What stands between the addresses of a cell, and around them. An ampersand may be
# part of one, but only before its "@".
_BETWEEN_ADDRESSES: Final = re.compile(
    '[\\s;,/|<>()\\[\\]{}"`\u201c\u201d\u201e\u00ab\u00bb\u200b\u2060\ufeff\u3001\uff0c\uff1b]+'
)
_AND_ANOTHER: Final = re.compile(r"(@[^@&]*)&")
_AROUND_ADDRESS: Final = "'\u2018\u2019.:!"
_SCHEME: Final = re.compile(r"^(?:mailto|smtp):", re.IGNORECASE)
_ONE_NUMBER: Final = re.compile(r"(?:\+\d+(?:;ext=\d+)?)?")
# Where a telephone number may begin: people leave a blank between two, or none at all.
_NUMBER_BEGINS: Final = re.compile(r"(?<!\d)(?:\+\d|0\d)")
_MOST_GROUPS: Final = 3  # of one number that may look like the beginning of another
_WIDEST_INTEGER: Final = 1 << 63


def text_of(value: object) -> str:
    r"""Return a key or an identifier as text, the same from every column type.

    >>> text_of(7), text_of(Decimal("7.00")), text_of(7.0), text_of(b"\x0f")
    ('7', '7', '7', '0f')
    """
    if type(value) is str or type(value) is int:  # nearly every key: ask no further
        return str(value)
    if value is None:
        return ""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if (
        isinstance(value, Decimal | float)
        and math.isfinite(value)
        and value == int(value)
    ):
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def key_of(parts: Sequence[object]) -> str:
    r"""Return one text for a key of one or more columns, different for different keys.

    >>> key_of([1]), key_of(["a|b", "c"]), key_of(["a", "b|c"])
    ('1', 'a\\|b|c', 'a|b\\|c')
    """
    if len(parts) == 1:
        return text_of(parts[0])
    escaped = (
        text_of(part).replace("\\", "\\\\").replace("|", "\\|") for part in parts
    )
    return "|".join(escaped)


def canonical_set(match: Match, value: object) -> frozenset[str]:
    """Return the canonical value as a set, empty for none.

    >>> canonical_set(Match.TEXT, " A  b "), canonical_set(Match.EXACT, None)
    (frozenset({'a b'}), frozenset())
    """
    return _canonical_set(match, text_of(value))


@lru_cache(maxsize=4096)
def _canonical_set(match: Match, text: str) -> frozenset[str]:
    return frozenset({_canonical(match, text)} - {""})


# The rows of one person carry the same few values: read once a row, an address costs
# as much as the rest of the row.
@lru_cache(maxsize=4096)
def _canonical(match: Match, text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    try:
        if match is Match.EMAIL:
            return canonical_email(text)
        if match is Match.PHONE:
            return canonical_phone(text)
    except ValueError:
        return canonical_text(text)
    return canonical_text(text) if match is Match.TEXT else text


@lru_cache(maxsize=4096)
def addresses_among(text: str) -> frozenset[str]:
    """Return the addresses in a cell that holds more than one bare address.

    >>> sorted(addresses_among("Ann <ANN@a.example>; mailto:bob@b.example"))
    ['ann@a.example', 'bob@b.example']
    >>> addresses_among(" ann@a.example "), addresses_among("ask Ann")
    (frozenset(), frozenset())
    """
    found = set()
    parted = _AND_ANOTHER.sub(r"\1 ", text.strip())
    for part in _BETWEEN_ADDRESSES.split(parted):
        named = _SCHEME.sub("", part.strip(_AROUND_ADDRESS))
        bare = named.partition("?")[0].strip(_AROUND_ADDRESS)
        if "@" in bare and bare != text.strip():
            with suppress(ValueError):
                found.add(canonical_email(bare))
    return frozenset(found)


@lru_cache(maxsize=4096)
def numbers_among(text: str) -> frozenset[str]:
    """Return the telephone numbers in a cell that holds more than one bare number.

    >>> sorted(numbers_among("Bob 07700 900178 / Ann 07700 900177"))
    ['+447700900177', '+447700900178']
    >>> numbers_among("c/o Bob 01442 500890 x7"), numbers_among("01442 500890 x7")
    (frozenset({'+441442500890;ext=7'}), frozenset())
    """
    if _ONE_NUMBER.fullmatch(_canonical(Match.PHONE, text)):
        return frozenset()
    met = phonenumbers.PhoneNumberMatcher(
        text, "GB", leniency=phonenumbers.Leniency.POSSIBLE
    )
    parts = [one.raw_string for one in met]
    begins = [one.start() for one in _NUMBER_BEGINS.finditer(text)]
    ends = [*begins[1:], *([len(text)] * _MOST_GROUPS)]
    parts += [
        text[start:end]
        for at, start in enumerate(begins)
        for end in ends[at : at + _MOST_GROUPS]
    ]
    found = set()
    for part in parts:
        with suppress(ValueError):
            found.add(canonical_phone(part))
    return frozenset(found)


AMONG: Final[Mapping[Match, Callable[[str], frozenset[str]]]] = {
    Match.EMAIL: addresses_among,
    Match.PHONE: numbers_among,
}


def is_placeholder(register: Register, match: Match, value: str) -> bool:
    """Whether ``value`` is no value: it never matches and is never learned (D1)."""
    text = canonical_text(value)
    if text in PLACEHOLDERS or text in _own_placeholders(
        register.promises.placeholders
    ):
        return True
    if match is Match.PHONE:
        return _is_no_number(text)
    if match is Match.EMAIL:
        return "@" not in text or text.startswith(("noreply@", "no-reply@"))
    return False


@lru_cache(maxsize=16)
def _own_placeholders(declared: tuple[str, ...]) -> frozenset[str]:
    return frozenset(canonical_text(value) for value in declared)


def _is_no_number(text: str) -> bool:
    """Whether a telephone number is one digit over and over, or the keys in order.

    >>> [_is_no_number(n) for n in ("+441111111111", "+441234567890", "00000000000")]
    [True, True, True]
    >>> [_is_no_number(n) for n in ("07123 456789", "+447987654321")]
    [True, True]
    >>> [_is_no_number(n) for n in ("+447700111111", "+442079460999")]
    [False, False]
    """
    try:
        number = phonenumbers.parse(text, "GB")
        digits = phonenumbers.national_significant_number(number)
    except phonenumbers.NumberParseException:
        digits = "".join(character for character in text if character.isdigit())
    if len(digits) < _FEWEST_DIGITS:
        return True
    return len(set(digits[1:])) == 1 or any(
        part in keys for part in (digits, digits[1:]) for keys in _TYPED_IN_ORDER
    )


def _number(value: float) -> object:
    return value if math.isfinite(value) else str(value)


def _whole(value: int) -> object:
    # JSON writers here hold 64 bits; more digits than that stay exact as text.
    return value if -_WIDEST_INTEGER <= value < _WIDEST_INTEGER else str(value)


def _bytes(value: bytes | memoryview) -> object:
    return {"base64": base64.b64encode(value).decode()}


_PLAIN: Final[Mapping[type, Callable[[Any], object]]] = {
    Decimal: str,
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: str,
    UUID: str,
    float: _number,
    int: _whole,
    bytes: _bytes,
    memoryview: _bytes,
    list: lambda value: [plain(item) for item in value],
    tuple: lambda value: [plain(item) for item in value],
    dict: lambda value: {str(name): plain(item) for name, item in value.items()},
}
_AS_IT_IS: Final = frozenset({str, bool, type(None)})


def plain(value: Any) -> object:
    r"""Return the value as JSON holds it without loss: decimals and instants as text.

    >>> plain(Decimal("13.860")), plain(b"\x00"), plain([Decimal(1)])
    ('13.860', {'base64': 'AA=='}, ['1'])
    """
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    return _PLAIN.get(kind, str)(value)


def plain_column(values: Sequence[Any]) -> Sequence[object]:
    """Return a column of many rows as ``plain`` returns each of its values.

    A column mostly holds one type, so that is looked up once: a third of the time.

    >>> plain_column([Decimal("1.50"), None]), plain_column(["a", 2, b"b"])
    (['1.50', None], ['a', 2, {'base64': 'Yg=='}])
    """
    kinds = set(map(type, values))
    if kinds <= _AS_IT_IS:
        return values
    some = kinds - {NoneType}
    if len(some) > 1:
        return [plain(value) for value in values]
    if (
        kinds == {int}
        and -_WIDEST_INTEGER <= min(values) <= max(values) < _WIDEST_INTEGER
    ):
        return values
    convert = _PLAIN.get(some.pop(), str)
    if NoneType in kinds:
        return [None if value is None else convert(value) for value in values]
    return [convert(value) for value in values]
