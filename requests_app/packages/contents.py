"""What goes into a package, as plain data: read once, before a byte is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from consent import queries as consent_queries
from datamap import queries as datamap_queries
from datamap.queries import DisclosureFacts
from datamap.registry.schema import Register
from datamap.registry.systems import DataField, Dataset, System
from requests_app import rules, spool
from requests_app.models import (
    Case,
    Decision,
    FoundDataset,
    OwnerFile,
    PassOn,
    RowDecision,
    SystemTask,
    Terms,
)
from requests_app.passages import Passage
from requests_app.policies import reviewed
from requests_app.portability import Beyond, Reach, reach_in
from requests_app.queries.blacking import mark_for
from requests_app.states import (
    RowChoice,
    TaskVerdict,
)

_UNSAFE: Final = re.compile(r"[^\w.() -]+")


@dataclass(frozen=True, slots=True)
class ChosenRow:
    """An exception from its dataset's choice: released one by one, cut or left out."""

    choice: RowChoice
    fields: frozenset[str]
    ground: str  # for what is kept back of it
    terms: Terms
    mark: str  # what stands where a passage was

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passages that are blacked out."""
        return self.terms.passages


@dataclass(frozen=True, slots=True)
class DatasetPart:
    """One dataset that is answered from, with what a person decided about it."""

    system: System
    dataset: Dataset
    found: FoundDataset
    fields: Mapping[str, DataField]  # those that may be shown
    exceptions: Mapping[str, ChosenRow]  # by row_ref
    stem: str  # the members' path without its ending, under the notice's category
    reach: Reach | None = None  # of Article 20, where that is what is answered

    @property
    def category(self) -> str:
        """The category under which the rows are filed."""
        return rules.main_category(self.dataset)

    @property
    def withheld_whole(self) -> bool:
        """Whether nothing of this dataset is given."""
        return self.found.choice == RowChoice.WITHHOLD

    @property
    def left_out(self) -> dict[str, Beyond]:
        """The columns that Article 20 does not reach and nobody let in."""
        if self.reach is None:
            return {}
        return self.reach.left_out(let_in=_lets_in(self.found))


@dataclass(frozen=True, slots=True)
class Searched:
    """One declared system and what its search said, for the person."""

    system: System
    verdict: TaskVerdict
    reason: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything an answer is made of."""

    case: Case
    decision: Decision
    register: Register
    parts: tuple[DatasetPart, ...]
    files: tuple[OwnerFile, ...]
    files_withheld: tuple[OwnerFile, ...]
    pass_ons: tuple[PassOn, ...]
    disclosures: tuple[DisclosureFacts, ...]
    searched: tuple[Searched, ...]
    consented: frozenset[str]  # the purposes to which the person's own consent stands

    @property
    def rows_planned(self) -> int:
        """Rows to be read, for the progress bar: all of them once for each member."""
        return 2 * sum(part.found.sure + part.found.possible for part in self.parts)


def contents_of(decision: Decision) -> Contents:
    """Return what the package of ``decision`` is made of.

    Costs 9 queries, and one more for each dataset with ``fields: all``.
    """
    case = decision.case
    register = datamap_queries.register_at(case.revision_id)
    systems = {system.id: system for system in register.systems}
    exceptions: dict[int, dict[str, ChosenRow]] = {}
    for row in RowDecision.objects.filter(found__case=case):
        exceptions.setdefault(row.found_id, {})[row.row_ref] = ChosenRow(
            RowChoice(row.choice),
            frozenset(row.fields),
            row.kept_back_on,
            row.terms,
            mark_for(case.right, row.kept_back_on),
        )
    taken: set[str] = set()
    parts = tuple(
        _part(case, register, found, exceptions.get(found.pk, {}), taken)
        for found in FoundDataset.objects.filter(
            case=case, pk__in=reviewed.reviewed_ids(decision, reviewed.DATASETS)
        ).order_by("system", "dataset")
    )
    files = list(
        OwnerFile.objects.filter(
            task__task__case=case,
            pk__in=reviewed.reviewed_ids(decision, reviewed.FILES),
        )
        .exclude(choice="")
        .select_related("task__task")
        .order_by("task__task__system", "pk")
    )
    searched = tuple(
        Searched(systems[task.system], TaskVerdict(task.verdict), task.reason)
        for task in SystemTask.objects.filter(case=case).order_by("system")
    )
    return Contents(
        case,
        decision,
        register,
        parts,
        tuple(file for file in files if file.choice == RowChoice.RELEASE),
        tuple(file for file in files if file.choice != RowChoice.RELEASE),
        tuple(case.pass_ons.order_by("system", "pk")),
        tuple(datamap_queries.disclosures_about(case.subjects())),
        searched,
        consent_queries.consented_to(case.subjects()),
    )


def _part(
    case: Case,
    register: Register,
    found: FoundDataset,
    exceptions: Mapping[str, ChosenRow],
    taken: set[str],
) -> DatasetPart:
    system = register.system(found.system)
    dataset = system.datasets[found.dataset]
    reach = reach_in(case.right, register, dataset)
    folder = f"data/{safe_name(rules.main_category(dataset))}"
    stem = f"{folder}/{safe_name(system.id)}-{safe_name(dataset.id)}"
    # `a-b` of `c` and `b-c` of `a`; compared as a careless file system would.
    while stem.casefold() in taken:
        stem += "-2"
    taken.add(stem.casefold())
    fields = _fields(dataset, found)
    if reach is not None:
        goes = reach.goes(let_in=_lets_in(found))
        fields = {name: field for name, field in fields.items() if name in goes}
    return DatasetPart(system, dataset, found, fields, exceptions, stem, reach)


def _lets_in(found: FoundDataset) -> bool:
    """Whether somebody let in what the person gave us on another basis."""
    return found.choice == RowChoice.RELEASE and bool(found.ground)


def safe_name(name: str) -> str:
    """Return a name that is harmless on every file system, in any script."""
    cleaned = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .")
    # 60 characters are at most 240 bytes: file systems end at 255.
    return cleaned[:60].rstrip(" .") or "unnamed"


def _fields(dataset: Dataset, found: FoundDataset) -> dict[str, DataField]:
    """Return the fields that may be shown: secrets are not among them (D3).

    Under ``all`` they are the columns that the table had when it was searched.
    """
    if dataset.fields == "all":
        first = next(spool.read_rows(found), None)
        return dict.fromkeys(first.values if first else (), dataset.default_field)
    return {name: field for name, field in dataset.fields.items() if not field.secret}
