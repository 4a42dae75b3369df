"""What goes into a package, as plain data: read once, before a byte is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from datamap import queries as datamap_queries
from datamap.registry.schema import Register
from datamap.registry.systems import DataField, Dataset, System
from datamap.search import RowStanding
from requests_app import rules, spool
from requests_app.models import (
    Case,
    Decision,
    FoundDataset,
    OwnerFile,
    RowDecision,
    SystemTask,
)
from requests_app.policies import reviewed
from requests_app.states import WITHHOLDING_GROUNDS, RowChoice, TaskVerdict

GROUNDS: Final = {ground.code: ground for ground in WITHHOLDING_GROUNDS}


@dataclass(frozen=True, slots=True)
class ChosenRow:
    """An exception from its dataset's choice: released one by one, cut or left out."""

    standing: RowStanding
    choice: RowChoice
    fields: frozenset[str]
    ground: str


@dataclass(frozen=True, slots=True)
class DatasetPart:
    """One dataset that is answered from, with what a person decided about it."""

    system: System
    dataset: Dataset
    found: FoundDataset
    fields: Mapping[str, DataField]  # those that may be shown
    exceptions: Mapping[str, ChosenRow]  # by row_ref

    @property
    def stem(self) -> str:
        """The members' path without its ending, under the notice's category."""
        return f"data/{self.category}/{self.system.id}-{self.dataset.id}"

    @property
    def category(self) -> str:
        """The category under which the rows are filed."""
        return rules.main_category(self.dataset)

    @property
    def withheld_whole(self) -> bool:
        """Whether nothing of this dataset is given."""
        return self.found.choice == RowChoice.WITHHOLD


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
    searched: tuple[Searched, ...]

    @property
    def rows_planned(self) -> int:
        """Rows to be read, for the progress bar: all of them once for each member."""
        return 2 * sum(part.found.sure + part.found.possible for part in self.parts)


def contents_of(decision: Decision) -> Contents:
    """Return what the package of ``decision`` is made of.

    Costs 5 queries, and one more for each dataset with ``fields: all``.
    """
    case = decision.case
    register = datamap_queries.register_at(case.revision_id)
    systems = {system.id: system for system in register.systems}
    exceptions: dict[int, dict[str, ChosenRow]] = {}
    for row in RowDecision.objects.filter(found__case=case):
        exceptions.setdefault(row.found_id, {})[row.row_ref] = ChosenRow(
            RowStanding(row.standing),
            RowChoice(row.choice),
            frozenset(row.fields),
            row.ground,
        )
    parts = tuple(
        _part(systems[found.system], found, exceptions.get(found.pk, {}))
        for found in FoundDataset.objects.filter(
            case=case, pk__in=reviewed.reviewed_ids(decision, reviewed.DATASETS)
        ).order_by("system", "dataset")
    )
    files = OwnerFile.objects.filter(
        task__task__case=case,
        pk__in=reviewed.reviewed_ids(decision, reviewed.FILES),
        choice=RowChoice.RELEASE,
    ).select_related("task__task")
    searched = tuple(
        Searched(systems[task.system], TaskVerdict(task.verdict), task.reason)
        for task in SystemTask.objects.filter(case=case).order_by("system")
    )
    return Contents(case, decision, register, parts, tuple(files), searched)


def _part(
    system: System, found: FoundDataset, exceptions: Mapping[str, ChosenRow]
) -> DatasetPart:
    dataset = system.datasets[found.dataset]
    return DatasetPart(system, dataset, found, _fields(dataset, found), exceptions)


def _fields(dataset: Dataset, found: FoundDataset) -> dict[str, DataField]:
    """Return the fields that may be shown: secrets are not among them (D3).

    Under ``all`` they are the columns that the table had when it was searched.
    """
    if dataset.fields == "all":
        first = next(spool.read_rows(found), None)
        return dict.fromkeys(first.values if first else (), dataset.default_field)
    return {name: field for name, field in dataset.fields.items() if not field.secret}
