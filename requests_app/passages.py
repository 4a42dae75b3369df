"""Passages of a text that are blacked out, so that the person gets the rest. No Django.

A passage is a range of characters, and holds for the very value it was made for: it
carries that value's keyed hash, never a word of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_BLACK: Final = "███"
# Anywhere but within a word: what is typed as "Al" is not meant of "also".
_EDGE: Final = r"(?:(?<!\w)|(?!\w))"
_STREETS: Final = (
    "Street|St|Road|Rd|Lane|Close|Avenue|Row|Yard|Drive|Way|Court|Place|Square|"
    "Terrace|Gardens|Hill|Park|Crescent"
)
# What is likely to be about somebody else, the surest first. A person decides. Each
# takes time in proportion to the text, whatever it is: repetitions are bounded.
_LIKELY: Final = (
    (
        "an e-mail address",
        re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
    ),
    ("a telephone number", re.compile(r"(?<![\w@])\+?\d[\d ()/-]{7,}\d(?!\w)")),
    (
        "an address",
        re.compile(
            rf"\b\d{{1,4}}[A-Za-z]? (?:[A-Z][\w’'-]+ ){{1,6}}(?:{_STREETS})\b"
            r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
        ),
    ),
    ("a name", re.compile(r"\b[A-Z][a-z’'-]+(?: [A-Z][a-z’'-]+){1,5}\b")),
)


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """Characters ``start`` to ``end`` of a field; ``of``: hash of the whole value."""

    field: str
    start: int
    end: int
    of: str = ""


@dataclass(frozen=True, slots=True)
class Likely:
    """A place in a text where somebody else may be named, and what it looks like."""

    start: int
    end: int
    what: str


def black(provision: str) -> str:
    """Return what stands where a passage was; its length tells nothing.

    >>> black("DPA 2018 Schedule 2 paragraph 16")
    '███ [withheld: DPA 2018 Schedule 2 paragraph 16]'
    """
    return f"{_BLACK} [withheld{': ' if provision else ''}{provision}]"


def merged(passages: Iterable[Passage]) -> list[Passage]:
    """Return the passages in their order; those of a field that touch are one.

    >>> several = [Passage("a", 3, 6), Passage("a", 0, 4), Passage("b", 1, 2)]
    >>> [(one.field, one.start, one.end) for one in merged(several)]
    [('a', 0, 6), ('b', 1, 2)]
    """
    found: list[Passage] = []
    for one in sorted(passages):
        last = found[-1] if found else None
        if last and last.field == one.field and one.start <= last.end:
            end = max(last.end, one.end)
            found[-1] = Passage(one.field, last.start, end, one.of)
        else:
            found.append(one)
    return found


def blacked(value: str, passages: Iterable[Passage], mark: str) -> str:
    """Return a text with ``mark`` where its passages were.

    >>> blacked("Ring Marcus on 07700 900177.", [Passage("a", 5, 27)], "#")
    'Ring #.'
    """
    kept, at = [], 0
    for one in merged(passages):
        kept += [value[at : one.start], mark]
        at = one.end
    return "".join([*kept, value[at:]])


def places(value: str, words: str) -> list[tuple[int, int]]:
    """Return every place where the words stand, whatever their capitals and spaces.

    >>> places("Marcus rang. marcus  Webb rang.", "Marcus Webb")
    [(13, 25)]
    >>> places("Also Al is alone", "Al")
    [(5, 7)]
    """
    wanted = [re.escape(word) for word in words.split()]
    if not wanted:
        return []
    pattern = re.compile(_EDGE + r"\s+".join(wanted) + _EDGE, re.IGNORECASE)
    return [found.span() for found in pattern.finditer(value)]


def likely(value: str, own: Collection[str]) -> list[Likely]:
    """Return what looks like somebody else's; ``own``: what the person is known by.

    >>> text = "If Helen Okafor is out, ring Marcus Webb on 07700 900177."
    >>> [text[one.start : one.end] for one in likely(text, {"Helen Okafor"})]
    ['Marcus Webb', '07700 900177']

    Who gave a first name only may share it with a colleague.

    >>> [text[one.start : one.end] for one in likely(text, {"Helen"})]
    ['If Helen Okafor', 'Marcus Webb', '07700 900177']
    """
    mine = {key for one in own for key in _keys(one)}
    found: list[Likely] = []
    taken = bytearray(len(value))
    for what, pattern in _LIKELY:
        for match in pattern.finditer(value):
            start, end = match.span()
            free = not any(taken[start:end])
            if free and not any(_is_of(key, mine) for key in _keys(match[0])):
                found.append(Likely(start, end, what))
                taken[start:end] = b"x" * (end - start)
    return sorted(found, key=lambda one: one.start)


def _is_of(key: str, mine: Collection[str]) -> bool:
    """Whether a key is one of theirs, or holds one of several words."""
    return key in mine or any(
        f" {one} " in f" {key} " for one in mine if len(one.split()) > 1
    )


def _keys(text: str) -> Iterator[str]:
    """Yield what a text is compared by: its words, and of a number the last digits."""
    yield " ".join(text.casefold().split())
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 9:
        yield digits[-9:]
