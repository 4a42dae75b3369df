"""Encrypt every sealed column anew, so that an old master key may go.

By SQL and by the catalogue of models: no part of the portal need know another's tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import connection, models, transaction

from lumina_privacy.lib import crypto
from lumina_privacy.lib.fields import SealedText

_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many rows were written anew, and how many no key of the ring opens."""

    rows: int = 0
    lost: int = 0

    def __add__(self, other: Resealed) -> Resealed:
        return Resealed(self.rows + other.rows, self.lost + other.lost)


def sealed_columns() -> Iterator[tuple[type[models.Model], list[SealedText]]]:
    """Yield each model that has sealed columns, with them."""
    for model in apps.get_models():
        fields = [f for f in model._meta.concrete_fields if isinstance(f, SealedText)]
        if fields:
            yield model, fields


def reseal() -> Resealed:
    """Write under the newest master key what an older one wrote; resumable.

    Runs as the owner: append-only tables let their sealed columns be written anew, and
    nothing else of a row (migration audit.0004). Constant memory.
    """
    done = Resealed()
    for model, fields in sealed_columns():
        last: Any = None
        while True:
            last, batch = _reseal_batch(model, fields, last)
            done += batch
            if last is None:
                break
    return done


@transaction.atomic
def _reseal_batch(
    model: type[models.Model], fields: list[SealedText], after: Any
) -> tuple[Any, Resealed]:
    """Reseal rows after the key ``after``; return the last key, None at the end."""
    quote = connection.ops.quote_name
    newest, _ = crypto.master_keys().newest
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    columns = [quote(str(field.column)) for field in fields]
    stale = " OR ".join(f"{c} <> '' AND NOT starts_with({c}, %s)" for c in columns)
    beyond = "" if after is None else f" AND {key} > %s"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lumina.rotation = 'on'")
        cursor.execute(
            f"SELECT {key}, {', '.join(columns)} FROM {table} WHERE ({stale}){beyond} "  # noqa: S608 (names of models)
            f"ORDER BY {key} LIMIT {_BATCH} FOR UPDATE",
            [*[f"{newest}:"] * len(columns), *([] if after is None else [after])],
        )
        rows = cursor.fetchall()
        written = lost = 0
        for pk, *values in rows:
            try:
                fresh = [
                    field.resealed(value)
                    for field, value in zip(fields, values, strict=True)
                ]
            except crypto.Undecryptable:
                lost += 1
                continue
            sets = ", ".join(f"{column} = %s" for column in columns)
            cursor.execute(
                f"UPDATE {table} SET {sets} WHERE {key} = %s",  # noqa: S608 (names of models)
                [*fresh, pk],
            )
            written += 1
    return (rows[-1][0] if rows else None), Resealed(written, lost)
