"""May two requests become one? Only those of one person, and only by a person (C33)."""

from __future__ import annotations

import json
from typing import Final

from accounts.models import User
from lumina_privacy.lib.subject_ref import IdentifierKind
from lumina_privacy.lib.verdict import ALLOWED, Verdict, first_refusal, refuse
from requests_app import rules
from requests_app.models import Case, OwnerFile
from requests_app.policies.common import works
from requests_app.states import PROVED_LEVEL, CaseStatus, EventKind, Right

_UNDER_WAY: Final = (
    CaseStatus.RECEIVED,
    CaseStatus.SEARCHING,
    CaseStatus.IN_REVIEW,
)


def may_merge(later: Case, into: Case, by: User, *, reason: str) -> Verdict:
    """Whether ``later`` may end and ``into`` go on for both. Costs 4 queries at most.

    Nothing is merged with a request that nobody has proved: its sender may be anybody
    (decision D11).
    """
    verdict = first_refusal(
        works(by, "Merging"),
        _under_way(later, into),
        _alike(later, into),
        _of_one_person(later, into),
        _nothing_lost(later, into),
    )
    if not verdict:
        return verdict
    if not reason.strip():
        return refuse("Write how you know that both are of one person.")
    return ALLOWED


def _under_way(later: Case, into: Case) -> Verdict:
    for case in (later, into):
        if case.status == CaseStatus.UNPROVED:
            return refuse(
                f"Nobody has proved {case.reference}: it may be a stranger's."
            )
        if case.status == CaseStatus.DECIDED:
            return refuse(f"{case.reference} is decided. Reopen its review first.")
        if case.status not in _UNDER_WAY:
            return refuse(f"{case.reference} is closed ({case.status}).")
    return ALLOWED


def _alike(later: Case, into: Case) -> Verdict:
    if later.pk == into.pk:
        return refuse("That is the same request.")
    if later.right != into.right or Right.BREACH in {later.right, into.right}:
        return refuse("They ask for different things: each has its own answer.")
    if later.came_before(into):
        return refuse(f"{later.reference} was received first: it is the one to go on.")
    return ALLOWED


def _of_one_person(later: Case, into: Case) -> Verdict:
    """Refuse unless both know the person by one value, and the answer reaches them."""
    proved, known = _proved(later), _proved(into)
    if not proved & known:
        return refuse("Nothing that was proved in one was proved in the other.")
    if any(kind == IdentifierKind.EMAIL for kind, _ in proved - known):
        return refuse(
            f"{later.reference} was sent from an address that {into.reference} was not "
            "sent from: the answer would not reach it. Answer both."
        )
    return ALLOWED


def _proved(case: Case) -> set[tuple[str, str]]:
    """Return what was proved, by kind and canonical value: refs are of many keys."""
    proved = case.proved.filter(level__gte=PROVED_LEVEL)
    return set(proved.values_list("kind", "value"))


def _nothing_lost(later: Case, into: Case) -> Verdict:
    if later.events.filter(kind=EventKind.ANSWERED_IN_PART).exists():
        return refuse(
            f"{later.reference} is answered in part already. Answer the rest."
        )
    if OwnerFile.objects.filter(task__task__case=later).exists():
        return refuse(
            f"An owner has brought files for {later.reference}: they would be lost."
        )
    told = json.loads(later.submission.answers or "{}")
    if into.status != CaseStatus.RECEIVED and rules.FILMED in told:
        return refuse(
            f"{later.reference} says when and where they were filmed, and the owner of "
            f"the cameras was asked about {into.reference} without that. Answer both."
        )
    return ALLOWED
