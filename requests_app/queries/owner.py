"""What the owner of a system is asked, and no more than is needed to find it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from datamap import queries as datamap_queries
from requests_app.models import Case, OwnerFile, OwnerTask, ProvedIdentifier
from requests_app.queries import words
from requests_app.queries.asked import seen_in
from requests_app.rules import Proof
from requests_app.states import TaskState
from vault import queries as vault


@dataclass(frozen=True, slots=True)
class BroughtFile:
    """A file the owner has added; ``reviewed`` once somebody decided about it."""

    pk: int
    name: str
    size: int
    reviewed: bool


@dataclass(frozen=True, slots=True)
class AskedOf:
    """A task in its owner's list."""

    reference: str
    system: str
    due_on: date


@dataclass(frozen=True, slots=True)
class OwnerPage:
    """The one page of a system's owner."""

    reference: str
    system: str
    about: str
    datasets: tuple[tuple[str, str], ...]  # to choose from, when there are several
    due_on: date
    name: str
    identifiers: tuple[tuple[str, str], ...]
    details: tuple[tuple[str, str], ...]
    files: tuple[BroughtFile, ...]
    came_before: int  # files of whoever was asked before: their number, nothing else
    answer_words: str
    note: str
    answered: bool


def owner_task_for(address: str, reference: str) -> OwnerTask | None:
    """Return the task when it is ``address``'s own, else None. Costs 1 query."""
    asked = (
        OwnerTask.objects.select_related("task__case__submission")
        .filter(reference=reference)
        .first()
    )
    return asked if asked is not None and asked.address == address else None


def owner_tasks_of(address: str) -> list[AskedOf]:
    """Return what waits for ``address``'s answer, the first due first. No person.

    Addresses lie encrypted: each open task's is opened to compare it. Costs 1 query.
    """
    waiting = OwnerTask.objects.filter(
        answered_at__isnull=True, task__state=TaskState.WITH_OWNER
    )
    return sorted(_of(address, waiting), key=lambda one: one.due_on)


def owner_answers_of(address: str) -> list[AskedOf]:
    """Return what ``address`` has answered in cases that are open. Costs as above."""
    return _of(
        address,
        OwnerTask.objects.filter(
            answered_at__isnull=False, task__case__in=Case.objects.open()
        ),
    )


def _of(address: str, tasks: QuerySet[OwnerTask]) -> list[AskedOf]:
    return [
        AskedOf(
            one.reference,
            datamap_queries.register_at(one.task.case.revision_id)
            .system(one.task.system)
            .name,
            one.needs_until or one.due_on,
        )
        for one in tasks.select_related("task__case").order_by("pk")
        if one.address == address
    ]


def datasets_of(asked: OwnerTask) -> tuple[tuple[str, str], ...]:
    """Return id and name of what a file can be of; nothing when there is no choice."""
    register = datamap_queries.register_at(asked.task.case.revision_id)
    declared = register.system(asked.task.system).datasets.values()
    choices = tuple((one.id, one.name or one.id) for one in declared)
    return choices if len(choices) > 1 else ()


def brought(asked: OwnerTask, pk: int) -> OwnerFile | None:
    """Return a file that whoever is asked now brought, or None. Costs 1 query."""
    file = asked.files.filter(pk=pk).select_related("task__task__case").first()
    return file if file is not None and file.is_owners else None


def page_of(asked: OwnerTask) -> OwnerPage:
    """Return what the owner sees: the name, what was proved, and where to look.

    Identifiers learned in other systems stay there, and what another owner brought is
    for the review: they need what finds the person, not what else is known. Costs 4
    queries and 1 a file.
    """
    case = asked.task.case
    system = datamap_queries.register_at(case.revision_id).system(asked.task.system)
    known = list(asked.files.select_related("task").order_by("pk"))
    files = [file for file in known if file.is_owners]
    kept = vault.facts_of(file.file for file in files)
    return OwnerPage(
        reference=asked.reference,
        system=system.name,
        about=system.about,
        datasets=datasets_of(asked),
        due_on=asked.needs_until or asked.due_on,
        name=case.submission.name,
        identifiers=tuple(
            (_called(known), known.shown) for known in case.proved.sure().order_by("pk")
        ),
        details=tuple(
            detail
            for answers in [case.submission.answers, *_of_merged(case)]
            for detail in seen_in(
                answers, asked.task.system, by_sighting=system.by_sighting
            )
        ),
        files=tuple(
            BroughtFile(
                file.pk,
                kept[file.file].name,
                kept[file.file].size,
                file.reviewed_at is not None,
            )
            for file in files
        ),
        came_before=len(known) - len(files),
        answer_words=words.OWNER_ANSWERS[asked.answer],
        note=asked.note,
        answered=asked.answered_at is not None,
    )


def _called(known: ProvedIdentifier) -> str:
    """Say of what an agent named that it may be somebody else's."""
    kind = words.identifier(known.kind)
    if known.proof == Proof.AGENT:
        return f"{kind}, {words.proof(known.proof, known.level)} and not proved"
    return kind


def _of_merged(case: Case) -> list[str]:
    """Return what was said in later requests that were taken into this one (C33)."""
    return [one.submission.answers for one in case.taken_in()]
