"""Where personal data is held: systems, their datasets, columns and fields."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from datamap.registry.strict import Strict
from lumina_privacy.lib.wording import Reads

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


class ErasureResult(StrEnum):
    """What an erasure does to a row; each word only where it is true (decision D8)."""

    ERASE = "erase"
    DETAILS_REMOVED = "details-removed"
    ANONYMISE = "anonymise"
    KEEP = "keep"


class Column(Strict):
    """Where an identifier stands in a dataset: in one column or in any of several."""

    column: tuple[str, ...]
    identifies: Identifies = Identifies.PERSON
    match: Match | None = None
    # Each cell holds one address or number and nothing else, as a program wrote it:
    # none is looked for among others.
    single: bool = False

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
    # Noted by our systems of what the person did: provided too (Article 20(1)).
    observed: bool = False
    rectifiable: bool = False
    waivable: bool = False  # given on an address alone, when a decider says so (D2)
    third_party: bool = False  # about somebody else too: a decision per item (LUM-11)
    free_text: bool = False
    secret: bool = False  # never read, exported or shown (decision D3)
    held_since: str = ""  # the column that says since when, for a secret
    reads: Reads | None = None  # how its text is put in words for people
    row_of: str = ""  # the dataset of this system to whose row this number belongs

    @model_validator(mode="after")
    def _waivable_alone(self) -> Self:
        if self.waivable and (self.secret or self.third_party):
            raise ValueError("what is secret or about others is never `waivable`")
        return self


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
    # Not on paper: Article 20(1)(b) reaches only what is used by automated means.
    automated: bool = True
    category: str = ""
    purposes: tuple[str, ...] = ()
    waivable: bool = False
    # The fields by which people know a row, where rows elsewhere point to it.
    names: tuple[str, ...] = ()
    # Of the portal's own datasets: the table of portal.yaml whose columns they show. A
    # field that is called as a personal column takes category and purposes from it.
    stored_in: str = ""
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
            name: value[name]
            for name in ("category", "purposes", "waivable")
            if name in value
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
        if self.fields == "all" and self.waivable:
            raise ValueError("`waivable` is said of fields that are declared")
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
    # What is older is overwritten: what is asked for is held at once (decision C5).
    overwrites_after_days: Annotated[int, Field(gt=0)] | None = None
    # Nobody is found there by a name: when, where and whom to look for is asked.
    by_sighting: bool = False
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
