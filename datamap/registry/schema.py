"""What a register may say. Frozen, strict, and without Django.

A register is a folder of YAML files: the controller's promises, the notice, and one
file per system that holds personal data. ``docs/datamap.md`` explains each word.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

# Values that are no value: they never match and are never learned (decision D1).
PLACEHOLDERS = (
    "",
    "-",
    "0",
    "n/a",
    "na",
    "none",
    "null",
    "unknown",
    "not known",
    "tbc",
    "test",
    "test@test.com",
    "noreply@example.com",
    "no-reply@example.com",
    "none@none.com",
)


class Strict(BaseModel):
    """Immutable; a word that is not known is an error, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Identifies(StrEnum):
    """Whom an identifier stands for; only persons are followed (decision D1)."""

    PERSON = "person"
    HOUSEHOLD = "household"
    ORGANISATION = "organisation"


class Match(StrEnum):
    """How a value is compared with a column."""

    EXACT = "exact"
    EMAIL = "email"
    PHONE = "phone"
    TEXT = "text"


class LawfulBasis(StrEnum):
    """UK GDPR Article 6(1), as far as the notice names it."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    LEGITIMATE_INTERESTS = "legitimate_interests"


class ErasureResult(StrEnum):
    """What an erasure does to a row; each word only where it is true (decision D8)."""

    ERASE = "erase"
    DETAILS_REMOVED = "details-removed"
    ANONYMISE = "anonymise"
    KEEP = "keep"


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
    processing: Annotated[tuple[Processing, ...], Field(min_length=1)]


class Source(Strict):
    """Where data comes from, as the notice says it."""

    code: str
    name: str
    quote: str


class Promises(Strict):
    """The controller and what it promises about all systems."""

    name: str
    storage_locations: Annotated[tuple[str, ...], Field(min_length=1)]  # ISO 3166 codes
    placeholders: tuple[str, ...] = ()


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


class Column(Strict):
    """Where an identifier stands in a dataset: in one column or in any of several."""

    column: tuple[str, ...]
    identifies: Identifies = Identifies.PERSON
    match: Match | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """Read ``Email`` as ``{column: [Email]}``."""
        if isinstance(value, str | list | tuple):
            value = {"column": value}
        if isinstance(value, dict) and isinstance(value.get("column"), str):
            value = {**value, "column": [value["column"]]}
        return value

    def matching(self, kind: str) -> Match:
        """Return how values of ``kind`` are compared here."""
        if self.match is not None:
            return self.match
        return {"email": Match.EMAIL, "phone": Match.PHONE}.get(kind, Match.EXACT)


class DataField(Strict):
    """One column that holds personal data."""

    category: str
    purposes: tuple[str, ...]
    label: str = ""
    provided_by_subject: bool = False
    rectifiable: bool = False
    third_party: bool = False  # about somebody else too: a decision per item (LUM-11)
    free_text: bool = False
    secret: bool = False  # never read, exported or shown (decision D3)
    held_since: str = ""  # the column that says since when, for a secret


class Erasure(Strict):
    """What erasure does to a dataset's rows."""

    result: ErasureResult
    fields: Mapping[str, str] = {}
    ground: str = ""  # UK GDPR Article 17(3), when something is kept

    @model_validator(mode="after")
    def _kept_for_a_reason(self) -> Self:
        if self.result is ErasureResult.KEEP and not self.ground:
            raise ValueError("what is kept needs its ground in Article 17(3)")
        return self


class Retention(Strict):
    """Which line of the schedule governs the rows, and the column that starts it."""

    line: str
    trigger: str


