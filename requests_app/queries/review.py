"""What a case found, as the review shows it: datasets and files; never a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from audit import queries as audit
from datamap import queries as datamap_queries
from datamap.registry.promises import Category
from datamap.registry.schema import Register
from datamap.registry.systems import Dataset
from lumina_privacy.lib.wording import Reads, readable
from requests_app import portability, rules
from requests_app.grounds import ground_words
from requests_app.models import Case, FoundDataset, OwnerFile, RowDecision
from requests_app.portability import WHY_BEYOND, Beyond
from requests_app.queries import words
from requests_app.queries.known import Unsure, route_words, unsure_of
from requests_app.states import (
    RowChoice,
)
from vault import queries as vault

_BADGES: Final = {
    "": "pending",
    RowChoice.RELEASE: "released",
    RowChoice.WITHHOLD: "warning",
}


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """One way by which rows were found, and how many."""

    words: str
    rows: int


@dataclass(frozen=True, slots=True)
class ReachFacts:
    """What Article 20 reaches of a dataset: columns by name, the others by why."""

    covered: tuple[str, ...]
    rest: tuple[tuple[str, tuple[str, ...]], ...]
    beyond: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing of it can go out, so that nothing is decided."""
        return not (self.covered or self.rest)


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """What one dataset holds about the person, and what was said about it."""

    found: FoundDataset
    system: str
    name: str
    needs_eyes: bool
    routes: tuple[RouteFacts, ...]
    customers: tuple[tuple[str, int], ...]
    secrets: tuple[tuple[str, str], ...]
    exceptions: int
    apart: int  # rows set apart of which nobody has said anything
    choice_words: str
    ground_words: str
    reach: ReachFacts | None  # of data to take away
    mark: str  # of what is shown, to be posted with what is said of it

    @property
    def badge(self) -> str:
        """How the choice looks, beside its word."""
        return _BADGES[self.found.choice]

    @property
    def is_beyond(self) -> bool:
        """Whether all of it stays out: Article 20 reaches none, and none is let in."""
        reach = self.reach
        return reach is not None and not (reach.covered or self.found.choice)

    @property
    def may_release(self) -> bool:
        """Whether it may be released from the overview, its rows unseen."""
        return not (self.needs_eyes or self.found.voided)

    @property
    def may_let_in(self) -> bool:
        """Whether more than Article 20 reaches may be released from the overview."""
        return self.may_release and self.reach is not None and bool(self.reach.rest)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to review."""
        return not (self.found.sure or self.found.possible)


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """Datasets under a category of the notice."""

    name: str
    datasets: tuple[DatasetFacts, ...]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file an owner brought."""

    file: OwnerFile
    system: str
    name: str
    size: int
    claimed_type: str
    note: str
    choice_words: str
    ground_words: str
    opened: bool  # by somebody who may review, as it is now

    @property
    def ground_id(self) -> str:
        """What tells its field from those of datasets on the page."""
        return f"file-{self.file.pk}"

    @property
    def badge(self) -> str:
        """How the choice looks, beside its word."""
        return _BADGES[self.file.choice]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Everything that must be looked at before a decision."""

    categories: tuple[CategoryFacts, ...]
    empty: tuple[DatasetFacts, ...]
    files: tuple[FileFacts, ...]
    unsure: Unsure
    to_do: int
    apart: int  # rows set apart of which nobody has said anything


def found_in(case: Case, system: str, dataset: str) -> FoundDataset | None:
    """Return what the case found in one dataset, or None. Costs 1 query."""
    return case.found.filter(system=system, dataset=dataset).first()


def review_of(case: Case) -> ReviewPage:
    """Return what was found, under the notice's categories. Costs 6 queries."""
    register = datamap_queries.register_at(case.revision_id)
    decided: dict[int, list[RowDecision]] = {}
    for one_row in RowDecision.objects.filter(found__case=case):
        decided.setdefault(one_row.found_id, []).append(one_row)
    facts = [
        _dataset(found, register, decided.get(found.pk, []))
        for found in case.found.order_by("system", "dataset")
    ]
    by_category: dict[str, list[DatasetFacts]] = {}
    for one in facts:
        if not one.is_empty or one.customers or one.secrets:
            dataset = rules.dataset_of(register, one.found.system, one.found.dataset)
            by_category.setdefault(rules.main_category(dataset), []).append(one)
    files = files_of(case, register)
    unread = [
        one
        for one in facts
        if not (one.is_empty or one.is_beyond) and one.found.reviewed_at is None
    ]
    return ReviewPage(
        categories=tuple(
            CategoryFacts(category.name, tuple(by_category[category.code]))
            for category in _in_order(register, by_category)
        ),
        empty=tuple(
            one
            for one in facts
            if one.is_empty and not one.customers and not one.secrets
        ),
        files=files,
        unsure=unsure_of(
            case, register, [way for one in facts for way in one.found.routes]
        ),
        to_do=len(unread) + sum(file.file.reviewed_at is None for file in files),
        apart=sum(one.apart for one in facts),
    )


