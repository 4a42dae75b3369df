"""What changed between two registers, for people to read. No Django.

Two registers are compared as the data they are: an entry with a code, an id, a version
or a heading is the same entry on both sides, whatever place it has in its list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from datamap.registry.schema import Register

_NAMED_BY: Final = ("code", "id", "version", "heading")
# What one entry of a section is called.
_ENTRIES: Final[Mapping[str, str]] = {
    "bases": "lawful basis",
    "categories": "category",
    "purposes": "purpose",
    "sources": "source",
    "notices": "notice, version",
    "sections": "section",
    "systems": "system",
    "datasets": "dataset",
    "fields": "field",
    "find_by": "identifier",
    "yields": "learned identifier",
    "not_personal": "column that is not personal",
    "ignored": "ignored table",
    "tables": "portal table",
    "columns": "column",
}
_NOTHING: Final = "nothing"


class ChangeKind(StrEnum):
    """What became of an entry."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: ``place`` names the entry, ``what`` the word that is another."""

    kind: ChangeKind
    place: str
    what: str = ""
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        """Return the difference as a line."""
        if self.kind is not ChangeKind.CHANGED:
            return f"{self.kind}: {self.place}"
        return f"changed: {self.place}, {self.what}: {self.before} -> {self.after}"


def differences(before: Register, after: Register) -> tuple[Change, ...]:
    """Return what is another in ``after``, in the order of the register.

    An entry that was added or removed is one difference, whatever it holds.
    """
    return tuple(
        _compare(before.model_dump(mode="json"), after.model_dump(mode="json"), ())
    )


def _compare(before: Any, after: Any, trail: tuple[str, ...]) -> Iterator[Change]:
    before, after = _by_name(before), _by_name(after)
    if not (isinstance(before, dict) and isinstance(after, dict)):
        if before != after:
            yield _changed(trail, before, after)
        return
    for name in [*before, *(name for name in after if name not in before)]:
        inner = (*trail, str(name))
        if name in before and name in after:
            yield from _compare(before[name], after[name], inner)
        elif not (trail and trail[-1] in _ENTRIES):
            yield _changed(inner, before.get(name), after.get(name))
        elif name in after:
            yield Change(ChangeKind.ADDED, _place(inner)[0])
        else:
            yield Change(ChangeKind.REMOVED, _place(inner)[0])


def _changed(trail: tuple[str, ...], before: Any, after: Any) -> Change:
    place, what = _place(trail)
    return Change(ChangeKind.CHANGED, place, what, said(before), said(after))


def _by_name(value: Any) -> Any:
    """Return a list of named entries as a mapping; anything else as it is."""
    if not isinstance(value, list) or not value:
        return value if value != [] else {}
    for key in _NAMED_BY:
        names = [one.get(key) if isinstance(one, dict) else None for one in value]
        if None not in names and len(set(names)) == len(names):
            return {
                name: {k: v for k, v in one.items() if k != key}
                for name, one in zip(names, value, strict=True)
            }
    return value


def _place(trail: Sequence[str]) -> tuple[str, str]:
    """Return which entry a trail leads to, and the words of it that are left over.

    >>> _place(("systems", "crm", "datasets", "contacts", "on_erasure", "result"))
    ('system crm, dataset contacts', 'on erasure, result')
    """
    entries: list[str] = []
    left: list[str] = []
    parts = iter(trail)
    for part in parts:
        name = next(parts, None) if part in _ENTRIES else None
        if name is not None:
            entries.append(f"{_ENTRIES[part]} {name or 'without a heading'}")
            left.clear()
        elif part != "portal":
            left.append(part.replace("_", " "))
    return ", ".join(entries) or "the register", ", ".join(left)


def said(value: Any) -> str:
    """Return a value as people read it.

    >>> said(["email", "phone"]), said(True), said(""), said({"result": "erase"})
    ('email, phone', 'yes', 'nothing', 'result: erase')
    """
    if value is None or value in ("", [], {}):
        return _NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        held = {name: one for name, one in value.items() if one not in ("", None, [])}
        return "; ".join(f"{name}: {said(one)}" for name, one in held.items())
    if isinstance(value, list):
        return ", ".join(said(one) for one in value)
    return str(value)