class Dataset(Strict):
    """Rows of one kind in one system.

    ``fields`` is a mapping; or a list of columns that share the dataset's ``category``
    and ``purposes``; or ``all``, every column the live table has.
    """

    id: str = ""
    name: str = ""
    table: str
    key: Annotated[tuple[str, ...], Field(min_length=1)]
    role: Literal["controller", "processor"] = "controller"
    # Rows with a value here are held for the customer it names (decision D13).
    held_for: str = ""
    # One row a person: a value found on two rows belongs to two people (decision D1).
    one_per_person: bool = False
    find_by: Mapping[str, Column]
    yields: Mapping[str, Column] = {}
    source: str = ""
    source_column: str = ""
    category: str = ""
    purposes: tuple[str, ...] = ()
    fields: Mapping[str, DataField] | Literal["all"]
    not_personal: Mapping[str, str] = {}  # column: why
    on_erasure: Erasure | None = None
    retention: Retention | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        value = dict(value)
        if isinstance(value.get("key"), str):
            value["key"] = [value["key"]]
        shared = {
            name: value[name] for name in ("category", "purposes") if name in value
        }
        fields = value.get("fields", "all")
        if isinstance(fields, list) and all(type(name) is str for name in fields):
            fields = {name: {} for name in fields}
        if isinstance(fields, dict):
            value["fields"] = {
                name: {**shared, **(field or {})}
                if isinstance(field, dict | None)
                else field
                for name, field in fields.items()
            }
        else:
            value["fields"] = fields
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.fields == "all" and not (self.category and self.purposes):
            raise ValueError("`fields: all` needs the dataset's category and purposes")
        if self.role == "processor" and not self.held_for:
            raise ValueError("a processor's dataset names its customer in `held_for`")
        return self

    @property
    def declared(self) -> Mapping[str, DataField]:
        """The fields that are declared one by one; none for ``all``."""
        return {} if self.fields == "all" else self.fields

    @property
    def default_field(self) -> DataField:
        """What each column is under ``fields: all``."""
        return DataField(category=self.category, purposes=self.purposes)


class System(Strict):
    """A place where personal data is held, and how it is reached."""

    id: str
    name: str
    owner: str  # e-mail address of who answers for it
    location: str  # ISO 3166
    connector: str
    connection: str = ""  # name of the environment variable with the URL
    about: str = ""
    datasets: Mapping[str, Dataset]
    ignored: Mapping[str, str] = {}  # table: why it can hold nothing personal

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        value = dict(value)
        if "system" in value:
            value["id"] = value.pop("system")
        datasets = value.get("datasets") or {}
        if isinstance(datasets, dict):
            value["datasets"] = {
                code: {**dataset, "id": code} if isinstance(dataset, dict) else dataset
                for code, dataset in datasets.items()
            }
        return value


class PortalColumn(Strict):
    """One column of the portal's own tables: personal, or not and why."""

    category: str = ""
    purposes: tuple[str, ...] = ()
    not_personal: str = ""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """Read a bare sentence as the reason why a column is not personal."""
        return {"not_personal": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if bool(self.category) == bool(self.not_personal):
            raise ValueError("say either `category` or why it is not personal")
        return self


class PortalTable(Strict):
    """One table of the portal: each column declared, and what erasure does (C16)."""

    columns: Mapping[str, PortalColumn]
    on_erasure: str = ""  # in words; needed where a column is personal
    retention: str = ""
    category: str = ""
    purposes: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """Read ``{}`` as a personal column of the table's category and purposes."""
        if not isinstance(value, dict) or not isinstance(value.get("columns"), dict):
            return value
        shared = {
            name: value[name] for name in ("category", "purposes") if name in value
        }
        columns = {
            name: {**shared, **column}
            if isinstance(column, dict) and "not_personal" not in column
            else column
            for name, column in value["columns"].items()
        }
        return {**value, "columns": columns}

    @model_validator(mode="after")
    def _ends_somehow(self) -> Self:
        if self.is_personal and not (self.on_erasure and self.retention):
            raise ValueError(
                "a table with a personal column needs `on_erasure` and `retention`"
            )
        return self

    @property
    def is_personal(self) -> bool:
        """Whether any of its columns is about a person."""
        return any(column.category for column in self.columns.values())


class PortalRegister(Strict):
    """The portal's own tables (decision E10)."""

    tables: Mapping[str, PortalTable]
    ignored: Mapping[str, str] = {}  # model label: why it can hold nothing personal


class Register(Strict):
    """The whole declaration, as one revision."""

    promises: Promises
    bases: tuple[Basis, ...] = ()
    categories: tuple[Category, ...]
    purposes: tuple[Purpose, ...]
    sources: tuple[Source, ...]
    notices: tuple[Notice, ...]
    systems: tuple[System, ...]
    portal: PortalRegister

    def system(self, code: str) -> System:
        """Return the system ``code``. Raises LookupError."""
        for system in self.systems:
            if system.id == code:
                return system
        raise LookupError(f"no system {code!r} is declared")

    def category(self, code: str) -> Category:
        """Return the category ``code``. Raises LookupError."""
        for category in self.categories:
            if category.code == code:
                return category
        raise LookupError(f"no category {code!r} is declared")

    def purpose(self, code: str) -> Purpose:
        """Return the purpose ``code``. Raises LookupError."""
        for purpose in self.purposes:
            if purpose.code == code:
                return purpose
        raise LookupError(f"no purpose {code!r} is declared")
