"""How wanted values become a condition that a database understands.

A condition may find too much (a collation that ignores case, a number inside a text);
the reader compares again by our own spelling. It must never find too little.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import reduce
from typing import Any, Final
from uuid import UUID

import idna
import phonenumbers
import sqlalchemy as sa

from datamap.connectors.base import Wanted
from datamap.registry.systems import Dataset, Match

# Blanks as they come out of forms and spreadsheets: hard and narrow ones too.
_BLANKS: Final = (" ", "\t", "\n", "\r", "\u00a0", "\u2009", "\u202f")
# What people, and programs that mean well, put between the digits of a number.
_DASHES: Final = ("-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212")
_PHONE_MARKS: Final = (*_BLANKS, *_DASHES, "(", ")", ".", "/")
_CHUNK: Final = 5_000
_WIDEST_INTEGER: Final = 1 << 63

Column = sa.ColumnClause[Any]
Condition = sa.ColumnElement[bool]


def chunks(wanted: Wanted) -> Iterator[Wanted]:
    """Split a long list of values: databases bound the number of parameters."""
    pairs = [
        (kind, value)
        for kind, values in sorted(wanted.values.items())
        for value in sorted(values)
    ]
    for start in range(0, len(pairs), _CHUNK):
        chunk: dict[str, set[str]] = {}
        for kind, value in pairs[start : start + _CHUNK]:
            chunk.setdefault(kind, set()).add(value)
        yield Wanted({kind: frozenset(values) for kind, values in chunk.items()})


def condition(
    dataset: Dataset, table: sa.TableClause, wanted: Wanted
) -> Condition | None:
    """Return what a row must meet to carry a wanted value; None when none can."""
    parts = []
    for kind, spot in dataset.find_by.items():
        values = wanted.values.get(kind, frozenset())
        for name in spot.column if values else ():
            part = _matches(table.c[name], spot.matching(kind), values)
            if part is not None:
                parts.append(part)
    return sa.or_(*parts) if parts else None


def _matches(column: Column, match: Match, values: Iterable[str]) -> Condition | None:
    if match is Match.EMAIL:
        spellings = {
            spelling for value in values for spelling in _email_spellings(value)
        }
        bare = _replaced(_as_text(column), _BLANKS, "")
        return sa.func.lower(bare).in_(sorted(spellings))
    if match is Match.PHONE:
        return _phone_matches(column, values)
    if match is Match.TEXT:
        return _single_blanks(column).in_(sorted(_both_forms(values)))
    bound = [item for value in sorted(values) for item in _bind(column, value)]
    text = isinstance(column.type, sa.Enum)
    return (_as_text(column) if text else column).in_(bound) if bound else None


def _as_text(column: Column) -> sa.ColumnElement[Any]:
    if isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum):
        return column
    return sa.cast(column, sa.String(255))


def _replaced(
    text: sa.ColumnElement[Any], marks: Iterable[str], by: str
) -> sa.ColumnElement[Any]:
    return reduce(lambda found, mark: sa.func.replace(found, mark, by), marks, text)


def _both_forms(values: Iterable[str]) -> set[str]:
    """Return each value with its accents composed and apart: systems keep either."""
    return {
        unicodedata.normalize(form, value)
        for value in values
        for form in ("NFC", "NFD")
    }


def _single_blanks(column: Column) -> sa.ColumnElement[Any]:
    plain = _replaced(_as_text(column), _BLANKS[1:], " ")
    text = sa.func.lower(sa.func.trim(plain))
    return reduce(lambda found, _: sa.func.replace(found, "  ", " "), range(3), text)


def _email_spellings(address: str) -> set[str]:
    """Return the address with its domain in ASCII and as people write it."""
    local, _, domain = address.rpartition("@")
    try:
        return _both_forms({address, f"{local}@{idna.decode(domain)}"})
    except UnicodeError:
        return _both_forms({address})


def _phone_matches(column: Column, values: Iterable[str]) -> Condition:
    """Find the national digits anywhere: +44 (0)…, 0044…, an extension behind them."""
    bare = _replaced(_as_text(column), _PHONE_MARKS, "")
    parts: list[Condition] = []
    malformed = []
    for value in sorted(values):
        digits = _national_digits(value)
        if digits:
            parts.append(bare.like(f"%{digits}%"))
        else:
            malformed.append(value)
    if malformed:
        parts.append(_single_blanks(column).in_(malformed))
    return sa.or_(*parts)


def _national_digits(number: str) -> str:
    """Return what all spellings of an E.164 number have in common; "" if it is none.

    >>> _national_digits("+441442500890"), _national_digits("ask reception")
    ('1442500890', '')
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ""
    # An Italian number's leading nought is part of it; a British one's is not.
    return phonenumbers.national_significant_number(parsed)


def _bind(column: Column, value: str) -> list[object]:
    """Return ``value`` as the column's type; nothing when it cannot stand there."""
    try:
        wanted: type = column.type.python_type
    except NotImplementedError:
        # SQLite's columns without a type hold what was put in: a number or a text.
        return [value, *_integer(value)] if _is_untyped(column) else [value]
    try:
        return _typed(wanted, value)
    except (ValueError, InvalidOperation):
        return []


def _is_untyped(column: Column) -> bool:
    return isinstance(column.type, sa.types.NullType)


def _integer(value: str) -> list[object]:
    if not value.lstrip("-").isdecimal():
        return []
    number = int(value)
    return [number] if -_WIDEST_INTEGER <= number < _WIDEST_INTEGER else []


def _decimal(value: str) -> list[object]:
    number = Decimal(value)
    if not number.is_finite():
        return []
    return [int(number) if number == number.to_integral_value() else number]


def _typed(wanted: type, value: str) -> list[object]:
    """Return ``value`` as ``wanted``. Raises ValueError when it is none."""
    if wanted is int:
        return _integer(value)
    if wanted is bool:
        return []  # yes or no identifies nobody
    if wanted in {Decimal, float}:
        return _decimal(value)
    if wanted is UUID:
        return [UUID(value)]
    if wanted is bytes:
        return [bytes.fromhex(value)]
    if wanted is datetime:
        return [datetime.fromisoformat(value)]
    if wanted is date:
        return [date.fromisoformat(value)]
    return [value]
