"""Writes a notice out: what it names of the register becomes its words. No Django.

A notice in the files repeats nothing that the register says: ``list: purposes``
stands for the sentence of each purpose, ``{dco_phone}`` for a contact point. What
is loaded, and kept in the revision, is the published text (decision C29).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

# What stands between a term and its explanation in the published text: an en dash.
DASH: Final = " \u2013 "
_NAMED: Final = re.compile(r"\{(\w+)\}")


class NotDeclared(Exception):
    """A notice names what the register does not have; ``at`` is where it does."""

    def __init__(self, at: tuple[int | str, ...], problem: str) -> None:
        super().__init__(problem)
        self.at = at


@dataclass(frozen=True, slots=True)
class Words:
    """What a notice may name: sentences by list, contact points by kind."""

    lists: Mapping[str, Sequence[Mapping[str, Any]]]
    contacts: Mapping[str, str]

    def listed(self, name: str, at: tuple[int | str, ...]) -> dict[str, object]:
        """Return the bullets of a list. Raises NotDeclared."""
        if name not in self.lists:
            raise NotDeclared(
                at, f"no list {name!r}; there are {', '.join(self.lists)}"
            )
        quotes = [entry["quote"] for entry in self.lists[name] if entry.get("quote")]
        return {"of": name, "items": quotes}

    def written(self, text: str, at: tuple[int | str, ...]) -> str:
        """Return ``text`` with its contact points. Raises NotDeclared."""

        def value(match: re.Match[str]) -> str:
            if match[1] not in self.contacts:
                raise NotDeclared(at, f"no contact point {match[1]!r} is declared")
            return self.contacts[match[1]]

        return _NAMED.sub(value, text)


def written_out(notices: Sequence[Any], words: Words) -> list[Any]:
    """Return raw notices with everything they name. Raises NotDeclared.

    What has not the shape of a notice is left as it is: the schema complains of it.
    """
    return [_notice(notice, words, (place,)) for place, notice in enumerate(notices)]


def _notice(notice: Any, words: Words, at: tuple[int | str, ...]) -> Any:
    if not isinstance(notice, dict) or not isinstance(notice.get("sections"), list):
        return notice
    sections = [
        _section(section, words, (*at, "sections", place))
        for place, section in enumerate(notice["sections"])
    ]
    said = dict(_said(notice, words, at))
    return {**notice, "sections": sections, **({"said": said} if said else {})}


def _said(
    notice: Mapping[str, Any], words: Words, at: tuple[int | str, ...]
) -> Iterator[tuple[str, str]]:
    """Yield code and text of each paragraph that has one. Raises NotDeclared."""
    seen: set[str] = set()
    for section in notice["sections"]:
        blocks = section.get("blocks") if isinstance(section, dict) else None
        for block in blocks if isinstance(blocks, list) else []:
            if not _has_code(block):
                continue
            code = str(block["code"])
            if code in seen:
                raise NotDeclared((*at, "sections"), f"{code!r} is said twice")
            seen.add(code)
            yield code, words.written(str(block["text"]), at)


def _has_code(block: Any) -> bool:
    return isinstance(block, dict) and set(block) == {"code", "text"}


def _section(section: Any, words: Words, at: tuple[int | str, ...]) -> Any:
    if not isinstance(section, dict) or not isinstance(section.get("blocks"), list):
        return section
    blocks = [
        _block(block, words, (*at, "blocks", place))
        for place, block in enumerate(section["blocks"])
    ]
    return {**section, "blocks": blocks}


def _block(block: Any, words: Words, at: tuple[int | str, ...]) -> Any:
    if isinstance(block, str):
        return words.written(block, at)
    if isinstance(block, list):
        return {"items": [words.written(str(item), at) for item in block]}
    if _has_code(block):
        return words.written(str(block["text"]), at)
    if isinstance(block, dict) and set(block) == {"list"}:
        return words.listed(str(block["list"]), at)
    return block
