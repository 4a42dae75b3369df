"""What the controller promises and says: purposes, categories, sources, the notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from datamap.registry.strict import Strict


class LawfulBasis(StrEnum):
    """UK GDPR Article 6(1), as far as the notice names it."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    LEGITIMATE_INTERESTS = "legitimate_interests"


class Said(StrEnum):
    """Paragraphs of a notice that answers repeat (Article 15(1)(h) and (2))."""

    AUTOMATED = "automated-decisions"
    STORED = "stored-within"
    ELSEWHERE = "stored-elsewhere"


class Category(Strict):
    """A category of personal data as the notice names it; ``quote`` is its sentence."""

    code: str
    name: str
    quote: str


class Processing(Strict):
    """One purpose under exactly one lawful basis (LUM-04), for whom it applies."""

    basis: LawfulBasis
    applies_to: str = ""


class Purpose(Strict):
    """Why data is used, as the notice says it."""

    code: str
    name: str
    quote: str
    # Of a use on legitimate interests: purpose, need and balance, as assessed (C43).
    assessment: str = ""
    processing: Annotated[tuple[Processing, ...], Field(min_length=1)]


class Source(Strict):
    """Where data comes from, as the notice says it."""

    code: str
    name: str
    quote: str
    # Somebody else told us, so that the person did not provide it (Article 20(1)).
    from_others: bool = False


class Promises(Strict):
    """The controller and what it promises about all systems."""

    name: str
    # ISO 3166 code: the country as a sentence names it.
    storage_locations: Annotated[Mapping[str, str], Field(min_length=1)]
    placeholders: tuple[str, ...] = ()

    @field_validator("storage_locations", mode="before")
    @classmethod
    def _unnamed(cls, value: Any) -> Any:
        """Read a list of codes, as former revisions hold it."""
        return {code: code for code in value} if isinstance(value, list) else value


class Basis(Strict):
    """A lawful basis as the notice words it."""

    code: LawfulBasis
    name: str
    quote: str


class Listing(Strict):
    """Bullets: sentences of the register's entries, or the notice's own (no ``of``)."""

    of: Literal["", "bases", "sources", "categories", "purposes", "recipients"] = ""
    items: Annotated[tuple[str, ...], Field(min_length=1)]


class NoticeSection(Strict):
    """A heading and what stands under it: a text is a paragraph.

    ``beside`` marks what stands on the published page and is no part of the notice's
    argument: a form's and a banner's words.
    """

    heading: str = ""
    beside: bool = False
    blocks: Annotated[tuple[str | Listing, ...], Field(min_length=1)]


class Notice(Strict):
    """A version of the notice, written out; frozen once published (decision C29)."""

    version: int
    title: str
    effective_on: date
    reviewed_on: date
    for_whom: str
    sha256: str = ""  # of the published text; a draft has none
    sections: tuple[NoticeSection, ...]
    said: Mapping[Said, str] = {}  # the paragraphs that have a code

    def text(self) -> str:
        """Return the whole text, a block a line."""
        lines = [self.title]
        for section in self.sections:
            lines += [section.heading] if section.heading else []
            for block in section.blocks:
                lines += [block] if isinstance(block, str) else list(block.items)
        return "\n".join(lines)

    def digest(self) -> str:
        """Return the SHA-256 of the text: what a reader read, whatever drew it."""
        return sha256(self.text().encode()).hexdigest()
