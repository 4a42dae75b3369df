"""How wanted values become a condition that a database understands.

A condition may find too much (a collation that ignores case, a number inside a text);
the reader compares again by our own spelling. It must never find too little.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import reduce
from itertools import chain
from typing import Any, Final
from uuid import UUID

import idna
import phonenumbers
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from datamap.connectors.base import Wanted
from datamap.registry.systems import Dataset, Match

# Every blank that `str.split` and `str.strip` know: what they drop is dropped here too.
_BLANKS: Final = "".join(
    character for character in map(chr, range(sys.maxunicode)) if character.isspace()
)
# What people, and programs that mean well, put between the digits of a number.
_DASHES: Final = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_PHONE_MARKS: Final = f"{_BLANKS}{_DASHES}()./"
_CHUNK: Final = 5_000
_WIDEST_INTEGER: Final = 1 << 63

Column = sa.ColumnClause[Any]
Condition = sa.ColumnElement[bool]


class translate(GenericFunction[str]):  # noqa: N801 (the name of the function)
    """Drops characters from a text: PostgreSQL's own; engines.py gives it to SQLite."""

    inherit_cache = True
    type = sa.String()


@compiles(translate, "mysql", "mariadb")
def _as_replacements(element: translate, compiler: Any, **named: Any) -> str:
    """Write it for servers that can only replace one text by another."""
    text, marks, _ = element.clauses
    each: str = marks.value
    replaced = reduce(lambda found, mark: sa.func.replace(found, mark, ""), each, text)
    return str(compiler.process(replaced, **named))


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
            match = spot.matching(kind)
            part = _matches(table.c[name], match, values)
            if part is not None:
                parts.append(part)
            if match is Match.EMAIL and not spot.single:
                parts += _among(table.c[name], values)
    return sa.or_(*parts) if parts else None


def _matches(column: Column, match: Match, values: Iterable[str]) -> Condition | None:
    if match is Match.EMAIL:
        return _bare_in(column, chain.from_iterable(map(_email_spellings, values)))
    if match is Match.PHONE:
        return _phone_matches(column, values)
    if match is Match.TEXT:
        return _bare_in(column, values)
    if isinstance(column.type, sa.String | sa.Enum):
        # Not lowered: this spelling alone. An index is no help against a stray blank.
        return _bare(column, _BLANKS).in_(sorted(map(_dropped, values)))
    bound = [item for value in sorted(values) for item in _bind(column, value)]
    return column.in_(bound) if bound else None


def _among(column: Column, values: Iterable[str]) -> list[Condition]:
    """Find addresses inside cells that hold more: names, several, ``mailto:``.

    No index helps here, nor does one help the comparison of the whole cell, where
    blanks are dropped and case is folded: the table is read once for both.
    """
    held = sa.func.lower(_bare(column, _BLANKS))
    spellings = chain.from_iterable(map(_email_spellings, sorted(values)))
    return [
        held.contains(one, autoescape=True)
        for one in sorted(_both_forms(map(_dropped, spellings)))
        if "@" in one
    ]


def _as_text(column: Column) -> sa.ColumnElement[Any]:
    if isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum):
        return column
    return sa.cast(column, sa.String(255))


def _bare(column: Column, marks: str) -> sa.ColumnElement[Any]:
    return sa.func.translate(_as_text(column), marks, "")


def _dropped(value: str) -> str:
    return "".join(value.split())


def _bare_in(column: Column, values: Iterable[str]) -> Condition:
    """Compare without blanks on either side, and in lower case."""
    wanted = sorted(_both_forms(map(_dropped, values)))
    return sa.func.lower(_bare(column, _BLANKS)).in_(wanted)


def _both_forms(values: Iterable[str]) -> set[str]:
    """Return each value with its accents composed and apart: systems keep either."""
    return {
        unicodedata.normalize(form, value)
        for value in values
        for form in ("NFC", "NFD")
    }


def _email_spellings(address: str) -> set[str]:
    """Return the address with its domain in ASCII and as people write it."""
    local, _, domain = address.rpartition("@")
    try:
        return {address, f"{local}@{idna.decode(domain)}"}
    except UnicodeError:
        return {address}


def _phone_matches(column: Column, values: Iterable[str]) -> Condition:
    """Find the national digits anywhere: +44 (0)…, 0044…, an extension behind them."""
    bare = _bare(column, _PHONE_MARKS)
    parts: list[Condition] = []
    malformed = []
    for value in sorted(values):
        digits = _national_digits(value)
        if digits:
            parts.append(bare.like(f"%{digits}%"))
        else:
            malformed.append(value)
    if malformed:
        parts.append(_bare_in(column, malformed))
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
