"""What a person has reviewed, as marks that stand still in their decision (E12).

A mark changes when anything changes that decides what goes out: the spool, the choice
and its ground, a decision about one row, an owner's file. A package is built and
released only while each mark of its decision is what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import orjson
from django.db.models import Q, QuerySet

from datamap import queries as datamap_queries
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app import portability
from requests_app.models import Case, Decision, FoundDataset, OwnerFile, RowDecision
from requests_app.policies.common import names_of
from requests_app.states import EventKind, TaskState

DATASETS = "datasets"
FILES = "files"
Marks = Mapping[str, Mapping[str, str]]


def marks_of(case: Case, *, answered_only: bool = False) -> dict[str, dict[str, str]]:
    """Return a mark of each dataset and owner's file, by its id. Costs 3 queries.

    ``answered_only``: those of systems that have answered; an answer in part holds
    nothing else (decision D5).
    """
    rows: dict[int, list[RowDecision]] = {}
    for row in RowDecision.objects.filter(found__case=case):
        rows.setdefault(row.found_id, []).append(row)
    found, files = case.found.all(), OwnerFile.objects.filter(task__task__case=case)
    if answered_only:
        waiting = case.tasks.exclude(state=TaskState.DONE).values("system")
        found = found.exclude(system__in=waiting)
        files = files.filter(task__task__state=TaskState.DONE)
    return {
        DATASETS: {str(one.pk): one.mark_with(rows.get(one.pk, ())) for one in found},
        FILES: {str(one.pk): one.mark for one in files},
    }


def mark_of_all(case: Case) -> str:
    """Return one mark of all that has answered and was reviewed. Costs 3 queries."""
    marks = marks_of(case, answered_only=True)
    return sha256(orjson.dumps(marks, option=orjson.OPT_SORT_KEYS)).hexdigest()


def as_seen(mark: str, seen: str) -> Verdict:
    """Whether what is judged is what the page showed: a search may have come between.

    ``seen`` is the mark that the page posted, ``mark`` the one it has now.
    """
    if mark == seen:
        return ALLOWED
    return refuse(
        "This has changed since you opened the page: another search, or a colleague’s "
        "decision. Look at it again as it is now."
    )


def stands(decision: Decision) -> Verdict:
    """Whether what was reviewed may go out: judged at the build and at the release.

    Not when the person turned out to be known by something else meanwhile (one who
    shares an address, say): the rows are then to be found anew (decision D1). Costs 5
    queries.
    """
    return first_refusal(
        _unchanged(decision),
        searched_with_all(decision.case),
        _answered_as_decided(decision),
    )


def _unchanged(decision: Decision) -> Verdict:
    if has_changed(decision):
        return refuse(
            "The review was changed after the decision. Decide again, so that what was "
            "reviewed is what is released."
        )
    return ALLOWED


def searched_with_all(case: Case) -> Verdict:
    """Refuse while something the person asked, or is known by, came after the search.

    What was found before a later request arrived does not answer that one: a merged
    case is searched again (C33). Costs 1 query.
    """
    newest = (
        case.events.filter(
            kind__in=[
                EventKind.SEARCH_STARTED,
                EventKind.IDENTIFIER_ADDED,
                EventKind.IDENTIFIER_RULED,
                EventKind.JOINED,
                EventKind.INSTRUCTION_CORRECTED,
            ]
        )
        .order_by("-seq")
        .values_list("kind", flat=True)
        .first()
    )
    if newest == EventKind.JOINED:
        return refuse(
            "A later request was taken into this one after the search. Search again: "
            "what came meanwhile is asked for too."
        )
    if newest == EventKind.INSTRUCTION_CORRECTED:
        return refuse(
            "What the customer instructs was corrected after the search. Search again."
        )
    if newest not in {None, EventKind.SEARCH_STARTED}:
        return refuse(
            "What the person is known by has changed since the search. Search again."
        )
    return ALLOWED


def _answered_as_decided(decision: Decision) -> Verdict:
    """Refuse while a system is searched again that had answered when it was decided."""
    named = {one["system"] for one in decision.still_open}
    waiting = decision.case.tasks.exclude(state=TaskState.DONE).order_by("system")
    again = [
        one for one in waiting.values_list("system", flat=True) if one not in named
    ]
    if again:
        return refuse(
            f"Searched again since the decision: {names_of(decision.case, again)}. "
            "Decide again when the answer is there."
        )
    return ALLOWED


def has_changed(decision: Decision) -> bool:
    """Whether something the decision is about is not what was reviewed any more.

    What was found or brought since is none of it. Costs 3 queries.
    """
    reviewed: Marks = decision.reviewed
    if not reviewed:
        return True
    now = marks_of(decision.case)
    return any(
        now[kind].get(pk) != mark
        for kind, marks in reviewed.items()
        for pk, mark in marks.items()
    )


def reviewed_ids(decision: Decision, kind: str) -> list[int]:
    """Return the ids of the datasets, or of the files, that the decision is about."""
    reviewed: Marks = decision.reviewed
    return [int(pk) for pk in reviewed.get(kind, ())]


def is_unread(case: Case) -> bool:
    """Whether something was found that nobody has looked at. Costs 2 queries."""
    files = OwnerFile.objects.filter(Q(task__task__case=case), reviewed_at__isnull=True)
    return bool(unread_in(case, case.found.all())) or files.exists()


def unread_in(case: Case, found: QuerySet[FoundDataset]) -> list[FoundDataset]:
    """Return what of ``found`` wants a look that nobody has had. Costs 1 query."""
    register = datamap_queries.register_at(case.revision_id)
    unread = found.filter(reviewed_at__isnull=True).exclude(sure=0, possible=0)
    return [
        one
        for one in unread
        if portability.wants_review(case.right, register, one.system, one.dataset)
    ]
