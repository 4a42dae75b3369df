"""What joins the rows of one dataset to those of another, as people name them.

A line of an invoice says to which invoice it belongs (``row_of``), and the register
says by which of its fields people know an invoice (``names``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from datamap.registry.systems import Dataset
from lumina_privacy.lib.wording import readable

# Of one dataset: by field, by the number of the row it points to, what that is called.
RowNames = Mapping[str, Mapping[str, str]]


def points_to(dataset: Dataset) -> dict[str, str]:
    """Return the fields that point to a row of another dataset, with its id."""
    return {
        name: field.row_of for name, field in dataset.declared.items() if field.row_of
    }


def names_of(
    dataset: Dataset,
    rows: Iterable[Mapping[str, object]],
    wanted: Collection[str] | None = None,
) -> dict[str, str]:
    """Return by number how people know the rows: all of them, or those ``wanted``.

    Reads no further than the last that is wanted; nothing where none is.
    """
    (key,) = dataset.key
    named: dict[str, str] = {}
    missing = None if wanted is None else set(wanted)
    if missing is not None and not missing:
        return named
    for row in rows:
        number = str(row.get(key))
        if missing is None or number in missing:
            said = ", ".join(
                str(readable(row[name], dataset.declared[name].reads))
                for name in dataset.names
                if row.get(name) not in (None, "")
            )
            if said:
                named[number] = said
            if missing is not None:
                missing.discard(number)
                if not missing:
                    break
    return named


def numbers_in(rows: Iterable[Mapping[str, object]], field: str) -> set[str]:
    """Return the numbers that stand in a field of the rows.

    >>> numbers_in([{"of": 17}, {"of": None}, {}], "of")
    {'17'}
    """
    return {str(row[field]) for row in rows if row.get(field) is not None}


def joined(value: object, named: Mapping[str, str]) -> object:
    """Return a number with what people call the row it points to, where that is known.

    >>> joined(17, {"17": "L2024-1"}), joined(18, {"17": "L2024-1"})
    ('L2024-1 (17)', 18)
    """
    said = named.get(str(value))
    return f"{said} ({value})" if said else value