def _in_order(register: Register, used: Mapping[str, object]) -> list[Category]:
    return [category for category in register.categories if category.code in used]


def facts_of(found: FoundDataset) -> DatasetFacts:
    """Return what the page of one dataset says at its head. Costs 1 query."""
    register = datamap_queries.register_at(found.case.revision_id)
    return _dataset(found, register, list(found.rows.all()))


def _dataset(
    found: FoundDataset, register: Register, decided: list[RowDecision]
) -> DatasetFacts:
    system = register.system(found.system)
    dataset = system.datasets[found.dataset]
    customers: dict[str, int] = orjson.loads(found.customers) if found.customers else {}
    return DatasetFacts(
        found=found,
        system=system.name,
        name=dataset.name or dataset.id,
        needs_eyes=portability.needs_eyes(found.case.right, register, dataset),
        reach=_reach(found.case.right, register, dataset),
        routes=tuple(
            RouteFacts(route_words(one["route"], register), one["rows"])
            for one in found.routes
        ),
        customers=tuple(sorted(customers.items())),
        secrets=tuple(
            (
                label_of(dataset, one["field"]),
                str(readable(one.get("since") or "", Reads.DAY)),
            )
            for one in found.secrets
        ),
        exceptions=len(decided),
        apart=found.left_apart(decided),
        choice_words=words.CHOICES[found.choice],
        ground_words=ground_words(found.case.right, found.ground),
        mark=found.mark_with(decided),
    )


def _reach(right: str, register: Register, dataset: Dataset) -> ReachFacts | None:
    reach = portability.reach_in(right, register, dataset)
    if reach is None:
        return None
    return ReachFacts(
        tuple(
            label_of(dataset, name)
            for name in dataset.declared
            if name in reach.covered
        ),
        _by_why(dataset, reach.rest),
        _by_why(dataset, reach.beyond),
    )


def _by_why(
    dataset: Dataset, out: Mapping[str, Beyond]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    by_why: dict[Beyond, list[str]] = {}
    for name, why in out.items():
        by_why.setdefault(why, []).append(label_of(dataset, name))
    return tuple((WHY_BEYOND[why][0], tuple(names)) for why, names in by_why.items())


def has_rest(found: FoundDataset) -> bool:
    """Whether more can be let in than Article 20 reaches. Costs up to 1 query."""
    register = datamap_queries.register_at(found.case.revision_id)
    dataset = rules.dataset_of(register, found.system, found.dataset)
    reach = portability.reach_in(found.case.right, register, dataset)
    return reach is not None and bool(reach.rest)


def label_of(dataset: Dataset, field: str) -> str:
    """Return how people call a column."""
    declared = dataset.declared.get(field)
    return declared.label if declared and declared.label else field


def files_of(case: Case, register: Register) -> tuple[FileFacts, ...]:
    """Return the files that owners brought. Costs 3 queries."""
    files = (
        OwnerFile.objects.filter(task__task__case=case)
        .select_related("task__task__case")
        .order_by("pk")
    )
    kept = vault.facts_of(file.file for file in files)
    opened = opened_files(case)
    return tuple(
        FileFacts(
            file=file,
            system=register.system(file.task.task.system).name,
            name=kept[file.file].name,
            size=kept[file.file].size,
            claimed_type=file.claimed_type,
            note=file.task.note,
            choice_words=words.CHOICES[file.choice],
            ground_words=ground_words(case.right, file.ground),
            opened=str(file.file) in opened,
        )
        for file in files
    )


def opened_files(case: Case) -> frozenset[str]:
    """Return the owners' files that somebody who may review has opened.

    By the vault's id, as each is now: one put in its place was not looked at. An
    auditor's look does not count. Costs 1 query.
    """
    read = audit.details_about(case.about, event="case.file.read")
    return frozenset(str(one["file"]) for one in read if one.get("may_review"))


def file_for(case: Case, pk: int) -> OwnerFile | None:
    """Return an owner's file of this case, or None. Costs 1 query."""
    return (
        OwnerFile.objects.filter(task__task__case=case, pk=pk)
        .select_related("task__task__case")
        .first()
    )
