"""What each case of a list waits for, in a few words: what comes next, or blocks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from datamap import queries as datamap_queries
from requests_app import portability
from requests_app.models import (
    Case,
    FoundDataset,
    IdentityEvidence,
    Package,
    PassOn,
    Sending,
    SystemTask,
)
from requests_app.queries import complaint, preserving
from requests_app.rulings import RULINGS
from requests_app.states import (
    CaseStatus,
    PackageState,
    Right,
    SendingState,
    TaskState,
)


def next_steps(cases: Sequence[Case], *, today: date) -> dict[int, str]:
    """Return what each case waits for, in a few words. Costs 6 queries."""
    ids = [case.pk for case in cases]
    names = _Systems(cases)
    tasks: dict[int, dict[str, list[str]]] = {pk: {} for pk in ids}
    for case_id, state, system in (
        SystemTask.objects.filter(case__in=ids)
        .exclude(state=TaskState.DONE)
        .order_by("system")
        .values_list("case_id", "state", "system")
    ):
        tasks[case_id].setdefault(state, []).append(names.of(case_id, system))
    unread = _unread(cases)
    # The newest of a case comes last, and stays.
    packages = dict(
        Package.objects.filter(case__in=ids)
        .order_by("pk")
        .values_list("case_id", "state")
    )
    customers: dict[int, list[str]] = {}
    for case_id, system in (
        PassOn.objects.filter(case__in=ids, done_at__isnull=True)
        .order_by("system")
        .values_list("case_id", "system")
        .distinct()
    ):
        customers.setdefault(case_id, []).append(names.of(case_id, system))
    kept = preserving.kept_for(cases, today=today)
    letters = _letters(ids)
    shown = set(
        IdentityEvidence.objects.filter(case__in=ids, gone_at__isnull=True).values_list(
            "case_id", flat=True
        )
    )
    complaints = complaint.next_steps(cases, today=today)
    return {
        case.pk: preserving.next_step(kept.get(case.pk, ()))
        or _tell_customers(customers.get(case.pk, ()))
        or letters.get(case.pk, "")
        or complaints.get(case.pk, "")
        or ("Look at what shows who they are" if case.pk in shown else "")
        or _waits_for(
            case, tasks[case.pk], unread.get(case.pk, 0), packages.get(case.pk, "")
        )
        for case in cases
    }


def _unread(cases: Sequence[Case]) -> Counter[int]:
    """Return how many datasets of each case want a look. Costs 1 query."""
    known = {case.pk: case for case in cases}
    found = FoundDataset.objects.filter(case__in=known, reviewed_at__isnull=True)
    return Counter(
        pk
        for pk, system, dataset in found.exclude(sure=0, possible=0).values_list(
            "case_id", "system", "dataset"
        )
        if _wants_review(known[pk], system, dataset)
    )


def _wants_review(case: Case, system: str, dataset: str) -> bool:
    if case.right != Right.PORTABILITY:
        return True
    register = datamap_queries.register_at(case.revision_id)
    return portability.wants_review(case.right, register, system, dataset)


class _Systems:
    """Systems as each case's own register calls them."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._revisions = {case.pk: case.revision_id for case in cases}

    def of(self, case_id: int, system: str) -> str:
        register = datamap_queries.register_at(self._revisions[case_id])
        return register.system(system).name


# By whether it was ruled thing by thing: what comes after the decision.
_DECIDED: Final = {True: "Record that it is done", False: "The package is being built"}
_PACKAGES: Final[Mapping[str, str]] = {
    PackageState.FAILED: "The package could not be built",
    PackageState.BUILT: "Waits for release",
    PackageState.RELEASED: "Waits to be posted",
}


def _letters(cases: Sequence[int]) -> dict[int, str]:
    """Return of cases with a letter that nobody has, what to do about it. 1 query.

    A row is not a notice: until it is posted, or sent again, nobody is told (C17).
    """
    newest: dict[int, tuple[int, bool, str]] = {}
    rows = Sending.objects.filter(letter__case__in=cases).order_by("pk")
    for case, letter, message, state in rows.values_list(
        "letter__case", "letter", "message", "state"
    ):
        newest[letter] = (case, message is None, state)
    return {
        case: "Post the letter" if by_post else "A letter came back"
        for case, by_post, state in newest.values()
        if state == SendingState.RETURNED or (by_post and state == SendingState.WAITING)
    }


def _tell_customers(systems: Sequence[str]) -> str:
    """Return that customers of ours are to be told, which is due the same day (D13)."""
    if not systems:
        return ""
    return f"Tell our customers today whose rows are in {', '.join(systems)}"


def _searching(tasks: Mapping[str, list[str]]) -> str:
    """Return which systems the search still runs in, or waits for."""
    if running := [
        name
        for state in (TaskState.RUNNING, TaskState.PENDING)
        for name in tasks.get(state, ())
    ]:
        return f"Searching {', '.join(running)}"
    return f"Not reached, tried again: {', '.join(tasks.get(TaskState.WAITING, ()))}"


def _waits_for(
    case: Case, tasks: Mapping[str, list[str]], unread: int, package: str
) -> str:
    if case.right == Right.BREACH:
        return "Tell the regulator within 72 hours"
    if needs := tasks.get(TaskState.NEEDS_PERSON):
        return f"Needs a person: {', '.join(needs)}"
    if case.status == CaseStatus.RECEIVED:
        return "Start the search"
    if case.status == CaseStatus.SEARCHING:
        return _searching(tasks)
    if case.status == CaseStatus.DECIDED:
        return _PACKAGES.get(package, _DECIDED.get(case.right in RULINGS, ""))
    if unread:
        return f"Review {unread} dataset{'' if unread == 1 else 's'}"
    if owners := tasks.get(TaskState.WITH_OWNER):
        return f"With the owner: {', '.join(owners)}"
    return "Decide"
